import assert from "node:assert/strict";
import * as fc from "fast-check";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { cutPiece } from "../../../../src/vscode/pieces/piece.ts";
import { findPieces, pieceAt } from "../../../../src/vscode/pieces/runnable.ts";
import { documentOf } from "../lenses/buttons.ts";

/** The more of them stand in their right order, the deeper it goes. */
const BITS = [
  "```",
  "~~~~",
  "```python",
  "~~~ js",
  "- ",
  "1. ",
  "> ",
  "  ",
  "    ",
  "\t",
  "<!--",
  "-->",
  "---",
  "===",
  "# %%",
  "// %%",
  "#%% [markdown]",
  '"""',
  "'''",
  "`",
  '"',
  "\\",
  "(",
  "]",
  "{",
  "}",
  "/",
  "/*",
  "*/",
  "import a",
  "def f():",
  "const a = ",
  "if __name__ ==",
  "package main",
  "print(1)",
  "try:",
  "#!x",
];
const EDITORS = ["markdown", ...LANGUAGES.flatMap(({ editorIds }) => editorIds)];

describe("What can be run, whatever the text", () => {
  const line = fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...BITS) },
        { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
      ),
      { maxLength: 4 },
    )
    .map((bits) => bits.join("").replaceAll(/[\r\n]/g, ""));
  const document = fc.record({
    editorId: fc.constantFrom(...EDITORS),
    fileName: fc.constantFrom("a.py", "a_test.go", ""),
    lines: fc.array(line, { maxLength: 30 }),
  });

  it("lies in the document, in order, blocks apart from one another, each line at its number", () => {
    fc.assert(
      fc.property(document, (text) => {
        const pieces = findPieces(text, LANGUAGES);
        assert.deepEqual(
          pieces.map(({ anchor }) => anchor),
          pieces.map(({ anchor }) => anchor).toSorted((one, other) => one - other),
        );
        assert.equal(new Set(pieces.map(({ id }) => id)).size, pieces.length);
        let end = 0;
        for (const piece of pieces) {
          const [range = assert.fail(), ...others] = piece.ranges;
          assert.deepEqual(others, []);
          assert.ok(range.start < range.end && range.end <= text.lines.length);
          assert.ok(piece.anchor >= 0 && piece.anchor < range.end);
          for (const [number, cut] of cutPiece(text.lines, piece).content.split("\n").entries())
            assert.ok(cut === "" || text.lines[number]?.endsWith(cut), `line ${number}`);
          if (piece.kind !== "fence" && piece.kind !== "cell") continue;
          assert.ok(range.start >= end);
          end = range.end;
          assert.equal(pieceAt(text, piece.anchor, LANGUAGES)?.id, piece.id);
        }
      }),
      { numRuns: 300 },
    );
  });

  const HOSTILE = ["\n", "(", "`", "\\", "= /[", "- ", "> ", "\t", "```\n", "# %%\nx\n", "```js\nx\n```\n"];
  for (const bit of HOSTILE) {
    it(`is found in 100,000 lines or times ${JSON.stringify(bit)} in time`, () => {
      const text = bit.repeat(100_000 / Math.max(1, bit.split("\n").length - 1));
      for (const editorId of ["markdown", "python", "javascript"]) findPieces(documentOf(editorId, text), LANGUAGES);
    });
  }

  it("is found in many lines below a deep nest in time", () => {
    for (const mark of ["- ", "> "])
      findPieces(documentOf("markdown", mark.repeat(50_000) + "\n".repeat(20_000)), LANGUAGES);
  });
});
