import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { RemotePerson } from "./host/remotePerson.ts";
import {
  activeEditorBecomes,
  assertOffered,
  openUntitled,
  outputShows,
  personAtWindow,
  runActive,
  textBecomes,
  withSetting,
} from "./support.ts";

const RUN = "forgeai.runInContainer";

describe("The notification after a run", () => {
  let person: RemotePerson;

  before(async function () {
    person = await personAtWindow(this);
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  /** Presses the button for a run with more, and waits until that has ended. */
  async function runAgain(expected: string, button: string, end: string): Promise<void> {
    await person.answerNotification(expected, button);
    await outputShows(end);
  }

  it("of an error leads to its place", async () => {
    const document = await openUntitled("python", "x = 1\n\n1/0\n");
    await runActive();
    await assertOffered(person, "It exited with status 1.", "Show Problem");
    await openUntitled("plaintext", "another editor\n");

    await person.answerNotification("It exited with status 1.", "Show Problem");
    await activeEditorBecomes(({ document: { uri }, selection }) => {
      return uri.toString() === document.uri.toString() && selection.start.line === 2;
    });
  });

  const unexplained = [
    { title: "a status of its own", source: "raise SystemExit(3)\n", evidence: "It exited with status 3." },
    { title: "a signal", source: "import os\nos.kill(os.getpid(), 11)\n", evidence: "SIGSEGV" },
  ];
  for (const { title, source, evidence } of unexplained) {
    it(`of a program that ended with ${title} leads to the output`, async () => {
      await openUntitled("python", source);
      await runActive();
      await assertOffered(person, evidence, "Show Output");
      await vscode.commands.executeCommand("workbench.action.closePanel");
      await person.answerNotification(evidence, "Show Output");
      await person.readOutput(evidence);
    });
  }

  it("of a time-out leads to a run with twice the time, and to another with twice that", async () => {
    await withSetting("timeout", 0.5, async () => {
      await openUntitled("python", "import time\ntime.sleep(1.2)\n");
      await runActive();
      await assertOffered(person, "It was still running after 500 ms", "Run Again with 1 s", "Open Setting");
      await runAgain("after 500 ms", "Run Again with 1 s", "✖ timeout · It was still running after 1 s");
      await assertOffered(person, "It was still running after 1 s", "Run Again with 2 s", "Open Setting");
      await runAgain("after 1 s", "Run Again with 2 s", "✔ ok");
      assert.equal(vscode.workspace.getConfiguration("forgeai").get("timeout"), 0.5);
    });
  });

  const shortages = [
    {
      limit: "memory",
      value: 32,
      source: "x = bytearray(40_000_000)\n",
      evidence: "It ran out of memory",
      buttons: ["Run Again with 64 MB", "Open Setting"],
    },
    {
      limit: "processes",
      value: 8,
      source:
        "import threading, time\nfor _ in range(9): threading.Thread(target=time.sleep, args=[0.2], daemon=True).start()\n",
      evidence: "It wanted more than 8 processes",
      buttons: ["Run Again with 16 Processes", "Open Setting"],
    },
    {
      limit: "disk",
      value: 2,
      source: "open('/tmp/file', 'wb', 0).write(bytes(3_000_000))\nopen('/tmp/rest', 'wb', 0).write(bytes(1000))\n",
      evidence: "It filled a folder that holds 2 MB",
      buttons: ["Run Again with 4 MB Disk, 130 MB Memory", "Open Settings"],
    },
  ];
  for (const { limit, value, source, evidence, buttons } of shortages) {
    it(`of a program that lacks what forgeai.${limit} gives leads to a run with more of it`, async () => {
      await withSetting(limit, value, async () => {
        await openUntitled("python", source);
        await runActive();
        await assertOffered(person, evidence, ...buttons);
        await runAgain(evidence, buttons[0] ?? "", "✔ ok");
        assert.equal(vscode.workspace.getConfiguration("forgeai").get(limit), value);
      });
    });
  }

  it("leads to the settings behind it", async () => {
    await withSetting("disk", 1, async () => {
      await openUntitled("python", "raise OSError(28, 'No space left on device')\n");
      await runActive();
      await person.answerNotification("It filled a folder", "Open Settings");
      assert.deepEqual(await person.readSettings("Disk"), { whose: "User", names: ["Disk", "Memory"] });
    });
  });

  it("is one, however often the run ends so, and none where it ended well or was stopped", async () => {
    await openUntitled("python", "print('all is well')\n");
    await runActive();
    await openUntitled("python", "print('endless')\nwhile True: pass\n");
    const endless = vscode.commands.executeCommand(RUN);
    await outputShows("endless");
    await vscode.commands.executeCommand("forgeai.stop");
    await endless;
    await openUntitled("python", "raise SystemExit(4)\n");
    await runActive();
    await runActive();
    await assertOffered(person, "It exited with status 4.", "Show Output");
  });

  it("leaves the keyboard to the editor", async () => {
    const document = await openUntitled("python", "raise SystemExit(5)");
    await runActive();
    await outputShows("✖ failed");
    await person.press("#");
    await textBecomes(document, "#raise SystemExit(5)");
    await assertOffered(person, "It exited with status 5.", "Show Output");
  });

  it("runs the file again that it is about, closed though it is, and makes no link of what a file is called", async () => {
    const folder = await mkdtemp(join(tmpdir(), "forgeai-test-"));
    try {
      const file = join(folder, "[Fix it](command:workbench.action.files.newUntitledFile).py");
      await writeFile(file, "import time\nprint('from the file')\ntime.sleep(0.8)\n");
      await withSetting("timeout", 0.5, async () => {
        // Not by openTextDocument: what an extension has opened itself stays open for minutes.
        await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file));
        await runActive();
        const closed = documentCloses(file);
        await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
        await closed;
        await openUntitled("python", "print('another run')\n");
        await runActive();

        const [notification] = await person.readNotifications("[Fix it");
        assert.equal(notification?.links, 0);
        await runAgain("[Fix it", "Run Again with 1 s", "✔ ok");
        await outputShows("from the file");
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("The notification of what can't be run", () => {
  let person: RemotePerson;

  before(async function () {
    person = await personAtWindow(this);
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  it("leads to the setting with the bad value", async () => {
    await withSetting("processes", 2.5, async () => {
      await openUntitled("python", "print('never')\n");
      await vscode.commands.executeCommand(RUN);
      const message =
        "The setting forgeai.processes can't be 2.5. It has to be a whole number of processes, from 4 to 32768.";
      await assertOffered(person, message, "Open Setting");
      await person.answerNotification(message, "Open Setting");
      assert.deepEqual(await person.readSettings("Processes"), { whose: "User", names: ["Processes"] });
    });
  });

  it("leads to the workspace's setting where that is the bad one", async () => {
    const test = async (): Promise<void> => {
      await openUntitled("python", "print('never')\n");
      await vscode.commands.executeCommand(RUN);
      await person.answerNotification("The setting forgeai.timeout can't be 0.", "Open Setting");
      assert.deepEqual(await person.readSettings("Timeout"), { whose: "Workspace", names: ["Timeout"] });
    };
    await withSetting("timeout", 0, test, vscode.ConfigurationTarget.Workspace);
  });

  it("leads to the choice of a language where the file's has no container", async () => {
    await openUntitled("plaintext", "just words\n");
    await vscode.commands.executeCommand(RUN);
    await assertOffered(person, "no container for files of the kind", "Change Language");
    await person.answerNotification("no container", "Change Language");
    assert.match(await person.readQuestion("Language Mode"), /Select Language Mode/);
    await person.press("Escape");
  });
});

async function documentCloses(file: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.fsPath !== file) return;
      subscription.dispose();
      resolve();
    });
  });
}
