import assert from "node:assert/strict";
import { listLanguages } from "../../../src/cli/languages.ts";
import { LANGUAGES } from "../../../src/language/catalog.ts";

describe("listLanguages", () => {
  it("shows how each version is asked for, and in which image it runs", async () => {
    const lines = (await listLanguages({ container: true, json: false })).split("\n");
    assert.deepEqual(lines.slice(0, 5), [
      "LANGUAGE       VERSION  IMAGE                          ALSO                    FILES",
      "python         3.14     python:3.14-alpine             py, python3             .py .pyw",
      "python@3.9     3.9      python:3.9-alpine",
      "javascript     24       node:24-alpine                 js, node, nodejs        .js .mjs .cjs",
      "javascript@16  16       node:16-alpine",
    ]);
    const count = LANGUAGES.flatMap(({ versions }) => versions).length;
    assert.equal(lines.length, 1 + count + 1);
  });

  it("gives the same to programs", async () => {
    const rows: unknown = JSON.parse(await listLanguages({ container: true, json: true }));
    assert.ok(Array.isArray(rows));
    assert.deepEqual(rows[1], {
      language: "python",
      name: "Python",
      version: "3.9",
      isDefault: false,
      runsIn: "python:3.9-alpine",
      aliases: ["py", "python3"],
      extensions: [".py", ".pyw"],
    });
  });

  it("shows what this machine has, and what it hasn't", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "";
    try {
      const lines = (await listLanguages({ container: false, json: false })).split("\n");
      assert.deepEqual(lines.slice(0, 3), [
        "LANGUAGE    VERSION        PROGRAM  ALSO                    FILES",
        "python      not installed  python3  py, python3             .py .pyw",
        "javascript  not installed  node     js, node, nodejs        .js .mjs .cjs",
      ]);
      assert.equal(lines.length, 1 + LANGUAGES.length + 1);
    } finally {
      process.env["PATH"] = path;
    }
  });
});
