import assert from "node:assert/strict";
import { pythonProblems } from "../../../src/language/python.ts";

const SOURCE = 'def f():\n    return len("日本") + 1 / 0\n\nf()\n';

function problemsIn(text: string, { source = SOURCE, succeeded = false } = {}) {
  return pythonProblems({ text, folder: "/code", sources: new Map([["main.py", source]]), succeeded });
}

function tracebackOf(final: string, shown = '    return len("日本") + 1 / 0\n'): string {
  return `Traceback (most recent call last):\n  File "/code/main.py", line 2, in f\n${shown}${final}\n`;
}

describe("The Python matcher", () => {
  it("reads marks below wide characters as Python 3.11 counts them, and as Python 3.13 does", () => {
    for (const marks of [`${" ".repeat(23)}~~^~~`, `${" ".repeat(25)}~~^~~`]) {
      const [problem] = problemsIn(
        tracebackOf("ZeroDivisionError: division by zero", `    return len("日本") + 1 / 0\n${marks}\n`),
      );
      assert.deepEqual([problem?.column, problem?.endColumn], [24, 29]);
    }
  });

  it("gives no column where the line that was shown isn't in the file", () => {
    const [problem] = problemsIn(tracebackOf("ZeroDivisionError: x", "    return 2 / 0\n           ~~^~~\n"));
    assert.deepEqual([problem?.line, problem?.column], [2, undefined]);
  });

  it("prefers the last report that fits the file to a later one that doesn't", () => {
    const [problem] = problemsIn(
      `${tracebackOf("ValueError: true")}${tracebackOf("KeyError: 'false'", "    fake()\n")}`,
    );
    assert.equal(problem?.code, "ValueError");
  });

  it("keeps what a thread lost apart from what ended the program", () => {
    const text = `Exception in thread Thread-1 (f):\n${tracebackOf("KeyError: 'lost'")}still working\n${tracebackOf("ValueError: end")}`;
    assert.deepEqual(
      problemsIn(text).map(({ message }) => message),
      ["ValueError: end", "KeyError: 'lost'"],
    );
    assert.deepEqual(
      problemsIn(text, { succeeded: true }).map(({ message }) => message),
      ["KeyError: 'lost'"],
    );
  });

  it("says once what went wrong many times", () => {
    const lost = `Exception in thread Thread-1 (f):\n${tracebackOf("KeyError: 'lost'")}`;
    assert.equal(problemsIn(lost.repeat(60), { succeeded: true }).length, 1);
  });

  it("keeps the error that ended the program where there are too many problems", () => {
    const lost = Array.from(
      { length: 60 },
      (_, at) => `Exception in thread Thread-${at}:\n${tracebackOf(`KeyError: ${at}`)}`,
    );
    const problems = problemsIn(`${lost.join("")}${tracebackOf("ValueError: end")}`);
    assert.equal(problems.length, 50);
    assert.equal(problems[0]?.message, "ValueError: end");
  });

  it("cuts a message that nobody would read to its end", () => {
    const [long] = problemsIn(tracebackOf(`ValueError: ${"x".repeat(100_000)}`));
    assert.equal(long?.message.length, 2_001);
    const [tall] = problemsIn(tracebackOf(`ValueError: ${"x\n".repeat(1_000)}`));
    assert.equal(tall?.message.split("\n").length, 10);
  });

  it("finds a warning after text without a line end", () => {
    const [problem] = problemsIn("working.../code/main.py:4: UserWarning: careful\n  f()\n", { succeeded: true });
    assert.deepEqual(problem, {
      file: "main.py",
      line: 4,
      severity: "warning",
      message: "UserWarning: careful",
      code: "UserWarning",
      related: [],
    });
  });

  it("reads a report whose beginning was cut off", () => {
    const [problem] = problemsIn(tracebackOf("ValueError: cut").replace(/^.*\n/, ""));
    assert.equal(problem?.message, "ValueError: cut");
  });

  it("finds nothing in a report that broke off", () => {
    assert.deepEqual(problemsIn(tracebackOf("").trimEnd()), []);
  });
});
