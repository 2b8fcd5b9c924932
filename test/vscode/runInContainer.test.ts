import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import {
  activeEditorBecomes,
  diagnosticsBecome,
  findPerson,
  openUntitled,
  outputShows,
  outputText,
  problemsOf,
  runActive,
  withSetting,
} from "./support.ts";

const ERROR_ON_LINE_7 = `import json


def parse(text):
    # the text on the screen is what runs
    values = json.loads(text)
    return values["missing"]


print("before the error")
parse('{"there": 1}')
`;

describe("ForgeAI: Run in Container", () => {
  it("shows the error of an unsaved buffer on its line, with its callers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "forgeai-test-"));
    try {
      const file = join(folder, "settings.py");
      await writeFile(file, "print('what was saved')\n");
      const document = await vscode.workspace.openTextDocument(file);
      const editor = await vscode.window.showTextDocument(document);
      await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 1, 0), ERROR_ON_LINE_7));
      assert.ok(document.isDirty);

      const ended = await runActive();

      assert.equal(ended.outcome, "failed");
      const [problem, ...others] = problemsOf(document.uri);
      assert.deepEqual(others, []);
      assert.equal(problem?.range.start.line, 6);
      assert.equal(problem?.message, "KeyError: 'missing'");
      assert.deepEqual(
        problem?.relatedInformation?.map(({ location }) => [location.uri.toString(), location.range.start.line]),
        [[document.uri.toString(), 10]],
      );
      await outputShows("before the error");
      assert.doesNotMatch(outputText(), /what was saved/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("shows what the program prints before the program has ended", async () => {
    await openUntitled("python", "print('first words')\nwhile True: pass\n");
    const ended = runActive();
    await outputShows("first words");
    // The program can't have ended by itself: only this ends it.
    await vscode.commands.executeCommand("forgeai.stop");
    assert.equal((await ended).outcome, "cancelled");
  });

  it("begins with what is run and ends with outcome, time and limits", async () => {
    await openUntitled("python", "print('Hello, World!')");
    await runActive();
    const text = await outputShows("✔ ok");
    const lines = text.trim().split(/\r?\n/);
    assert.match(
      lines[0] ?? "",
      /^▶ Untitled-\d+ · python 3\.14 in python:3\.14-alpine · isolation default · network none · at most 30 s, 128 MB, 1 core$/,
    );
    assert.equal(lines[1], "Hello, World!");
    // What it used is told where the kernel tells it.
    const used = String.raw`(?:\d.* MB of 128 MB · )?(?:\d.* m?s of CPU · )?`;
    const end = new RegExp(
      String.raw`^✔ ok · It exited with status 0\. · \d.* m?s · ${used}at most 30 s(?: and 128 MB)?$`,
    );
    assert.match(lines[2] ?? "", end);
    assert.equal(lines.length, 3);
  });

  const places: readonly {
    title: string;
    language: string;
    source: string;
    line: number;
    column: number;
    message: RegExp;
  }[] = [
    {
      title: "a syntax error of Python",
      language: "python",
      source: "x = 1\nif x\n    pass\n",
      line: 1,
      column: 4,
      message: /^SyntaxError: /,
    },
    {
      title: "a panic of Go",
      language: "go",
      source: 'package main\n\nfunc main() {\n\tpanic("on purpose")\n}\n',
      line: 3,
      column: 1,
      message: /on purpose/,
    },
    {
      title: "an uncaught error of JavaScript",
      language: "javascript",
      source: "const a = 1;\n\nthrow new TypeError(`no ${a}`);\n",
      line: 2,
      column: 6,
      message: /TypeError: no 1/,
    },
    {
      title: "a syntax error of JavaScript",
      language: "javascript",
      source: "const a = 1;\nconst b = ;\n",
      line: 1,
      column: 10,
      message: /SyntaxError: /,
    },
  ];
  for (const { title, language, source, line, column, message } of places) {
    it(`shows the place of ${title}`, async () => {
      const document = await openUntitled(language, source);
      await runActive();
      const [problem] = problemsOf(document.uri);
      assert.match(problem?.message ?? "", message);
      assert.deepEqual([problem?.range.start.line, problem?.range.start.character], [line, column]);
      assert.equal(problem?.severity, vscode.DiagnosticSeverity.Error);
    });
  }

  it("shows the place of a compile error of Go, and leads there", async () => {
    const document = await openUntitled("go", "package main\n\nfunc main() {\n\tundefinedName()\n}\n");
    assert.equal((await runActive()).outcome, "compile-failed");
    const [problem] = problemsOf(document.uri);
    assert.match(problem?.message ?? "", /undefined: undefinedName/);
    assert.deepEqual([problem?.range.start.line, problem?.range.start.character], [3, 1]);
    const person = await findPerson();
    if (person === undefined) return;
    await person.answerNotification("The compiler exited with status 1.", "Show Problem");
    await activeEditorBecomes(({ selection }) => selection.start.isEqual(new vscode.Position(3, 1)));
  });

  it("takes its problems away when their lines are edited", async () => {
    const document = await openUntitled("python", "1/0\n");
    await runActive();
    assert.equal(problemsOf(document.uri).length, 1);
    await vscode.window.activeTextEditor?.edit((edit) => edit.insert(new vscode.Position(0, 0), "2"));
    await diagnosticsBecome(document, (found) => found.length === 0);
  });

  it("takes its problems away at the next run", async () => {
    const document = await openUntitled("python", "import os, sys\nsys.exit(0) if os.getpid() < 0 else 1/0\n");
    await runActive();
    assert.equal(problemsOf(document.uri).length, 1);
    const again = runActive();
    await diagnosticsBecome(document, (found) => found.length === 0);
    await again;
    assert.equal(problemsOf(document.uri).length, 1);
  });

  it("ends the run before when another begins", async () => {
    await openUntitled("python", "print('the first')\nwhile True: pass\n");
    const first = runActive();
    await outputShows("the first");
    await openUntitled("python", "print('the second')\n");
    assert.equal((await runActive()).outcome, "ok");
    assert.equal((await first).outcome, "cancelled");
  });

  it("says which kinds of files it can't run", async () => {
    await openUntitled("plaintext", "just words\n");
    assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
    await outputShows('no container for files of the kind "plaintext"');
  });
});

describe("The settings", () => {
  it("forgeai.timeout ends a program that runs too long", async () => {
    await withSetting("timeout", 0.5, async () => {
      await openUntitled("python", "while True: pass\n");
      const ended = await runActive();
      assert.equal(ended.outcome, "timeout");
      assert.equal(ended.limits.timeoutMs, 500);
      await outputShows("✖ timeout");
    });
  });

  it("forgeai.memory ends a program that takes too much", async () => {
    await withSetting("memory", 64, async () => {
      await openUntitled("python", "x = bytearray(200_000_000)\nprint(len(x))\n");
      const ended = await runActive();
      assert.equal(ended.outcome, "memory-limit");
      assert.equal(ended.limits.memoryBytes, 64 * 1024 * 1024);
    });
  });

  it("forgeai.network gives a network only when it is asked for", async () => {
    const interfaces = "import socket\nprint('interfaces:', [name for _, name in socket.if_nameindex()])\n";
    await openUntitled("python", interfaces);
    await runActive();
    await outputShows("interfaces: ['lo']");
    await withSetting("network", "bridge", async () => {
      await openUntitled("python", interfaces);
      await runActive();
      await outputShows(/interfaces: \[.*'eth0'.*\]/);
    });
  });

  it("with values that can't be run nothing, and are named", async () => {
    await withSetting("memory", "plenty", async () => {
      await openUntitled("python", "print('never')\n");
      assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
      await outputShows('The setting forgeai.memory can\'t be "plenty".');
    });
  });
});
