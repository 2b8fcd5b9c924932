import assert from "node:assert/strict";
import { extendLanguages } from "../../src/index.ts";
import { LANGUAGES } from "../../src/language/catalog.ts";
import { describeLanguage, type Fixtures, readFixtures } from "./support/languageTable.ts";
import { collectRun } from "./support/runs.ts";

for (const language of LANGUAGES) describeLanguage(language, readFixtures(language.id));

/** A language that isn't built in is tested by the same table: it takes a row and its programs. */
const ash = {
  name: "Almquist shell",
  extensions: [".ash"],
  versions: { any: "python:3.14-alpine" },
  fileName: "main.ash",
  run: ["sh", "{file}"],
};

const ashPrograms: Fixtures = {
  programs: {
    hello: [{ path: "hello.ash", content: "echo Hello, World!" }],
    echo: [
      {
        path: "main.ash",
        content: '. ./shout.ash; for each; do printf "[%s]\\n" "$each"; done; shout; echo "Schluß ✓" >&2; exit 3',
      },
      { path: "shout.ash", content: "shout() { tr a-z A-Z | sed s/é/É/; echo !; }" },
    ],
    error: [{ path: "error.ash", content: "missing-command\n" }],
    flood: [{ path: "flood.ash", content: "while true; do printf %1000d 0; done" }],
    forever: [{ path: "forever.ash", content: "while true; do :; done" }],
  },
  expected: { error: { message: "missing-command: not found" } },
};

for (const language of extendLanguages({ ash }, []).languages) describeLanguage(language, ashPrograms);

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
    assert.deepEqual([result.outcome, result.exitCode], ["failed", 3], result.evidence);
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
    assert.deepEqual([result.outcome, result.exitCode], ["ok", 0], result.evidence);
  });
});
