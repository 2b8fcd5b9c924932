import assert from "node:assert/strict";
import { commonFolder, folderOf, pathWithin, sentRoot } from "../../../../src/vscode/include/includePaths.ts";

describe("Paths beside a program", () => {
  const cases: readonly (readonly [folders: readonly string[], common: string])[] = [
    [["src/app"], "src/app"],
    [["src/app", "src/app"], "src/app"],
    [["src/app", "src"], "src"],
    [["src", "src/app"], "src"],
    [["src/app", "src/apple"], "src"],
    [["src/app", "lib"], ""],
    [["src/app/a", "src/app/b", "src/c"], "src"],
    [["a/b", "a/b/c/d", "a/b/c"], "a/b"],
    [["", "src"], ""],
  ];
  for (const [folders, common] of cases) {
    it(`have ${JSON.stringify(common)} in common where their folders are ${JSON.stringify(folders)}`, () => {
      assert.equal(commonFolder(folders), common);
    });
  }

  it("begin where the program's own does", () => {
    assert.equal(pathWithin("src/app", "src/app/a.py"), "a.py");
    assert.equal(pathWithin("", "src/a.py"), "src/a.py");
    assert.equal(pathWithin("src", "src"), "");
    assert.deepEqual(["a.py", "src/a.py"].map(folderOf), ["", "src"]);
  });

  it("began at the folder that the program's sent path tells", () => {
    assert.equal(sentRoot("src/app", "main.py"), "src/app");
    assert.equal(sentRoot("src/app", "app/main.py"), "src");
    assert.equal(sentRoot("src/app", "src/app/main.py"), "");
    assert.equal(sentRoot("", "main.py"), "");
  });
});
