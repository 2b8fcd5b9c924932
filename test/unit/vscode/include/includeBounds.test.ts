import assert from "node:assert/strict";
import { RunFailure } from "../../../../src/run/failure.ts";
import { checkSearch, checkSizes, type SizedFile } from "../../../../src/vscode/include/includeBounds.ts";
import { BadSetting } from "../../../../src/vscode/settings/settingValues.ts";

const MEBIBYTE = 1024 * 1024;

function refusal(check: () => void): RunFailure {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof RunFailure && error.code === "bad-request");
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was refused" });
}

const file = (path: string, megabytes: number, glob?: string): SizedFile => ({
  path,
  bytes: megabytes * MEBIBYTE,
  glob,
});

describe("What is sent along", () => {
  it("may have 16 MB together with the program", () => {
    checkSizes(MEBIBYTE, [file("a", 7, "a"), file("b", 8, "b")]);
    checkSizes(17 * MEBIBYTE, []);
  });

  it("is refused beyond that, by the glob that brings most of it, with the way out", () => {
    const files = [file("data/a", 9, "data/**"), file("lib/b", 2, "lib/**"), file("data/c", 6, "data/**")];
    const failure = refusal(() => checkSizes(MEBIBYTE, files));
    const { message, hint } = failure;
    assert.ok(failure instanceof BadSetting && failure.setting === "include");
    assert.equal(message, 'The files of the run have 18 MB, 15 MB of them by "data/**"; at most 16 MB are sent.');
    assert.match(hint, /forgeai\.include.*standard input/);
  });

  it("is refused by its own name where it was chosen by itself", () => {
    const failure = refusal(() => checkSizes(0, [file("film.mp4", 20)]));
    assert.match(failure.message, /20 MB of them by "film\.mp4"/);
    assert.ok(!(failure instanceof BadSetting));
  });

  it("is refused where it is more than 1,000 files, or looked for everywhere", () => {
    const found = Array.from({ length: 1001 }, (_, index) => ({ path: `${index}`, globs: [index < 9 ? "a" : "**/*"] }));
    const { message } = refusal(() => checkSearch({ found, leftOut: [], tooMany: "files" }, ["a", "**/*"]));
    assert.equal(
      message,
      'forgeai.include brings more than 1000 files, the most that are sent, most of them by "**/*".',
    );
    const vast = refusal(() => checkSearch({ found: [], leftOut: [], tooMany: "entries" }, ["**/*.py"]));
    assert.match(vast.message, /looked for in more than 50000 files and folders: "\*\*\/\*\.py"\./);
    assert.match(vast.hint, /forgeai\.include/);
    checkSearch({ found, leftOut: [] }, ["a"]);
  });
});
