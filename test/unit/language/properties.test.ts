import assert from "node:assert/strict";
import * as fc from "fast-check";
import { findProblems } from "../../../src/language/matcher.ts";
import type { Place, Report } from "../../../src/language/problem.ts";
import { FORMATS } from "./golden.ts";

const SOURCES = new Map([
  ["main.py", "def f():\n    return 1 / 0\n\nf('日本 é 𝒳')"],
  ["lib/helper.js", "throw new Error('x');\r\n\t日本.foo;\r\n"],
  ["main.go", '\ufeffpackage main\n\nfunc main() { panic("日本") }\n'],
]);

/** Pieces of reports: the more of them stand in their right order, the deeper a matcher goes. */
const PIECES = [
  "Traceback (most recent call last):",
  "  + Exception Group Traceback (most recent call last):",
  "  +-+---------------- 1 ----------------",
  "    | Traceback (most recent call last):",
  '    |   File "/code/main.py", line 2, in f',
  "    | ValueError: member",
  '  File "/code/main.py", line 2, in f',
  '  File "/code/main.py", line 4',
  "    return 1 / 0",
  "           ~~^~~",
  "    ...<3 lines>...",
  "  [Previous line repeated 995 more times]",
  "ZeroDivisionError: division by zero",
  "During handling of the above exception, another exception occurred:",
  "Exception in thread Thread-1 (f):",
  "Fatal Python error: Segmentation fault",
  "Current thread 0x00007f (most recent call first):",
  "/code/main.py:2: UserWarning: careful",
  "SyntaxError: Non-UTF-8 code in file /code/main.py on line 2, but",
  "/code/lib/helper.js:1",
  "file:///code/lib/helper.js:2",
  "node:internal/modules/run_main:107",
  "throw new Error('x');",
  "\t日本.foo;",
  "^",
  "      ^^^^^",
  "Error: x",
  "    at f (/code/lib/helper.js:1:7)",
  "    at file:///code/%E0%A4%A:2:3 {",
  "  [cause]: TypeError: inner",
  "      at async g (file:///code/lib/helper.js:2:5)",
  "  code: 'ERR_X',",
  "}",
  "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/code/nope' imported from /code/lib/helper.js",
  "(node:7) Warning: careful",
  "panic: runtime error: index out of range",
  "\tpanic: again [recovered]",
  "[signal SIGSEGV: segmentation violation]",
  "fatal error: stack overflow",
  "runtime stack:",
  "goroutine 1 [running]:",
  "main.main()",
  "\t/code/main.go:3 +0x1d",
  "created by main.main in goroutine 1",
  "# command-line-arguments",
  "./main.go:3:22: undefined: x",
  "\t./main.go:1:4: other declaration of x",
  "\u001b[31mred\u001b[0m",
  "",
];

const text = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    ),
    {
      maxLength: 60,
    },
  )
  .chain((lines) => fc.constantFrom("\n", "\r\n", "\n\n").map((end) => lines.join(end)));

function reportOf(output: string, succeeded: boolean): Report {
  return { text: output, folder: "/code", sources: SOURCES, succeeded };
}

function assertInFile(place: Place): void {
  const lines = SOURCES.get(place.file)?.split(/\r\n|\n/) ?? assert.fail(place.file);
  const hasColumn = (line: number, column = 1) => column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1;
  assert.ok(hasColumn(place.line, place.column), JSON.stringify(place));
  assert.ok(hasColumn(place.endLine ?? place.line, place.endColumn), JSON.stringify(place));
  assert.ok(place.endColumn === undefined || place.column !== undefined);
}

for (const format of FORMATS) {
  describe(`The ${format} matcher, whatever it is given`, () => {
    it("never throws and names only places that exist", () => {
      fc.assert(
        fc.property(text, fc.boolean(), (output, succeeded) => {
          const problems = findProblems(format, reportOf(output, succeeded));
          assert.ok(problems.length <= 50);
          for (const problem of problems) {
            assert.ok(problem.related.length <= 20);
            assert.ok(problem.message.length >= 1 && problem.message.length <= 2_001);
            for (const place of [problem, ...problem.related]) assertInFile(place);
          }
        }),
        { numRuns: 300 },
      );
    });

    it("reads any text at all", () => {
      fc.assert(
        fc.property(
          fc.string({ unit: "binary" }),
          (output) => findProblems(format, reportOf(output, false)).length === 0,
        ),
      );
    });

    for (const piece of new Set(PIECES)) {
      it(`reads 256 KB of ${JSON.stringify(piece)} in time`, () => {
        for (const part of [`${piece}\n`, `${piece} `, `${piece}\n    at f (/code/lib/helper.js:1:7)\n`]) {
          findProblems(format, reportOf(part.repeat(Math.ceil(270_000 / part.length)), false));
        }
      });
    }
  });
}
