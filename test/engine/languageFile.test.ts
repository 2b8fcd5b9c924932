import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endCliCalls, runCli } from "./support/commandLine.ts";

/** One wrong field each; a new language unless it is Python's own row. */
const BAD_ROWS: Readonly<Record<string, unknown>> = {
  "not-an-object": 1,
  "a-list": [],
  "nothing-said": {},
  "UPPER CASE": {},
  "bad-name": { name: 1 },
  "no-name": { name: "" },
  "bad-aliases": { aliases: "x" },
  "bad-alias": { aliases: ["a b"] },
  "bad-extensions": { extensions: {} },
  "bad-extension": { extensions: ["py"] },
  "bad-editor-ids": { editorIds: [1] },
  "bad-versions": { versions: [] },
  "no-versions": { versions: {} },
  "bad-image": { versions: { "1": "NOT AN IMAGE" } },
  "bad-default": { defaultVersion: "9" },
  "bad-file-name": { fileName: "../x" },
  "bad-run": { run: "x {file}" },
  "no-run": { run: [] },
  "bad-environment": { environment: { A: 1 } },
  "bad-compile": { compile: { command: 1 } },
};

const FULL = { name: "Language", versions: { "1": "python:3.14-alpine" }, fileName: "main.x", run: ["x", "{file}"] };

const GOOD_ROW = {
  name: "Snake",
  extensions: [".snake"],
  versions: { "3": "python:3.14-alpine" },
  fileName: "main.snake",
  run: ["python3", "{file}"],
};

describe("forgeai, with what a file says of its language", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "forgeai-languages-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await endCliCalls();
  });

  async function write(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  it("runs a file without an extension by its first line, under its own name", async () => {
    const path = await write("deploy", "#!/usr/bin/env -S python3 -u\nimport sys\nprint(sys.argv[0].split('/')[-1])\n");
    const result = await runCli(["--container", "exec", path]);
    assert.deepEqual(result, { status: 0, stdout: "deploy\n", stderr: "" });
  });

  it("names each of 20 bad rows on stderr, and runs the good one", async () => {
    const bad = Object.entries(BAD_ROWS).map(([id, row]) => [id, isFields(row) ? { ...FULL, ...row } : row]);
    const rows = { ...Object.fromEntries(bad), "nothing-said": {}, snake: GOOD_ROW };
    const file = await write("forgeai.languages.json", `// mine\n${JSON.stringify(rows)}`);
    const program = await write("hello.snake", "print(1)");
    const { status, stdout, stderr } = await runCli(["--container", "--json", "--languages", file, "exec", program]);
    assert.equal(status, 0, stderr);
    const result: unknown = JSON.parse(stdout);
    assert.ok(typeof result === "object" && result !== null);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.length, Object.keys(BAD_ROWS).length, stderr);
    for (const id of Object.keys(BAD_ROWS))
      assert.ok(
        lines.some((line) => line.includes(JSON.stringify(id))),
        id,
      );
    const list = await runCli(["--container", "--languages", file, "lang", "list"]);
    assert.match(list.stdout, /^snake +3 +python:3\.14-alpine +- +\.snake$/m);
  });

  it("doesn't take a file of languages that wasn't named", async () => {
    const program = await write("other.snake", "print(1)");
    const { status, stderr } = await runCli(["exec", program]);
    assert.equal(status, 2);
    assert.match(stderr, /can't tell the language/);
  });

  it("says where a file of languages is no JSON", async () => {
    const file = await write("broken.json", "{\n  x");
    const { status, stderr } = await runCli(["--languages", file, "run", "python", "1"]);
    assert.equal(status, 2);
    assert.match(stderr, /broken\.json:2:3 is no JSON/);
  });
});

function isFields(row: unknown): row is object {
  return typeof row === "object" && row !== null && !Array.isArray(row);
}
