import { type TextDocument, workspace } from "vscode";
import { findLanguageOfEditor, findLanguageOfFile } from "../language/catalog.ts";
import type { Language } from "../language/language.ts";
import { RunFailure } from "../run/failure.ts";
import type { SourceFile } from "../run/request.ts";

/** A document as it is run: the text on the screen, saved or not. */
export interface Snapshot {
  readonly document: TextDocument;
  readonly language: Language;
  readonly file: SourceFile;
  /** The document's version that was taken: what is found in a later one may lie elsewhere. */
  readonly version: number;
}

/** Takes the document's text. Throws an `unknown-language` where ForgeAI has no container for it. */
export function takeSnapshot(document: TextDocument): Snapshot {
  const language = findLanguageOfEditor(document.languageId) ?? findLanguageOfFile(document.fileName);
  if (language === undefined) {
    throw new RunFailure({
      code: "unknown-language",
      message: `ForgeAI has no container for files of the kind "${document.languageId}".`,
      hint: "Choose the language of the file in the status bar, if it is another one.",
    });
  }
  const file = { path: pathFor(document, language), content: document.getText() };
  return { document, language, file, version: document.version };
}

/** The document's name as its tab shows it. */
export function nameOf({ uri }: TextDocument): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** The document's own name where the toolchain can work with it; an untitled document gets the language's. */
function pathFor(document: TextDocument, { extensions, fileName }: Language): string {
  const name = nameOf(document);
  const fits = extensions.some((extension) => name.toLowerCase().endsWith(extension));
  return fits && !/[\0-\x1f\x7f]|^[A-Za-z]:/.test(name) ? name : fileName;
}

/** The document as it is open now; a file is opened again. Throws where its text is gone: another may have its name by now. */
export async function findOpen(document: TextDocument): Promise<TextDocument> {
  if (!document.isClosed) return document;
  if (document.isUntitled) throw new Error(`${nameOf(document)} is no longer open.`);
  return workspace.openTextDocument(document.uri);
}
