import assert from "node:assert/strict";
import * as vscode from "vscode";
import { SilentRegistry } from "../engine/support/silentRegistry.ts";
import { type Ended, openUntitled, outputShows, personAtWindow, withSetting } from "./support.ts";

const RUN = "forgeai.runInContainer";
const STOP = "forgeai.stop";

/** How many runs of a window go on at a time. */
const AT_A_TIME = 8;

/** Begins a run, stops it when `isThere` says so, and tells how it ended and how long that took, in milliseconds. */
async function stopWhen(isThere: () => Promise<unknown>): Promise<{ ended: Ended | undefined; ms: number }> {
  const run = vscode.commands.executeCommand<Ended | undefined>(RUN);
  await isThere();
  const since = performance.now();
  await vscode.commands.executeCommand(STOP);
  const ms = performance.now() - since;
  return { ended: await run, ms };
}

/** A second is what somebody waits for without a doubt that it was heard; it is what ForgeAI promises. */
function assertSoon(stage: string, { ended, ms }: { ended: Ended | undefined; ms: number }): void {
  console.log(`      stopped after ${Math.round(ms)} ms: ${stage}`);
  assert.equal(ended?.outcome, "cancelled");
  assert.ok(ms < 1000, `${ms} ms`);
}

describe("Stop", () => {
  // Of a long list of notifications only those in view can be read.
  beforeEach(() => vscode.commands.executeCommand("notifications.clearAll"));

  it("ends a run within a second while its image is pulled", async () => {
    await using registry = await SilentRegistry.start();
    const rows = { python: { versions: { "9": `127.0.0.1:${registry.port}/python:9` }, defaultVersion: "9" } };
    await withSetting("languages", rows, async () => {
      await openUntitled("python", "print('never')\n");
      assertSoon("a pull", await stopWhen(() => registry.called()));
    });
  });

  it("ends a run within a second while it waits for others", async function () {
    const person = await personAtWindow(this);
    // None of those that are waited for may end by itself, however long it takes to open their terminals.
    await withSetting("timeout", 300, async () => {
      const waiting: Thenable<unknown>[] = [];
      for (let number = 0; number < AT_A_TIME; number++) {
        await openUntitled("python", `input('number ${number} waits')\n`);
        waiting.push(vscode.commands.executeCommand("forgeai.runInContainerInteractive"));
        await person.readTerminal(`number ${number} waits`);
      }
      await openUntitled("python", "print('never')\n");
      assertSoon("a queue", await stopWhen(() => person.readNotifications("waiting, next in line")));
      for (const _ of waiting) await vscode.commands.executeCommand(STOP);
      await Promise.all(waiting);
      for (const terminal of vscode.window.terminals) terminal.dispose();
    });
  });

  it("ends a run within a second while it is compiled", async () => {
    // So many calls take a compiler seconds, whatever it finds compiled already.
    const calls = '\tfmt.Println("never")\n'.repeat(20_000);
    await openUntitled("go", `package main\n\nimport "fmt"\n\nfunc main() {\n${calls}}\n`);
    assertSoon("a compiler", await stopWhen(() => outputShows(/▶ .* go /)));
  });

  it("ends a run within a second while it runs", async () => {
    await openUntitled("python", "print('running')\nwhile True: pass\n");
    assertSoon("a program", await stopWhen(() => outputShows("running")));
  });

  it("ends a run within a second while it floods", async () => {
    await openUntitled("python", "import sys\nwhile True: sys.stdout.write('flood ' * 10_000 + '\\n')\n");
    assertSoon("a flood", await stopWhen(() => outputShows("flood")));
  });
});
