import * as vscode from "vscode";
import assert from "node:assert/strict";
import { openUntitled, outputShows, runActive } from "./support.ts";

describe("Without an engine", () => {
  it("the run says what was tried and never becomes a local one; with one it works, without a restart", async () => {
    const host = process.env["DOCKER_HOST"];
    await openUntitled("python", "print('it ran')\n");
    process.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
    try {
      assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
      const text = await outputShows("No Docker engine answers.");
      assert.match(text, /tried DOCKER_HOST \(unix:\/\/\/nowhere\/docker\.sock\): there is no such socket/);
      assert.doesNotMatch(text, /it ran/);
    } finally {
      if (host === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = host;
    }
    assert.equal((await runActive()).outcome, "ok");
    await outputShows("it ran");
  });
});
