import { findLanguageOfEditor, findLanguageOfFile } from "../../language/catalog.ts";
import type { Language } from "../../language/language.ts";
import { findLanguageOfShebang } from "../../language/shebang.ts";

/** What of a document tells its language. */
export interface LanguageSigns {
  /** VS Code's id of its language. */
  readonly editorId: string;
  readonly fileName: string;
  readonly firstLine: string;
}

/** The language that VS Code tells; else that of the name's extension, else that of the interpreter in the first line. */
export function findLanguageOfDocument(
  { editorId, fileName, firstLine }: LanguageSigns,
  languages: readonly Language[],
): Language | undefined {
  return (
    findLanguageOfEditor(editorId, languages) ??
    findLanguageOfFile(fileName, languages) ??
    findLanguageOfShebang(firstLine, languages)?.language
  );
}
