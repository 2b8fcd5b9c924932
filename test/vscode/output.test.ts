import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { longestTurn } from "./longestTurn.ts";
import {
  activeEditorBecomes,
  findPerson,
  openUntitled,
  outputShows,
  runActive,
  withSetting,
  writeInFolder,
} from "./support.ts";

/** Prints and goes wrong on its third line, in the column that toolchains tell. */
const PROGRAMS: readonly {
  readonly language: string;
  readonly header: RegExp;
  readonly source: string;
  readonly link: RegExp;
  readonly place: string;
}[] = [
  {
    language: "python",
    header: /^▶ Untitled-\d+ · python 3\.14 in python:3\.14-alpine · /,
    source: "print('before')\n\nraise ValueError('on purpose')\n",
    link: /^\/code\/main\.py", line 3$/,
    place: "L3",
  },
  {
    language: "javascript",
    header: /^▶ Untitled-\d+ · javascript 24 in node:24-alpine · /,
    source: "console.log('before');\n\n  throw new TypeError('on purpose');\n",
    link: /^\/code\/main\.js:3:9$/,
    place: "L3,9",
  },
];

function outputDocument(): vscode.TextDocument {
  const document = vscode.workspace.textDocuments.find(({ languageId }) => languageId === "forgeai-output");
  return document ?? assert.fail("the output channel isn't open");
}

function linesOf(text: string): string[] {
  return text.trimEnd().split(/\r?\n/);
}

/** The links in the output channel, by their texts, as VS Code asks for them. */
async function outputLinks(): Promise<
  { readonly text: string; readonly range: vscode.Range; readonly target: vscode.Uri }[]
> {
  const document = outputDocument();
  const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>("vscode.executeLinkProvider", document.uri);
  return found.flatMap(({ range, target }) =>
    target === undefined ? [] : [{ text: document.getText(range), range, target }],
  );
}

/** Follows the first link of that text with the keyboard, as a click on it does, and waits for the cursor to be where it leads to. */
async function followLink(text: RegExp, { uri }: vscode.TextDocument, line: number, character: number): Promise<void> {
  const link = (await outputLinks()).find((each) => text.test(each.text)) ?? assert.fail(`no link ${text}`);
  await vscode.commands.executeCommand("workbench.panel.output.focus");
  const output = vscode.window.visibleTextEditors.find(({ document }) => document === outputDocument());
  assert.ok(output, "the output channel can't be seen");
  output.selection = new vscode.Selection(link.range.start, link.range.start);

  const place = new vscode.Position(line, character);
  const isHere = ({ document }: vscode.TextEditor): boolean => document.uri.toString() === uri.toString();
  const there = activeEditorBecomes((editor) => isHere(editor) && editor.selection.active.isEqual(place)).then(
    () => true,
  );
  // The window looks for links a while after a text has changed, and says nothing when it has.
  const again = async (): Promise<boolean> => sleep(100, false);
  do await vscode.commands.executeCommand("editor.action.openLink");
  while (!(await Promise.race([there, again()])));
}

async function isUntouched(document: vscode.TextDocument): Promise<void> {
  assert.equal(vscode.window.activeTextEditor?.document, document);
  const person = await findPerson();
  if (person !== undefined) assert.equal(await person.readFocus(), "editor");
}

describe("The output of a run", () => {
  for (const { language, header, source, link, place } of PROGRAMS) {
    it(`has a header, a footer and links of ${language}, and leaves the focus to the editor`, async () => {
      const document = await openUntitled(language, source);
      assert.equal((await runActive()).outcome, "failed");
      await isUntouched(document);
      const lines = linesOf(await outputShows(/^✖ failed/m));
      assert.match(lines[0] ?? "", header);
      assert.match(lines[0] ?? "", / · isolation default · network none · at most 30 s, 128 MB, 1 core$/);
      assert.equal(lines[1], "before");
      assert.equal(lines.filter((line) => line.startsWith("▶")).length, 1);
      assert.match(lines.find((line) => line.startsWith("✖")) ?? "", /^✖ failed · .* · \d.* m?s · /);
      const links = await outputLinks();
      const own = links.find(({ text }) => link.test(text));
      assert.equal(own?.target.toString(), document.uri.with({ fragment: place }).toString());
      assert.ok(links.every(({ target }) => target.path === document.uri.path));
    });
  }

  it("has a header and a link of Go where the program can't be compiled", async () => {
    const document = await openUntitled("go", "package main\n\nfunc main() {\n\tundefinedName()\n}\n");
    assert.equal((await runActive()).outcome, "compile-failed");
    const lines = linesOf(await outputShows(/^✖ compile-failed/m));
    assert.match(lines[0] ?? "", /^▶ Untitled-\d+ · go 1\.27 /);
    assert.equal(lines.filter((line) => line.startsWith("▶")).length, 1);
    await followLink(/main\.go:4:2$/, document, 3, 1);
  });

  it("warns of a network", async () => {
    await withSetting("network", "bridge", async () => {
      await openUntitled("python", "print('there')\n");
      await runActive();
      await outputShows(/^▶ .* · ⚠ network bridge: it reaches the internet/);
    });
  });

  it("is plain text, whatever the program prints for a terminal", async () => {
    await openUntitled(
      "python",
      String.raw`print("\x1b[1;31mred\x1b[0m \x1b]0;title\x07bell\a 10%\r20%\r\nend")` + "\n",
    );
    await runActive();
    const lines = linesOf(await outputShows("✔ ok"));
    assert.deepEqual(lines.slice(1, -1), ["red bell␇ 10%", "20%", "end"]);
  });
});

describe("A link in the output", () => {
  const SOURCE = "def fail():\n    raise ValueError\n\nfail()\n";

  it("opens the line of a file as it is on the screen, unsaved", async () => {
    const uri = await writeInFolder("unsaved.py", "print('what was saved')\n");
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 1, 0), SOURCE));
    assert.ok(document.isDirty);
    await runActive();
    await outputShows(/^✖ failed/m);
    await openUntitled("plaintext", "another editor");
    await followLink(/unsaved\.py", line 4$/, document, 3, 0);
  });

  it("opens the line of a document that has never been saved", async () => {
    const document = await openUntitled("python", SOURCE);
    await runActive();
    await outputShows(/^✖ failed/m);
    await openUntitled("plaintext", "another editor");
    await followLink(/main\.py", line 2$/, document, 1, 0);
  });

  it("opens the column in the document, where only a part of it was run", async () => {
    const document = await openUntitled(
      "javascript",
      "if (true) {\n    const a = 1;\n    throw new TypeError(a);\n}\n",
    );
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 3, 0);
    await vscode.commands.executeCommand("forgeai.runSelectionInContainer");
    await outputShows(/^✖ failed/m);
    await followLink(/main\.js:3:7$/, document, 2, 10);
  });
});

describe("A flood of 50 MB", () => {
  const FLOOD =
    "import sys\nblock = (b'x' * 63 + b'\\n') * 1024\nfor _ in range(50 * 16): sys.stdout.buffer.write(block)\n";

  it("keeps no turn of the extension host for long, and the window answers", async () => {
    await openUntitled("python", FLOOD);
    const sizes: number[] = [];
    const subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.languageId === "forgeai-output") sizes.push(...contentChanges.map(({ text }) => text.length));
    });
    let answers = 0;
    const turn = await longestTurn(async () => {
      const ended = runActive();
      const shown = outputEnds();
      while (!(await Promise.race([shown, windowAnswers()]))) answers += 1;
      assert.equal((await ended).outcome, "ok");
    });
    subscription.dispose();
    console.log(
      `      the longest turn took ${turn.toFixed(0)} ms of the processor; the window answered ${answers} times`,
    );
    assert.ok(turn < 100, `${turn} ms`);
    assert.ok(answers >= 10, `${answers} answers`);
    assert.ok(Math.max(...sizes) <= 1024 * 1024, `${Math.max(...sizes)} characters at once`);
    assert.match(outputDocument().lineAt(outputDocument().lineCount - 3).text, /^\[… 40.* MB more were left out/);
  });

  /** Looks at the last lines only: the whole text would take long to read at each change. */
  async function outputEnds(): Promise<true> {
    await new Promise<void>((resolve) => {
      const subscription = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId !== "forgeai-output" || document.lineCount < 2) return;
        if (!document.lineAt(document.lineCount - 2).text.startsWith("✔ ok")) return;
        subscription.dispose();
        resolve();
      });
    });
    return true;
  }

  async function windowAnswers(): Promise<false> {
    await vscode.commands.executeCommand("setContext", "forgeai.asked", true);
    return false;
  }
});
