import assert from "node:assert/strict";
import type { Place } from "../../../../src/language/problem.ts";
import { findSpan, type SentLines } from "../../../../src/vscode/problems/spans.ts";

type Case = readonly [what: string, place: Omit<Place, "file">, expected: string];

function assertSpan(document: readonly string[], sent: SentLines, place: Omit<Place, "file">, expected: string): void {
  const { start, end } = findSpan(document, sent, { file: "main.py", ...place });
  assert.equal(`${start.line}:${start.character}-${end.line}:${end.character}`, expected);
}

describe("A place in a document that was sent as it is", () => {
  const lines = ["def f(x):", "    return größe / x  ", "", "𝒳 = f(0)", ""];
  const cases: readonly Case[] = [
    ["is the line without its indentation where there is no column", { line: 2 }, "1:4-1:22"],
    ["goes up to the column that is told", { line: 2, column: 12, endColumn: 21 }, "1:11-1:20"],
    ["goes up to the end of the word where none is told", { line: 2, column: 12 }, "1:11-1:16"],
    ["goes on from the middle of a word", { line: 2, column: 14 }, "1:13-1:16"],
    ["is one character where no word begins", { line: 4, column: 4 }, "3:3-3:4"],
    ["is a whole character where that takes two units", { line: 4, column: 1 }, "3:0-3:2"],
    ["goes on over lines", { line: 1, column: 1, endLine: 2, endColumn: 11 }, "0:0-1:10"],
    ["is behind the last character", { line: 1, column: 10 }, "0:9-0:9"],
    ["ends where its line does", { line: 1, column: 99, endColumn: 120 }, "0:9-0:9"],
    ["is on an empty line", { line: 3 }, "2:0-2:0"],
    ["is on the last line where that is empty", { line: 5, column: 1 }, "4:0-4:0"],
    ["is on the last line where the document has no such line", { line: 9 }, "4:0-4:0"],
  ];
  for (const [what, place, expected] of cases) {
    it(what, () => assertSpan(lines, { lines, indent: 0 }, place, expected));
  }
});

describe("A place in a part of a document", () => {
  const document = ["> Text", "> ```python", "> if x:", ">     1/0", "> ```", "more"];
  const sent = { lines: ["", "", "if x:", "    1/0", ""], indent: 2 };
  const cases: readonly Case[] = [
    ["has the columns of the document", { line: 4, column: 5, endColumn: 8 }, "3:6-3:9"],
    ["begins behind what stands in front of the code", { line: 3 }, "2:2-2:7"],
    ["begins at the code where there is no column", { line: 4 }, "3:6-3:9"],
    ["is at the end of the code where something is missing behind it", { line: 5, column: 1 }, "3:9-3:9"],
    ["is at the end of the code where a line is told that wasn't sent", { line: 6 }, "3:9-3:9"],
  ];
  for (const [what, place, expected] of cases) {
    it(what, () => assertSpan(document, sent, place, expected));
  }

  it("is at the end of the lines above where a tool names a line that wasn't selected", () => {
    const between = { lines: ["(1 +", "", ""], indent: 0 };
    assertSpan(["(1 +", "2)"], between, { line: 2, column: 1 }, "0:4-0:4");
  });

  it("is at the end of the first line where nothing was sent above", () => {
    assertSpan(["words", "x"], { lines: ["", "x"], indent: 0 }, { line: 1 }, "0:5-0:5");
  });
});
