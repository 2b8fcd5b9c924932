import assert from "node:assert/strict";
import * as fc from "fast-check";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { cutPiece, type LineRange, type Piece, selectionPiece } from "../../../../src/vscode/pieces/piece.ts";

const [python = assert.fail()] = LANGUAGES;

function pieceOf(kind: Piece["kind"], ...ranges: readonly (readonly [start: number, end: number])[]): Piece {
  const [[first] = assert.fail()] = ranges;
  const anchor = kind === "fence" ? first - 1 : first;
  return { kind, id: kind, language: python, ranges: ranges.map(([start, end]) => ({ start, end })), anchor };
}

describe("The text of a piece", () => {
  const cases: readonly { title: string; lines: readonly string[]; piece: Piece; content: string; indent?: number }[] =
    [
      {
        title: "stands on its own line numbers",
        lines: ["a", "b", "c", "d"],
        piece: pieceOf("selection", [2, 3]),
        content: "\n\nc\n",
      },
      {
        title: "has every selected place on its own line numbers",
        lines: ["a", "b", "c", "d"],
        piece: pieceOf("selection", [0, 1], [2, 4]),
        content: "a\n\nc\nd\n",
      },
      {
        title: "has the space taken off that all lines begin with",
        lines: ["def f():", "    if x:", "        y()", "    z()"],
        piece: pieceOf("selection", [1, 4]),
        content: "\nif x:\n    y()\nz()\n",
        indent: 4,
      },
      {
        title: "loses no space that only some lines begin with",
        lines: ["    x()", "y()"],
        piece: pieceOf("selection", [0, 2]),
        content: "    x()\ny()\n",
      },
      {
        title: "takes a tab for no space",
        lines: ["\t\tx()", "\t    y()"],
        piece: pieceOf("selection", [0, 2]),
        content: "\tx()\n    y()\n",
        indent: 1,
      },
      {
        title: "doesn't ask blank lines how they begin",
        lines: ["    x()", "", "  ", "    y()"],
        piece: pieceOf("selection", [0, 4]),
        content: "x()\n\n\ny()\n",
        indent: 4,
      },
      {
        title: "takes the same off all selected places",
        lines: ["  a", "b", "    c"],
        piece: pieceOf("selection", [0, 1], [2, 3]),
        content: "a\n\n  c\n",
        indent: 2,
      },
      {
        title: "keeps a first line that says what runs it",
        lines: ["#!/usr/bin/env node", "x()"],
        piece: pieceOf("through-cell", [0, 2]),
        content: "#!/usr/bin/env node\nx()\n",
      },
      {
        title: "leaves such a line out where it is no longer the first",
        lines: ["```js", "#!/usr/bin/env node", "x()", "```"],
        piece: pieceOf("fence", [1, 3]),
        content: "\n\nx()\n",
      },
      {
        title: "keeps what only looks like one",
        lines: ["```python", 'text = """', "#!/bin/sh", '"""', "```"],
        piece: pieceOf("fence", [1, 4]),
        content: '\ntext = """\n#!/bin/sh\n"""\n',
      },
      {
        title: "is without the indentation of a list's item",
        lines: ["1. Run this:", "", "   ```python", "   if x:", "       y()", "   ```"],
        piece: pieceOf("fence", [3, 5]),
        content: "\n\n\nif x:\n    y()\n",
        indent: 3,
      },
      {
        title: "is without the indentation of a fence behind the mark of an item",
        lines: ["-   ```python", "    x()", "    ```"],
        piece: pieceOf("fence", [1, 2]),
        content: "\nx()\n",
        indent: 4,
      },
      {
        title: "is without the fence's indentation where some lines have less",
        lines: ["   ```python", "   if x:", " else_()", "   ```"],
        piece: pieceOf("fence", [1, 3]),
        content: "\nif x:\nelse_()\n",
        indent: 3,
      },
      {
        title: "is without the marks of quotes",
        lines: ["> ```python", "> if x:", ">     y()", ">", "> z()", "> ```"],
        piece: pieceOf("fence", [1, 5]),
        content: "\nif x:\n    y()\n\nz()\n",
        indent: 2,
      },
      {
        title: "is without the marks of quotes in items in quotes",
        lines: ["> - > ```python", ">   > x()", ">   > ```"],
        piece: pieceOf("fence", [1, 2]),
        content: "\nx()\n",
        indent: 6,
      },
      {
        title: "keeps what looks like the mark of a quote in code",
        lines: ["```python", "> x", "```"],
        piece: pieceOf("fence", [1, 2]),
        content: "\n> x\n",
      },
      {
        title: "is a document's own where it is run as a whole",
        lines: ["  a", "  b"],
        piece: pieceOf("document", [0, 2]),
        content: "  a\n  b",
      },
      { title: "is blank where all is", lines: ["  ", ""], piece: pieceOf("selection", [0, 2]), content: "  \n\n" },
    ];
  for (const { title, lines, piece, content, indent = 0 } of cases) {
    it(title, () => assert.deepEqual(cutPiece(lines, piece), { content, indent }));
  }

  const line = fc
    .tuple(
      fc.stringMatching(/^[ \t]{0,4}$/),
      fc.oneof(fc.constantFrom("", "x", "#!x", "> y"), fc.string({ unit: "binary" })),
    )
    .map(([space, text]) => space + text.replaceAll(/[\r\n]/g, ""));
  const linesAndRanges = fc.array(line, { minLength: 1, maxLength: 20 }).chain((lines) =>
    fc.record({
      lines: fc.constant(lines),
      bounds: fc.uniqueArray(fc.nat(lines.length), { minLength: 2 }),
    }),
  );

  it("has each line at its number, less the same front, and nothing else", () => {
    fc.assert(
      fc.property(linesAndRanges, fc.constantFrom("selection", "cell"), ({ lines, bounds }, kind) => {
        const sorted = bounds.toSorted((one, other) => one - other);
        const ranges: LineRange[] = [];
        for (let index = 0; index + 1 < sorted.length; index += 2)
          ranges.push({ start: sorted[index] ?? 0, end: sorted[index + 1] ?? 0 });
        const { content, indent } = cutPiece(lines, { ...pieceOf(kind, [0, 1]), ranges });
        assert.ok(content.endsWith("\n"));
        const cut = content.slice(0, -1).split("\n");
        assert.equal(cut.length, ranges.at(-1)?.end);
        const isIn = (number: number): boolean => ranges.some(({ start, end }) => number >= start && number < end);
        const first = lines.findIndex((text, number) => isIn(number) && text.trim() !== "");
        for (const [number, text] of cut.entries()) {
          const [front, rest] = [lines[number]?.slice(0, indent), lines[number]?.slice(indent)];
          const isDropped = number === first && number > 0 && rest?.startsWith("#!") === true;
          assert.equal(text, isIn(number) && !isDropped ? rest : "");
          if (isIn(number)) assert.equal(front?.trim(), "");
        }
      }),
    );
  });
});

describe("A selection", () => {
  type Spot = readonly [line: number, character: number];
  const select = (...places: readonly (readonly [Spot, Spot])[]): Piece | undefined =>
    selectionPiece(
      python,
      places.map(([[line, character], [endLine, endCharacter]]) => ({
        start: { line, character },
        end: { line: endLine, character: endCharacter },
      })),
    );
  const cases: readonly { title: string; places: readonly (readonly [Spot, Spot])[]; ranges: readonly LineRange[] }[] =
    [
      {
        title: "of a word is its line",
        places: [
          [
            [2, 4],
            [2, 6],
          ],
        ],
        ranges: [{ start: 2, end: 3 }],
      },
      {
        title: "is of whole lines",
        places: [
          [
            [2, 4],
            [4, 1],
          ],
        ],
        ranges: [{ start: 2, end: 5 }],
      },
      {
        title: "ends before a line of which it has nothing",
        places: [
          [
            [2, 0],
            [4, 0],
          ],
        ],
        ranges: [{ start: 2, end: 4 }],
      },
      {
        title: "is in the document's order, whatever was selected first",
        places: [
          [
            [5, 0],
            [6, 0],
          ],
          [
            [1, 0],
            [2, 0],
          ],
        ],
        ranges: [
          { start: 1, end: 2 },
          { start: 5, end: 6 },
        ],
      },
      {
        title: "of two words of a line has it once",
        places: [
          [
            [2, 0],
            [2, 1],
          ],
          [
            [2, 3],
            [2, 4],
          ],
        ],
        ranges: [{ start: 2, end: 3 }],
      },
      {
        title: "of places that touch is one",
        places: [
          [
            [1, 0],
            [2, 0],
          ],
          [
            [2, 0],
            [3, 0],
          ],
        ],
        ranges: [{ start: 1, end: 3 }],
      },
      {
        title: "keeps the longer of two that overlap",
        places: [
          [
            [1, 0],
            [5, 0],
          ],
          [
            [2, 0],
            [3, 0],
          ],
        ],
        ranges: [{ start: 1, end: 5 }],
      },
      {
        title: "leaves out a mere cursor",
        places: [
          [
            [1, 2],
            [1, 2],
          ],
          [
            [3, 0],
            [3, 1],
          ],
        ],
        ranges: [{ start: 3, end: 4 }],
      },
    ];
  for (const { title, places, ranges } of cases) {
    it(title, () => {
      const piece = select(...places);
      assert.deepEqual(piece?.ranges, ranges);
      assert.deepEqual([piece?.kind, piece?.id, piece?.anchor], ["selection", "selection", ranges[0]?.start]);
    });
  }

  it("is nothing where nothing is selected", () => {
    assert.equal(select(), undefined);
    assert.equal(
      select([
        [3, 2],
        [3, 2],
      ]),
      undefined,
    );
  });
});
