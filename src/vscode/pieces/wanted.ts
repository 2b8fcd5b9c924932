import { type TextDocument, window } from "vscode";
import type { Language } from "../../language/language.ts";
import { badRequest, RunFailure } from "../../run/failure.ts";
import { languageOf, linesOf } from "../document.ts";
import { type Piece, type SelectedLines, selectionPiece } from "./piece.ts";
import { findPieces, pieceAt } from "./runnable.ts";

/** Which part of a document somebody wants run. */
export type Wanted =
  /** All of it; of a document of blocks, the one at the cursor. */
  | { readonly kind: "document" }
  /** What has a run button of its own. */
  | { readonly kind: "piece"; readonly id: string }
  /** What is selected; where nothing is, the block at the cursor, or all of it. */
  | { readonly kind: "selection"; readonly selections: readonly SelectedLines[] };

/** Finds it in the document as it is now. Throws a `RunFailure` that says why there is nothing to run. */
export function choosePiece(document: TextDocument, wanted: Wanted, languages: readonly Language[]): Piece {
  const text = { lines: linesOf(document), editorId: document.languageId, fileName: document.fileName };
  const language = languageOf(document, languages);
  switch (wanted.kind) {
    case "piece": {
      const found = findPieces(text, languages).find(({ id }) => id === wanted.id);
      if (found !== undefined) return found;
      throw badRequest(`There is no ${wanted.id} any more.`, "Run it by the button that stands above it now.");
    }
    case "selection": {
      const [first] = wanted.selections;
      const around = first && pieceAt(text, first.start.line, languages);
      const piece = selectionPiece(around?.language ?? language ?? noLanguage(document), wanted.selections);
      return piece ?? around ?? wholeOf(document, language);
    }
    case "document": {
      if (language !== undefined) return wholeOf(document, language);
      const pieces = findPieces(text, languages);
      const line = window.visibleTextEditors.find((editor) => editor.document === document)?.selection.active.line;
      const found = pieces.length === 1 ? pieces[0] : line === undefined ? undefined : pieceAt(text, line, languages);
      if (found !== undefined) return found;
      if (pieces.length === 0) return noLanguage(document);
      throw badRequest("There are several blocks to run.", "Put the cursor into the one that is meant.");
    }
  }
}

function wholeOf(document: TextDocument, language: Language | undefined): Piece {
  if (language === undefined) return noLanguage(document);
  return {
    kind: "document",
    id: "document",
    language,
    ranges: [{ start: 0, end: document.lineCount }],
    anchor: 0,
  };
}

function noLanguage({ languageId }: TextDocument): never {
  if (languageId === "markdown") {
    throw new RunFailure({
      code: "unknown-language",
      message: "There is no block of code here that ForgeAI has a container for.",
      hint: "Write the language behind the fence that begins it: ```python.",
    });
  }
  throw new RunFailure({
    code: "unknown-language",
    message: `ForgeAI has no container for files of the kind "${languageId}".`,
    hint: "Choose the language of the file in the status bar, if it is another one.",
  });
}
