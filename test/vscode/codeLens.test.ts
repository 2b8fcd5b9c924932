import assert from "node:assert/strict";
import * as vscode from "vscode";
import { type Ended, openUntitled, outputShows, runActive, textBecomes, withSetting } from "./support.ts";

const RUN = "$(play) Run in Container";
const STOP = "$(debug-stop) Stop";

async function lensesOf({ uri }: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  await vscode.extensions.getExtension("forgeai.forgeai")?.activate();
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri);
  return lenses.filter(({ command }) => command?.command.startsWith("forgeai."));
}

/** Each button with the number of its line, counted from 1. */
async function buttonsOf(document: vscode.TextDocument): Promise<[line: number, title: string | undefined][]> {
  return (await lensesOf(document)).map(({ range, command }) => [range.start.line + 1, command?.title]);
}

/** Presses a button; resolves with what its command does. */
async function press(document: vscode.TextDocument, title: string, nth = 0): Promise<Ended | undefined> {
  const lenses = (await lensesOf(document)).filter(({ command }) => command?.title === title);
  const command = lenses[nth]?.command ?? assert.fail(`no ${title}`);
  return vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

const THREE_FENCES = `# Words

\`\`\`python
print("the first")
\`\`\`

\`\`\`text
not run
\`\`\`

- an item

  \`\`\`js
  console.log("the second");
  null.x;
  \`\`\`

\`\`\`go
package main

func main() { println("the third") }
\`\`\`
`;

const CELLS = "import math\n\n# %%\nprint('one')\n\n# %% more\nprint('two', math.pi)\n";

describe("The run buttons in the text", () => {
  it("stand above a script's first line of code", async () => {
    const document = await openUntitled("python", "# words\nprint('Hello')\n");
    const [lens, ...others] = await lensesOf(document);
    assert.deepEqual(others, []);
    assert.equal(lens?.range.start.line, 1);
    assert.equal(lens?.command?.title, RUN);
    assert.equal(lens?.command?.command, "forgeai.runInContainer");
    const [uri, detail]: unknown[] = lens?.command?.arguments ?? [];
    assert.equal(String(uri), document.uri.toString());
    assert.deepEqual(detail, { piece: "document" });
  });

  it("aren't there in a file that only defines", async () => {
    assert.deepEqual(await buttonsOf(await openUntitled("python", "def f():\n    pass\n")), []);
  });

  it("stand above the fenced blocks of languages that can be run, and run just these", async () => {
    const document = await openUntitled("markdown", THREE_FENCES);
    assert.deepEqual(await buttonsOf(document), [
      [3, RUN],
      [13, RUN],
      [18, RUN],
    ]);
    assert.equal((await press(document, RUN, 0))?.outcome, "ok");
    assert.doesNotMatch(await outputShows("the first"), /the second/);
    // What the second throws is on the line and in the column that the document has it in.
    assert.equal((await press(document, RUN, 1))?.outcome, "failed");
    await outputShows("the second");
    const [problem] = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "forgeai");
    assert.deepEqual([problem?.range.start.line, problem?.range.start.character], [14, 7]);
  });

  it("stand above cells, to run one or all to its end", async () => {
    const document = await openUntitled("python", CELLS);
    const through = "$(run-above) Run Through Here";
    assert.deepEqual(await buttonsOf(document), [
      [1, RUN],
      [3, RUN],
      [3, through],
      [6, RUN],
      [6, through],
    ]);
    assert.equal((await press(document, RUN, 2))?.outcome, "failed");
    assert.equal((await press(document, through, 1))?.outcome, "ok");
    await outputShows(/one\r?\ntwo 3\.14/);
  });

  it("stop the run while it goes on, and then tell how it ended until the text is edited", async () => {
    const document = await openUntitled("python", "print('running')\nwhile True: pass\n");
    const ended = press(document, RUN);
    await outputShows(/^running/m);
    assert.deepEqual(await buttonsOf(document), [[1, STOP]]);
    await press(document, STOP);
    assert.equal((await ended)?.outcome, "cancelled");

    const [run, outcome, ...others] = await lensesOf(document);
    assert.deepEqual(others, []);
    assert.equal(run?.command?.title, RUN);
    assert.match(outcome?.command?.title ?? "", /^✖ cancelled · \d.* m?s$/);
    assert.equal(outcome?.command?.command, "forgeai.showOutput");

    await vscode.window.activeTextEditor?.edit((edit) => edit.insert(new vscode.Position(1, 0), "1/0\n"));
    await textBecomes(document, "print('running')\n1/0\nwhile True: pass\n");
    assert.deepEqual(await buttonsOf(document), [[1, RUN]]);
  });

  it("tell how the palette's run of a document ended, too", async () => {
    const document = await openUntitled("python", "print('Hello')\n");
    await runActive();
    const [, outcome] = await lensesOf(document);
    assert.match(outcome?.command?.title ?? "", /^✔ ok · \d.* m?s$/);
  });

  it("tell when a run was not possible", async () => {
    const document = await openUntitled("python", "print('never')\n");
    await withSetting("languages", { python: { versions: { "3.14": "forgeai-test.invalid/none:1" } } }, async () => {
      assert.equal(await press(document, RUN), undefined);
      const titles = (await buttonsOf(document)).map(([, title]) => title);
      assert.deepEqual(titles, [RUN, "✖ could not be run"]);
    });
  });

  it("stand in languages that the settings add", async () => {
    const document = await openUntitled("plaintext", "print('Hello')\n");
    assert.deepEqual(await buttonsOf(document), []);
    await withSetting("languages", { python: { editorIds: ["python", "plaintext"] } }, async () => {
      // A run waits until the settings are read.
      assert.equal((await runActive()).outcome, "ok");
      assert.deepEqual((await buttonsOf(document))[0], [1, RUN]);
    });
  });

  it("aren't there where forgeai.codeLens.enabled is off", async () => {
    const document = await openUntitled("python", "print('Hello')\n");
    await withSetting("codeLens.enabled", false, async () => assert.deepEqual(await buttonsOf(document), []));
    assert.deepEqual(await buttonsOf(document), [[1, RUN]]);
  });

  it("aren't there in what isn't worked on", async () => {
    const scheme = "forgeai-test-view";
    const view = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => "print('an old revision')\n",
    });
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${scheme}:/old.py`));
      assert.equal(document.languageId, "python");
      assert.deepEqual(await buttonsOf(document), []);
    } finally {
      view.dispose();
    }
  });
});
