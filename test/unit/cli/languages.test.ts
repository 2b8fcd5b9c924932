import assert from "node:assert/strict";
import { listLanguages } from "../../../src/cli/languages.ts";

describe("listLanguages", () => {
  it("shows how each version is asked for, and in which image it runs", async () => {
    assert.equal(
      await listLanguages({ container: true, json: false }),
      [
        "LANGUAGE       VERSION  IMAGE",
        "python         3.14     python:3.14-alpine",
        "python@3.9     3.9      python:3.9-alpine",
        "javascript     24       node:24-alpine",
        "javascript@16  16       node:16-alpine",
        "go             1.27     golang:1.27-alpine",
        "go@1.19        1.19     golang:1.19-alpine",
        "",
      ].join("\n"),
    );
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
    });
  });

  it("shows what this machine has, and what it hasn't", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "";
    try {
      assert.equal(
        await listLanguages({ container: false, json: false }),
        [
          "LANGUAGE    VERSION        PROGRAM",
          "python      not installed  python3",
          "javascript  not installed  node",
          "go          not installed  go",
          "",
        ].join("\n"),
      );
    } finally {
      process.env["PATH"] = path;
    }
  });
});
