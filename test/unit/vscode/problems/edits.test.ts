import assert from "node:assert/strict";
import * as fc from "fast-check";
import { afterEdits, type Edit } from "../../../../src/vscode/problems/edits.ts";
import type { Position } from "../../../../src/vscode/problems/spans.ts";

type At = readonly [line: number, character: number];

const at = ([line, character]: At): Position => ({ line, character });
const replace = (from: At, to: At, text: string): Edit => ({ range: { start: at(from), end: at(to) }, text });
const insert = (where: At, text: string): Edit => replace(where, where, text);

/** A mark on the lines 5 and 6, the last of which is 9 units long. */
const MARK = { span: { start: at([5, 4]), end: at([6, 7]) }, lastLength: 9 };

describe("What lies on lines 5 and 6", () => {
  const cases: readonly (readonly [what: string, edits: readonly Edit[], line: number | undefined])[] = [
    ["stays where nothing was edited", [], 5],
    ["stays where a line above gets longer", [insert([4, 2], "longer")], 5],
    ["moves down with a line that is put in above", [insert([2, 0], "x = 1\n")], 6],
    ["moves down with lines that end as on Windows", [insert([2, 3], "\r\n\r\n")], 7],
    ["moves down where a line is put in right in front of it", [insert([5, 0], "\n")], 6],
    ["moves down where the line above is broken", [insert([4, 9], "\n    ")], 6],
    ["moves up where lines above are deleted", [replace([1, 0], [3, 0], "")], 3],
    ["moves up where the line right above is deleted", [replace([4, 0], [5, 0], "")], 4],
    ["moves with lines above that are replaced", [replace([1, 0], [5, 0], "a\nb\n")], 3],
    ["stays where something is edited below", [replace([7, 0], [9, 1], "a\nb")], 5],
    ["stays where a line is begun behind it", [insert([6, 9], "\n    ")], 5],
    ["goes where its first line is edited", [insert([5, 30], " ")], undefined],
    ["goes where its last line is edited", [insert([6, 9], "x")], undefined],
    ["goes where its last line is broken", [insert([6, 8], "\n")], undefined],
    ["goes where it is indented", [insert([5, 0], "  ")], undefined],
    ["goes where it is deleted", [replace([5, 0], [7, 0], "")], undefined],
    ["goes where it is joined with the line above", [replace([4, 9], [5, 0], "")], undefined],
    ["goes where it is joined with the line below", [replace([6, 9], [7, 0], "")], undefined],
    ["goes with all that is around it", [replace([0, 0], [40, 0], "new\n".repeat(40))], undefined],
    ["moves by one edit after the other", [insert([3, 0], "\n\n"), replace([0, 0], [1, 0], "")], 6],
    ["is found by each edit where the one before left it", [insert([3, 0], "\n\n"), insert([6, 5], "x")], 7],
    ["goes by an edit of where it lies by then", [insert([3, 0], "\n\n"), insert([7, 5], "x")], undefined],
  ];
  for (const [what, edits, line] of cases) {
    it(what, () => {
      const span = afterEdits(MARK, edits);
      const expected = line === undefined ? undefined : { start: at([line, 4]), end: at([line + 1, 7]) };
      assert.deepEqual(span, expected);
    });
  }
});

describe("Whatever is edited", () => {
  const text = fc.array(fc.constantFrom("a", "b", " ", "\n"), { maxLength: 6 }).map((parts) => parts.join(""));
  const document = fc.array(fc.constantFrom("", "a", "bb", "a b"), { minLength: 1, maxLength: 12 });
  const edit = fc.tuple(fc.nat(), fc.nat(), text);

  /** Picks a place by a number, and what to replace by two of them. */
  function editIn(lines: readonly string[], [from, to, put]: readonly [number, number, string]): Edit {
    const place = (number: number): Position => {
      const line = number % lines.length;
      return { line, character: Math.floor(number / lines.length) % ((lines[line] ?? "").length + 1) };
    };
    const [one, other] = [place(from), place(to)];
    const isInOrder = one.line < other.line || (one.line === other.line && one.character <= other.character);
    return { range: isInOrder ? { start: one, end: other } : { start: other, end: one }, text: put };
  }

  function apply(lines: readonly string[], { range: { start, end }, text: put }: Edit): string[] {
    const before = [...lines.slice(0, start.line), (lines[start.line] ?? "").slice(0, start.character)].join("\n");
    const after = [(lines[end.line] ?? "").slice(end.character), ...lines.slice(end.line + 1)].join("\n");
    return `${before}${put}${after}`.split("\n");
  }

  it("what is left has the same lines beneath it", () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.nat(2), fc.array(edit, { maxLength: 4 }), (lines, first, more, wishes) => {
        const start = first % lines.length;
        const end = Math.min(start + more, lines.length - 1);
        const lastLength = (lines[end] ?? "").length;
        let edited: readonly string[] = lines;
        const edits = wishes.map((wish) => {
          const made = editIn(edited, wish);
          edited = apply(edited, made);
          return made;
        });
        const stretch = { span: { start: at([start, 0]), end: at([end, lastLength]) }, lastLength };
        const span = afterEdits(stretch, edits);
        if (span === undefined) return;
        assert.deepEqual(edited.slice(span.start.line, span.end.line + 1), lines.slice(start, end + 1));
      }),
      { numRuns: 2000 },
    );
  });

  it("whole lines that are put in or taken out elsewhere take nothing away", () => {
    fc.assert(
      fc.property(
        document,
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.nat(3)), { maxLength: 5 }),
        (lines, which, wishes) => {
          let line = which % lines.length;
          const start = at([line, 0]);
          const edits = wishes.map(([where, out, into]) => {
            const above = where % (line + 1);
            const from = Math.max(0, above - out);
            line += into - (above - from);
            return replace([from, 0], [above, 0], "x\n".repeat(into));
          });
          const span = afterEdits({ span: { start, end: start }, lastLength: 0 }, edits);
          assert.equal(span?.start.line, line);
        },
      ),
    );
  });
});
