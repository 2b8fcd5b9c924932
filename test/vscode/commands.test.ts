import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import * as vscode from "vscode";
import manifest from "../../package.json";
import {
  type Ended,
  openUntitled,
  outputShows,
  outputText,
  personAtWindow,
  problemsOf,
  runActive,
  withSetting,
} from "./support.ts";

const execute = async (command: string, ...args: unknown[]): Promise<Ended> => {
  const ended = await vscode.commands.executeCommand<Ended | undefined>(`forgeai.${command}`, ...args);
  assert.ok(ended, "the run failed");
  return ended;
};

function select(...lines: readonly (readonly [start: number, end: number])[]): void {
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor);
  editor.selections = lines.map(([start, end]) => new vscode.Selection(start, 0, end, 0));
}

describe("ForgeAI: Run Selection in Container", () => {
  it("runs the selected lines, and errors have the document's line numbers and columns", async () => {
    const document = await openUntitled("python", "x = undefined\n\ndef f():\n    y = 1\n    y / 0\n\nf()\n");
    select([3, 5]);
    await execute("runSelectionInContainer");
    await outputShows(/line 5, in <module>/);
    const [problem] = problemsOf(document.uri);
    assert.match(problem?.message ?? "", /ZeroDivisionError/);
    assert.deepEqual([problem?.range.start.line, problem?.range.start.character], [4, 4]);
  });

  it("runs several selections together, in the order of the document", async () => {
    await openUntitled("python", "a = 1\nb = undefined\nc = a + 1\nprint('c is', c)\n");
    select([2, 4], [0, 1]);
    assert.equal((await execute("runSelectionInContainer")).outcome, "ok");
    await outputShows("c is 2");
  });

  it("runs the block at the cursor where nothing is selected", async () => {
    await openUntitled("markdown", "# Text\n\n```python\nprint('first')\n```\n\n```js\nconsole.log('second')\n```\n");
    select([7, 7]);
    assert.equal((await execute("runSelectionInContainer")).outcome, "ok");
    await outputShows("second");
  });
});

describe("ForgeAI: Run in Container", () => {
  it("runs the file that a menu names, though another is in front", async () => {
    const folder = await mkdtemp(join(tmpdir(), "forgeai-test-"));
    try {
      const file = join(folder, "named.py");
      await writeFile(file, "print('the file that was named')\n");
      await openUntitled("python", "print('the one in front')\n");
      await execute("runInContainer", vscode.Uri.file(file));
      await outputShows("the file that was named");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("says which block is meant where a document has several", async () => {
    await openUntitled("markdown", "```python\nprint(1)\n```\n\nbetween\n\n```python\nprint(2)\n```\n");
    select([4, 4]);
    assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
    await outputShows("There are several blocks to run.");
  });
});

describe("ForgeAI: Run Last Again", () => {
  it("runs once more what was run last, as it is now", async () => {
    await openUntitled("python", "print('another')\n");
    const document = await openUntitled("python", "print('before')\n");
    await runActive();
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, 1, 0), "print('after')\n");
    await vscode.workspace.applyEdit(edit);
    await openUntitled("plaintext", "in front\n");
    assert.equal((await execute("rerunLast")).outcome, "ok");
    await outputShows("after");
  });
});

describe("ForgeAI: Select Language Version", () => {
  it("makes runs use another version, until it is chosen back", async function () {
    const person = await personAtWindow(this);
    const choose = async (label: string): Promise<void> => {
      const chosen = vscode.commands.executeCommand("forgeai.selectLanguageVersion");
      await person.choose(label);
      await chosen;
    };
    await openUntitled("python", "import sys\nprint(sys.version_info[:2])\n");
    await choose("Python 3.9");
    const older = await runActive();
    assert.deepEqual([older.version, older.image], ["3.9", "python:3.9-alpine"]);
    await choose("Python 3.14");
    assert.equal((await runActive()).version, "3.14");
  });
});

describe("ForgeAI: Doctor", () => {
  it("says which engine answers, and what it can hold a program to", async () => {
    await vscode.commands.executeCommand("forgeai.doctor");
    const text = await outputShows(/engine/i);
    assert.match(text, /Docker/);
    assert.match(text, /python:3\.14-alpine/);
    assert.match(text, /✔ It reaches no network: There is loopback and nothing else\./);
    assert.match(text, /[✔?] Isolation gvisor: /);
  });
});

describe("The keys", () => {
  const Bindings = v.array(v.looseObject({ key: v.string(), command: v.string(), when: v.optional(v.string()) }));

  it("collide with none of VS Code's own, not even with the beginning of one", async () => {
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse("vscode://defaultsettings/keybindings.json"),
    );
    const text = document.getText().replace(/^\s*\/\/.*$/gm, "");
    const bindings = v.parse(Bindings, JSON.parse(text));
    assert.ok(bindings.length > 500);
    const others = bindings.filter(({ command, when }) => !command.startsWith("forgeai.") && when !== "false");
    for (const { key } of manifest.contributes.keybindings) {
      const inTheWay = others.filter(
        (other) => other.key === key || other.key.startsWith(`${key} `) || key.startsWith(`${other.key} `),
      );
      assert.deepEqual(inTheWay, [], key);
    }
  });
});

describe("The settings of a run", () => {
  it("forgeai.cpus and forgeai.cpuShares are what the run is held to", async () => {
    await withSetting("cpus", 0.5, async () => {
      await withSetting("cpuShares", 512, async () => {
        const shares = "/sys/fs/cgroup/cpu,cpuacct/cpu.shares";
        await openUntitled(
          "python",
          `import os\nif os.path.exists('${shares}'): print('shares', open('${shares}').read())\n`,
        );
        const { limits } = await runActive();
        assert.deepEqual([limits.cpus, limits.cpuShares], [0.5, 512]);
        if (outputText().includes("shares")) await outputShows("shares 512");
      });
    });
  });

  it("forgeai.readOnlyRootFilesystem makes the file system writable where it is off", async () => {
    const source = "print('written', open('/tmp/../forgeai-test', 'w').write('x'))\n";
    await openUntitled("python", source);
    await runActive();
    await outputShows("Read-only file system");
    await withSetting("readOnlyRootFilesystem", false, async () => {
      await openUntitled("python", source);
      await runActive();
      // It may be written, but its owner is root, and the program isn't.
      await outputShows("Permission denied");
    });
  });

  it("forgeai.isolation never gives a weaker one than is asked for", async () => {
    await withSetting("isolation", "kata", async () => {
      await openUntitled("python", "print('never')\n");
      assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
      await outputShows('there is no isolation "kata"');
      assert.doesNotMatch(outputText(), /never/);
    });
  });

  it("forgeai.engine.host is where the engine is looked for, and nowhere else", async () => {
    await withSetting("engine.host", "unix:///nowhere/engine.sock", async () => {
      await openUntitled("python", "print('never')\n");
      assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
      await outputShows(/tried the setting forgeai\.engine\.host \(unix:\/\/\/nowhere\/engine\.sock\)/);
    });
    await openUntitled("python", "print('found again')\n");
    assert.equal((await runActive()).outcome, "ok");
  });

  it("forgeai.languages changes one thing of a language", async () => {
    await withSetting("languages", { python: { defaultVersion: "3.9" } }, async () => {
      await openUntitled("python", "print('older')\n");
      assert.equal((await runActive()).version, "3.9");
    });
  });

  it("forgeai.languages adds a language", async () => {
    const shell = {
      name: "Shell",
      extensions: [".sh"],
      editorIds: ["shellscript"],
      versions: { "3.14": "python:3.14-alpine" },
      defaultVersion: "3.14",
      fileName: "main.sh",
      run: ["sh", "{file}"],
    };
    await withSetting("languages", { shell }, async () => {
      await openUntitled("shellscript", "echo from the shell in $(pwd)\n");
      assert.equal((await runActive()).outcome, "ok");
      await outputShows("from the shell in /code");
    });
  });

  it("a row of forgeai.languages that can't be runs nothing by a guess, and leaves the others", async () => {
    await withSetting("languages", { python: { versions: { "3.14": "--privileged" } } }, async () => {
      await openUntitled("python", "print('never')\n");
      assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
      await outputShows(/The row "python" isn't used: its versions\["3\.14"\] can't be "--privileged"/);
      await openUntitled("javascript", "console.log('another language')\n");
      assert.equal((await runActive()).outcome, "ok");
    });
  });

  it("a value in a language's own block holds for that language", async () => {
    const configuration = vscode.workspace.getConfiguration("forgeai", { languageId: "python" });
    await configuration.update("memory", 64, vscode.ConfigurationTarget.Global, true);
    try {
      await openUntitled("python", "print('small')\n");
      assert.equal((await runActive()).limits.memoryBytes, 64 * 1024 * 1024);
      await openUntitled("javascript", "console.log('as ever')\n");
      assert.equal((await runActive()).limits.memoryBytes, 128 * 1024 * 1024);
    } finally {
      await configuration.update("memory", undefined, vscode.ConfigurationTarget.Global, true);
    }
  });
});
