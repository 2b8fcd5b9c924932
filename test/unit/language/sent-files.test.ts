import assert from "node:assert/strict";
import { SentFiles } from "../../../src/language/sent-files.ts";

function filesIn(folder: string, ...names: string[]): SentFiles {
  return new SentFiles({ folder, sources: new Map(names.map((name) => [name, "one\r\ntwo\n"])) });
}

describe("SentFiles", () => {
  const files = filesIn("/code", "main.py", "lib/my (1) é.mjs", "./dotted.go");

  it("finds a file under the folder, beside it, and by its URL", () => {
    for (const path of [
      "/code/main.py",
      "main.py",
      "./main.py",
      "/code/./main.py",
      "file:///code/main.py",
      "lib/../main.py",
    ]) {
      assert.equal(files.find(path), "main.py", path);
    }
    assert.equal(files.find("file:///code/lib/my%20(1)%20%C3%A9.mjs?again=1"), "lib/my (1) é.mjs");
  });

  it("gives a file the name that the request gave it", () => {
    assert.equal(files.find("/code/dotted.go"), "./dotted.go");
  });

  it("finds no file that wasn't sent", () => {
    for (const path of [
      "/usr/main.py",
      "/main.py",
      "/code/../main.py",
      "other.py",
      "<string>",
      "",
      "/code/",
      "file:///code/%.py",
    ]) {
      assert.equal(files.find(path), undefined, path);
    }
  });

  it("finds a file after text that the program left on the line", () => {
    assert.equal(files.findAtEnd("working.../code/main.py"), "main.py");
    assert.equal(files.findAtEnd("see file:///code/main.py"), "main.py");
    assert.equal(files.findAtEnd("see main.py"), undefined);
  });

  it("finds a file in a folder of Windows", () => {
    const onWindows = filesIn("C:\\work\\run 1", "lib/main.js");
    assert.equal(onWindows.find("C:\\work\\run 1\\lib\\main.js"), "lib/main.js");
    assert.equal(onWindows.find("file:///C:/work/run%201/lib/main.js"), "lib/main.js");
    assert.equal(onWindows.find("C:\\other\\lib\\main.js"), undefined);
  });

  it("names no line that a file doesn't have, and no column that a line doesn't have", () => {
    assert.deepEqual(files.place("main.py", 2, 4), { file: "main.py", line: 2, column: 4 });
    assert.deepEqual(files.place("main.py", 2, 5), { file: "main.py", line: 2 });
    assert.equal(files.place("main.py", 4), undefined);
    assert.equal(files.place("main.py", Number.NaN), undefined);
  });
});
