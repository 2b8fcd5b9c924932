import assert from "node:assert/strict";
import * as vscode from "vscode";
import { assertOffered, openUntitled, outputShows, personAtWindow } from "./support.ts";

/** Changes the environment that the extension finds its engine by, for the time of one test. */
async function withoutEngine(test: (comesBack: () => void) => Promise<void>): Promise<void> {
  const host = process.env["DOCKER_HOST"];
  const restore = (): void => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
  };
  process.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
  try {
    await test(restore);
  } finally {
    restore();
  }
}

/** Before all others, as windows.ts says: where an engine has once answered, nobody looks for one again. */
describe("Without an engine", () => {
  it("the run says what was tried and never becomes a local one", async () => {
    await withoutEngine(async () => {
      await openUntitled("python", "print('it ran')\n");
      assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
      const text = await outputShows("No Docker engine answers.");
      assert.match(text, /tried DOCKER_HOST \(unix:\/\/\/nowhere\/docker\.sock\): there is no such socket/);
      assert.doesNotMatch(text, /it ran/);
    });
  });

  it("it offers to start one, in a terminal that waits for the user, and to try again, without a restart", async function () {
    const person = await personAtWindow(this);
    await withoutEngine(async (comesBack) => {
      await openUntitled("python", "print('it ran after all')\n");
      await vscode.commands.executeCommand("forgeai.runInContainer");
      await assertOffered(person, "No Docker engine answers.", "Start Docker", "Try Again", "Show Output");
      await person.answerNotification("No Docker engine answers.", "Start Docker");
      const command = "sudo systemctl start docker";
      const text = await person.readTerminal(command);
      assert.match(text.trimEnd(), new RegExp(`${command}$`), "nothing was sent off");
      comesBack();
      await person.answerNotification("Press Enter in the terminal", "Try Again");
      await outputShows("✔ ok");
      await outputShows("it ran after all");
    });
  });
});
