import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readLanguages } from "../../../src/cli/languageFile.ts";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

describe("readLanguages", () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  function write(text: string): string {
    const path = join(folder.path, "forgeai.languages.json");
    writeFileSync(path, text);
    return path;
  }

  it("has the built-in ones where no file is named", async () => {
    assert.deepEqual(await readLanguages(undefined), { languages: LANGUAGES, refused: [] });
  });

  it("reads JSON with comments, and refuses single rows", async () => {
    const path = write('\uFEFF{ // mine\n"python": {"aliases": ["snake"]}, "go": {"run": 1}, }');
    const { languages, refused } = await readLanguages(path);
    assert.deepEqual(languages[0]?.aliases, ["snake"]);
    assert.deepEqual(
      refused.map(({ id, field }) => [id, field]),
      [["go", "run"]],
    );
  });

  it("refuses a list as a whole", async () => {
    const { languages, refused } = await readLanguages(write("[]"));
    assert.equal(languages, LANGUAGES);
    assert.equal(refused.length, 1);
  });

  it("says where a file is no JSON", async () => {
    const path = write('{\n  "python": }');
    await assert.rejects(readLanguages(path), {
      code: "bad-request",
      message: `${path}:2:13 is no JSON: ValueExpected.`,
    });
  });

  it("says that an empty file is none", async () => {
    const path = write("");
    await assert.rejects(readLanguages(path), { code: "bad-request", message: /:1:1 is no JSON/ });
  });

  it("says that there is no such file, and that it is a directory", async () => {
    await assert.rejects(readLanguages(join(folder.path, "none")), { code: "bad-request", message: /ENOENT/ });
    await assert.rejects(readLanguages(folder.path), { code: "bad-request", message: /EISDIR/ });
  });
});
