import assert from "node:assert/strict";
import { goProblems } from "../../../src/language/go.ts";

const SOURCE = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Printf("%d\\n", "x")\n}\n';

function problemsIn(text: string, succeeded = false) {
  return goProblems({ text, folder: "/code", sources: new Map([["main.go", SOURCE]]), succeeded });
}

describe("The Go matcher", () => {
  it("takes what go vet finds for a warning, and what keeps it from looking for an error", () => {
    const finding =
      '# command-line-arguments\n# [command-line-arguments]\n./main.go:6:2: fmt.Printf format %d has arg "x" of wrong type string\n';
    assert.equal(problemsIn(finding)[0]?.severity, "warning");
    assert.deepEqual(problemsIn("# command-line-arguments\nvet: ./main.go:6:21: undefined: y\n"), [
      { file: "main.go", line: 6, column: 21, severity: "error", message: "undefined: y", related: [] },
    ]);
  });

  it("finds no compile error in what a program prints after something else", () => {
    assert.deepEqual(problemsIn("starting\n./main.go:6:2: undefined: x\n"), []);
  });

  it("finds no compile error beside a panic", () => {
    const panic = "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/code/main.go:6 +0x1d\nexit status 2\n";
    assert.deepEqual(problemsIn(`./main.go:6:2: undefined: x\n${panic}`), [
      { file: "main.go", line: 6, severity: "error", message: "panic: x", related: [] },
    ]);
  });

  it("finds no panic in words about one", () => {
    assert.deepEqual(
      problemsIn(
        "don't panic: all is well\n\nand then\n\ngoroutine 1 [running]:\nmain.main()\n\t/code/main.go:6 +0x1d\n",
      ),
      [],
    );
  });

  it("finds nothing where the phase ended well", () => {
    assert.deepEqual(problemsIn("./main.go:6:2: undefined: x\n", true), []);
  });
});
