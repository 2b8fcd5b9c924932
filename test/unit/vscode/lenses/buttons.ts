import assert from "node:assert/strict";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { type DocumentText, findPieces } from "../../../../src/vscode/pieces/runnable.ts";

export function documentOf(editorId: string, text: string, fileName = "Untitled-1"): DocumentText {
  return { editorId, fileName, lines: text.split("\n") };
}

/** Each button with the line that it stands above: `document: print(1)`. */
export function buttonsOf(...document: Parameters<typeof documentOf>): string[] {
  const text = documentOf(...document);
  return findPieces(text, LANGUAGES).map(({ id, anchor }) => `${id}: ${text.lines[anchor]}`);
}

interface Case {
  readonly title: string;
  readonly editorId: string;
  readonly text: string;
  readonly buttons: readonly string[];
  readonly fileName?: string;
}

export function describeButtons(cases: readonly Case[]): void {
  for (const { title, editorId, text, fileName, buttons } of cases)
    it(title, () => assert.deepEqual(buttonsOf(editorId, text, fileName), buttons));
}

/** How a program of Python says where it begins. */
export const MAIN = 'if __name__ == "__main__":';
