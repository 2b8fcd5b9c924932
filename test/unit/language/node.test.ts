import assert from "node:assert/strict";
import { nodeProblems } from "../../../src/language/node.ts";

const SOURCE = 'import { a } from "pkg";\nfunction old() {\n  throw new Error("x");\n}\nold();\n';

function problemsIn(text: string, { source = SOURCE, succeeded = false } = {}) {
  return nodeProblems({ text, folder: "/code", sources: new Map([["lib/main.mjs", source]]), succeeded });
}

describe("The Node matcher", () => {
  it("finds a warning that was printed with its stack", () => {
    const text =
      "(node:7) [DEP_OLD] DeprecationWarning: old is going away\n" +
      "    at old (file:///code/lib/main.mjs:3:9)\n    at file:///code/lib/main.mjs:5:1\n    at node:internal/main:1:1\n";
    assert.deepEqual(problemsIn(text, { succeeded: true }), [
      {
        file: "lib/main.mjs",
        line: 3,
        column: 9,
        severity: "warning",
        message: "DeprecationWarning: old is going away",
        code: "DEP_OLD",
        related: [{ file: "lib/main.mjs", line: 5, column: 1, message: "called from here" }],
      },
    ]);
  });

  it("finds nothing where Node shows a line that isn't in the file", () => {
    assert.deepEqual(problemsIn('/code/lib/main.mjs:3\n  throw "other";\n  ^\nother\n'), []);
  });

  it("finds a header after text without a line end", () => {
    const [problem] = problemsIn(
      'working...file:///code/lib/main.mjs:3\n  throw new Error("x");\n        ^\n\nError: x\n',
    );
    assert.deepEqual([problem?.line, problem?.column, problem?.message], [3, 9, "Error: x"]);
  });

  it("doesn't take an older error for one that has no place", () => {
    const older = "Error: handled\n    at old (/code/lib/main.mjs:3:9)\n";
    const last =
      "node:internal/process/promises:394\n    trigger(err);\n    ^\n\n[Error: lost] {\n  code: 'E'\n}\n\nNode.js v24.0.0\n";
    assert.equal(problemsIn(older).length, 1);
    assert.deepEqual(problemsIn(older + last), []);
  });

  it("finds nothing for an import that isn't in the source", () => {
    const text =
      "node:internal/modules/esm/resolve:1\n  throw x;\n  ^\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find package 'NAME' imported from /code/lib/main.mjs\n";
    assert.deepEqual(problemsIn(text.replace("NAME", "other")), []);
    assert.deepEqual(problemsIn(text.replace("NAME", "pkg"))[0]?.column, 19);
  });

  it("resolves an import from the folder of the file that has it", () => {
    const text =
      "node:internal/modules/esm/resolve:1\n  throw x;\n  ^\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find module '/code/up.mjs' imported from /code/lib/main.mjs\n";
    const [problem] = problemsIn(text, { source: 'import "./up.mjs";\nimport "../up.mjs";\n' });
    assert.deepEqual([problem?.line, problem?.column, problem?.endColumn], [2, 8, 19]);
  });
});
