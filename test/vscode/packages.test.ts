import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { EndedEvent } from "../../src/run/event.ts";
import { engine } from "../engine/support/engine.ts";
import { PackageIndex } from "../engine/support/packageIndex.ts";
import type { RemotePerson } from "./host/remotePerson.ts";
import {
  assertOffered,
  openUntitled,
  outputShows,
  personAtWindow,
  runActive,
  withSetting,
  writeInFolder,
} from "./support.ts";

/** What makes an image that only these tests need, and that is told by it. */
const VERSION = "3.0.1";

/** As `is-odd` in its exact version brings it. */
const INSTALLED = `is-number@6.0.0, is-odd@${VERSION}`;

describe("A program that misses a package", () => {
  let person: RemotePerson;
  let index: PackageIndex;
  let earlier: readonly string[];

  before(async function () {
    person = await personAtWindow(this);
    index = await PackageIndex.start();
    earlier = await packageImages();
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  after(async () => {
    await index?.[Symbol.asyncDispose]();
    const view = await engine();
    for (const name of await packageImages()) if (!earlier.includes(name)) await view.removeImage(name);
  });

  it("gets it by the button that is offered, and says what it runs with", async () => {
    await withSetting("packages.index", { npm: index.npm }, async () => {
      await openUntitled("javascript", `console.log("odd:", require("is-odd")(${Date.now() * 2 + 1}));\n`);
      const { outcome } = await runActive();
      assert.equal(outcome, "failed");
      const button = "Install is-odd@latest and Run Again";
      await assertOffered(person, "It exited with status 1.", button, "Show Problem");
      await person.answerNotification("It exited with status 1.", button);
      const text = await outputShows("✔ ok");
      assert.match(text, /· with is-number@[\d.]+, is-odd@[\d.]+ ·/);
      assert.match(text, /odd: true/);
    });
  });

  it("gets what the package.json beside it names by the command, which isn't offered where nothing is missing", async () => {
    await withSetting("packages.index", { npm: index.npm }, async () => {
      await writeInFolder("packages/package.json", JSON.stringify({ dependencies: { "is-odd": VERSION } }));
      const uri = await writeInFolder("packages/odd.js", 'console.log(require("is-odd")(4));\n');
      await vscode.window.showTextDocument(uri);
      const ended = await vscode.commands.executeCommand<EndedEvent>("forgeai.runWithPackages");
      assert.deepEqual([ended.outcome, ended.packages], ["ok", INSTALLED.split(", ")]);
      await outputShows(`with ${INSTALLED}`);
    });
  });
});

/** All images with packages on this machine, whoever made them. */
async function packageImages(): Promise<string[]> {
  return (await engine()).imagesOf("forgeai/packages");
}
