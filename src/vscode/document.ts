import type { TextDocument } from "vscode";
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
  const file = { path: nameFor(document, language), content: document.getText() };
  return { document, language, file, version: document.version };
}

/** The document's own name where the toolchain can work with it; an untitled document gets the language's. */
function nameFor({ uri }: TextDocument, { extensions, fileName }: Language): string {
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const fits = extensions.some((extension) => name.toLowerCase().endsWith(extension));
  return fits && !/[\0-\x1f\x7f]|^[A-Za-z]:/.test(name) ? name : fileName;
}
