import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSourceFile, readStream } from "../../../src/cli/source.ts";
import { MOST_SOURCE_BYTES } from "../../../src/run/limits.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

describe("readSourceFile", () => {
  let folder: TemporaryFolder;
  const at = (name: string): string => join(folder.path, name);

  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  it("reads the bytes, and tells the language by the extension", async () => {
    writeFileSync(at("a b.PY"), Uint8Array.of(0xef, 0xbb, 0xbf, 10));
    const { language, file } = await readSourceFile(at("a b.PY"));
    assert.deepEqual([language, file.path, file.content], ["python", "a b.PY", Buffer.of(0xef, 0xbb, 0xbf, 10)]);
  });

  it("reads no more of a large file than tells that it is too large", async () => {
    writeFileSync(at("large.py"), Buffer.alloc(MOST_SOURCE_BYTES + 10 * 1024 * 1024, "#"));
    const { content } = (await readSourceFile(at("large.py"))).file;
    assert.ok(content.length > MOST_SOURCE_BYTES && content.length < MOST_SOURCE_BYTES + 1024 * 1024);
  });

  it("says that there is no such file", async () => {
    await assert.rejects(readSourceFile(at("none.py")), {
      code: "bad-request",
      message: `There is no file ${at("none.py")}.`,
    });
  });

  it("says that it is a directory", async () => {
    await assert.rejects(readSourceFile(folder.path), {
      code: "bad-request",
      message: `${folder.path} is a directory.`,
    });
  });

  it("tells the language of a file without a known extension by its first line", async () => {
    for (const [name, text, language] of [
      ["deploy", "#!/usr/bin/env -S python3.9 -u\n", "python@3.9"],
      ["deploy.txt", "#!/bin/bash", "bash"],
      ["deploy.py", "#!/bin/bash", "python"],
    ] as const) {
      writeFileSync(at(name), text);
      const read = await readSourceFile(at(name));
      assert.deepEqual([read.language, read.file.path], [language, name]);
    }
  });

  it("says that it can't tell the language, and how to name it", async () => {
    writeFileSync(at("notes.txt"), "x");
    await assert.rejects(readSourceFile(at("notes.txt")), {
      code: "unknown-language",
      message: `ForgeAI can't tell the language of ${at("notes.txt")} by its name or its first line.`,
      hint: /^It knows \.py, \.pyw, \.js, .*\.go, .*; or name the language: forgeai run <language> - <notes\.txt$/,
    });
  });
});

describe("readStream", () => {
  it("puts the pieces together", async () => {
    async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
      yield Buffer.from("a");
      yield Buffer.from("b");
    }
    assert.equal(Buffer.from(await readStream(pieces())).toString(), "ab");
  });
});
