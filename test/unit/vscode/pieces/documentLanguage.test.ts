import assert from "node:assert/strict";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { findLanguageOfDocument } from "../../../../src/vscode/pieces/documentLanguage.ts";
import { findPieces } from "../../../../src/vscode/pieces/runnable.ts";

describe("findLanguageOfDocument", () => {
  const cases: readonly (readonly [title: string, signs: readonly [string, string, string], id: string | undefined])[] =
    [
      ["the editor's word before all", ["python", "a.js", "#!/bin/bash"], "python"],
      ["the extension before the first line", ["plaintext", "/a/b.js", "#!/bin/bash"], "javascript"],
      ["the first line of a file without an extension", ["plaintext", "/a/deploy", "#!/bin/bash"], "bash"],
      ["the first line where the extension is unknown", ["unheard-of", "/a/b.txt", "#!/usr/bin/env ruby"], "ruby"],
      ["nothing in a text", ["plaintext", "/a/README", "Read me"], undefined],
    ];
  for (const [title, [editorId, fileName, firstLine], id] of cases) {
    it(`takes ${title}`, () =>
      assert.equal(findLanguageOfDocument({ editorId, fileName, firstLine }, LANGUAGES)?.id, id));
  }

  it("gives such a file its run button", () => {
    const document = { editorId: "plaintext", fileName: "/a/deploy", lines: ["#!/bin/bash", "echo 1"] };
    assert.deepEqual(
      findPieces(document, LANGUAGES).map(({ kind, language }) => [kind, language.id]),
      [["document", "bash"]],
    );
  });
});
