import assert from "node:assert/strict";
import { extendLanguages, type RunResult } from "../../src/index.ts";
import { collectRun, program } from "./support/runs.ts";

interface Row {
  readonly language: string;
  readonly image: string;
  readonly extension: string;
  /** Where error.* goes wrong, and in which words. */
  readonly error: { readonly line: number; readonly message: RegExp };
}

const python = { extension: "py", error: { line: 2, message: /^ZeroDivisionError: / } };
const javascript = { extension: "js", error: { line: 2, message: /^TypeError: Cannot read propert/ } };
const go = { extension: "go", error: { line: 4, message: /index out of range/ } };

const rows: readonly Row[] = [
  { language: "python", image: "python:3.14-alpine", ...python },
  { language: "python@3.9", image: "python:3.9-alpine", ...python },
  { language: "javascript", image: "node:24-alpine", ...javascript },
  { language: "javascript@16", image: "node:16-alpine", ...javascript },
  { language: "go", image: "golang:1.27-alpine", ...go },
  { language: "go@1.19", image: "golang:1.19-alpine", ...go },
];

for (const { language, image, extension, error } of rows) {
  const folder = language.split("@")[0];

  describe(`${language} in a container`, () => {
    it("greets the world, within the limits that a run has by default", async () => {
      const result = await collectRun({ language, files: program(`${folder}/hello.${extension}`) });
      assert.equal(result.stdout, "Hello, World!\n");
      assert.equal(result.stderr, "");
      assertEnding(result, "ok", 0);
      assert.equal(result.image, image);
      assert.equal(result.limits.memoryBytes, 128 * 1024 * 1024);
    });

    it("gets its files, arguments and input as they were sent, and its output and status come back", async () => {
      const args = ["one", "two words", "", "--flag", "$HOME `id` 'x' \"y\" \\", "line\nbreak ", "Grüße 🌍"];
      const stdin = "héllo 😀\n$(exit 9)";
      const result = await collectRun({ language, files: program(`${folder}/echo`), args, stdin });
      assert.equal(result.stdout, `${args.map((arg) => `[${arg}]\n`).join("")}HÉLLO 😀\n$(EXIT 9)!\n`);
      assert.equal(result.stderr, "Schluß ✓\n");
      assertEnding(result, "failed", 3);
    });

    it("tells where an error happened", async () => {
      const name = `error.${extension}`;
      const result = await collectRun({ language, files: program(`${folder}/${name}`) });
      const [problem, ...more] = result.problems;
      assert.deepEqual([problem?.file, problem?.line, problem?.severity], [name, error.line, "error"], result.stderr);
      assert.match(problem?.message ?? "", error.message);
      assert.deepEqual(more, []);
      assert.equal(result.outcome, "failed");
    });
  });
}

for (const language of ["go", "go@1.19"]) {
  describe(`${language} that doesn't compile`, () => {
    it("is told apart from one that fails, with the place", async () => {
      const result = await collectRun({ language, files: program("go/compile-error.go") });
      assert.equal(result.outcome, "compile-failed", result.evidence);
      const places = result.problems.map(({ file, line, column }) => ({ file, line, column }));
      assert.deepEqual(places, [{ file: "compile-error.go", line: 4, column: 10 }], result.stderr);
      assert.match(result.problems[0]?.message ?? "", /undefined: missing/);
      assert.equal(result.phases.runMs, 0);
    });
  });
}

describe("A language that a caller brings", () => {
  const shell = { versions: { any: "python:3.14-alpine" }, fileName: "main.sh" };
  const copy = ["sh", "-c", 'cat "$2" "$3" >"$1"', "sh", "{artefact}", "{sources}"];
  const { languages, refused } = extendLanguages({
    shell: { ...shell, name: "Shell", run: ["sh", "{file}"], environment: { WHO: "a row" } },
    script: {
      ...shell,
      name: "Script",
      compile: { command: copy, limits: { timeout: 10 } },
      run: ["sh", "{artefact}"],
    },
  });

  it("runs in the image, with the command and in the environment of its row", async () => {
    assert.deepEqual(refused, []);
    const data = { path: "src/data", content: "data\n" };
    const files = [{ path: "src/app/main.sh", content: 'echo "$0 of $WHO"; cat src/data; exit 3' }, data];
    const result = await collectRun({ language: "shell", languages, files });
    assert.equal(result.stdout, "src/app/main.sh of a row\ndata\n");
    assertEnding(result, "failed", 3);
    assert.deepEqual([result.language, result.version, result.image], ["shell", "any", "python:3.14-alpine"]);
    assert.deepEqual(result.problems, []);
  });

  it("is compiled where its row says how, from the files that lie beside the first", async () => {
    const files = [
      { path: "src/app/main.sh", content: "echo one\n" },
      { path: "other.sh", content: "echo other\n" },
      { path: "src/app/two.sh", content: "echo two\n" },
    ];
    const result = await collectRun({ language: "script", languages, files });
    assert.equal(result.stdout, "one\ntwo\n");
    assertEnding(result, "ok", 0);
  });
});

function assertEnding(result: RunResult, outcome: RunResult["outcome"], exitCode: number): void {
  assert.deepEqual([result.outcome, result.exitCode], [outcome, exitCode], `${result.evidence}\n${result.stderr}`);
}
