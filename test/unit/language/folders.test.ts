import assert from "node:assert/strict";
import type { ProblemFormat } from "../../../src/language/language.ts";
import { findProblems } from "../../../src/language/matcher.ts";

interface Printed {
  readonly what: string;
  readonly format: ProblemFormat;
  readonly sources: Readonly<Record<string, string>>;
  /** What the toolchain printed in a container. */
  readonly text: readonly string[];
  readonly places: readonly string[];
}

const GO = {
  "cmd/app/main.go": "package main\nfunc main() { f(missing) }\n",
  "cmd/app/helper.go": "package main\nfunc f(a int) { var s []int; _ = s[a] }\n",
  "other/x.go": "package other\n",
};

/** A program whose main file lies in a folder: the paths are those that the request sent. */
const cases: readonly Printed[] = [
  {
    what: "a traceback of Python 3.14",
    format: "python",
    sources: {
      "src/app/main.py": "import helper\nhelper.f()\n",
      "src/app/helper.py": "def f():\n  return 1/0\n",
    },
    text: [
      "Traceback (most recent call last):",
      '  File "/code/src/app/main.py", line 2, in <module>',
      "    helper.f()",
      "    ~~~~~~~~^^",
      '  File "/code/src/app/helper.py", line 2, in f',
      "    return 1/0",
      "           ~^~",
      "ZeroDivisionError: division by zero",
    ],
    places: ["src/app/helper.py:2:10", "src/app/main.py:2:1"],
  },
  {
    what: "a syntax error of Python 3.9",
    format: "python",
    sources: { "src/app/main.py": "x = (\n" },
    text: ['  File "/code/src/app/main.py", line 2', "    ", "    ^", "SyntaxError: unexpected EOF while parsing"],
    places: ["src/app/main.py:2:1"],
  },
  {
    what: "a stack of Node 24",
    format: "node",
    sources: {
      "src/app/main.js": "const h = require('./helper');\nh();\n",
      "src/app/helper.js": "module.exports = () => { null.x; };\n",
    },
    text: [
      "/code/src/app/helper.js:1",
      "module.exports = () => { null.x; };",
      "                              ^",
      "",
      "TypeError: Cannot read properties of null (reading 'x')",
      "    at module.exports (/code/src/app/helper.js:1:31)",
      "    at Object.<anonymous> (/code/src/app/main.js:2:1)",
      "    at Module._compile (node:internal/modules/cjs/loader:1929:14)",
      "",
      "Node.js v24.21.0",
    ],
    places: ["src/app/helper.js:1:31", "src/app/main.js:2:1"],
  },
  {
    what: "a syntax error in a module, which Node 24 names by its URL",
    format: "node",
    sources: { "src/app/main.mjs": "import h from './helper.mjs';\nh(;\n" },
    text: [
      "file:///code/src/app/main.mjs:2",
      "h(;",
      "  ^",
      "",
      "SyntaxError: Unexpected token ';'",
      "    at compileSourceTextModule (node:internal/modules/esm/utils:319:16)",
      "",
      "Node.js v24.21.0",
    ],
    places: ["src/app/main.mjs:2:3"],
  },
  {
    what: "an error of Go's compiler, which says no ./ before folders",
    format: "go",
    sources: GO,
    text: ["# command-line-arguments", "cmd/app/main.go:2:17: undefined: missing"],
    places: ["cmd/app/main.go:2:17"],
  },
  {
    what: "a panic of Go",
    format: "go",
    sources: GO,
    text: [
      "panic: runtime error: index out of range [3] with length 0",
      "",
      "goroutine 1 [running]:",
      "main.f(...)",
      "\t/code/cmd/app/helper.go:2",
      "main.main()",
      "\t/code/cmd/app/main.go:2 +0xa",
    ],
    places: ["cmd/app/helper.go:2", "cmd/app/main.go:2"],
  },
];

describe("findProblems, for a program in a folder", () => {
  for (const { what, format, sources, text, places } of cases) {
    it(`names the files of ${what} as the request did`, () => {
      const problems = findProblems(format, {
        text: `${text.join("\n")}\n`,
        folder: "/code",
        sources: new Map(Object.entries(sources)),
        succeeded: false,
      });
      const found = problems.flatMap((problem) => [problem, ...problem.related]);
      assert.deepEqual(
        found.map(({ file, line, column }) => [file, line, column].filter((part) => part !== undefined).join(":")),
        places,
      );
    });
  }

  it("finds nothing for a language whose programs nobody reads", () => {
    const text = 'Traceback (most recent call last):\n  File "/code/main.py", line 1, in <module>\nValueError: x\n';
    const report = { text, folder: "/code", sources: new Map([["main.py", "x\n"]]), succeeded: false };
    assert.equal(findProblems("python", report).length, 1);
    assert.deepEqual(findProblems(undefined, report), []);
  });
});
