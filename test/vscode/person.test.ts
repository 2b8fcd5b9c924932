import assert from "node:assert/strict";
import type * as vscode from "vscode";
import manifest from "../../package.json";
import type { RemotePerson } from "./host/remotePerson.ts";
import {
  activeEditorBecomes,
  openUntitled,
  outputShows,
  outputText,
  personAtWindow,
  writeInFolder,
} from "./support.ts";

const FOREVER = "print('begun')\nwhile True: pass\n";

/** Prints something else each time. */
const CLOCK = "import time\nprint('at', time.time_ns())\nprint('line 3')\n";

function timeIn(output: string): string {
  return /^at (\d+)$/m.exec(output)?.[1] ?? assert.fail(`no time in ${output}`);
}

describe("Somebody at the window", () => {
  let person: RemotePerson;

  before(async function () {
    person = await personAtWindow(this);
  });

  it("runs the text by the palette, and goes on typing while the output comes", async () => {
    await openUntitled("python", FOREVER);
    await person.runCommand("ForgeAI: Run in Container");
    await person.readOutput("begun");
    assert.equal(await person.readFocus(), "editor");
    assert.ok(await person.isAnswering());
    await person.screenshot("run-by-palette");
    await person.runCommand("ForgeAI: Stop");
    await person.readOutput("✖ cancelled");
  });

  it("runs the text by keys, what is selected by the same keys, and the last once more by others", async () => {
    await openUntitled("python", CLOCK);
    await person.press("Control+K Control+Enter");
    await outputShows(/^line 3$/m);
    await outputShows("✔ ok");

    await person.press("Control+Home Shift+ArrowDown Shift+ArrowDown Control+K Control+Enter");
    await outputShows((text) => text.includes("✔ ok") && !text.includes("\nline 3"));
    const before = timeIn(outputText());

    await person.press("ArrowDown Control+K Control+G");
    await outputShows((text) => text.includes("✔ ok") && /^at /m.test(text) && timeIn(text) !== before);
    assert.doesNotMatch(outputText(), /^line 3$/m);
  });

  it("runs by the button above the text, which becomes the one that stops it, and then tells how it ended", async () => {
    await openUntitled("python", FOREVER);
    await person.clickCodeLens("Run in Container");
    await person.readOutput("begun");
    assert.deepEqual(await person.readCodeLenses("Stop"), ["Stop"]);
    await person.screenshot("run-button-in-text");
    await person.clickCodeLens("Stop");
    await person.readOutput("✖ cancelled");
    const [again, end, ...others] = await person.readCodeLenses("cancelled");
    assert.equal(again, "Run in Container");
    assert.match(end ?? "", /^✖ cancelled · \d.* m?s$/);
    assert.deepEqual(others, []);
    await person.screenshot("outcome-in-text");
  });

  it("runs the block of a text by its own button", async () => {
    await openUntitled("markdown", "# Text\n\n```python\nprint('one')\n```\n\n```js\nconsole.log('two')\n```\n");
    assert.deepEqual(await person.readCodeLenses("Run in Container"), ["Run in Container", "Run in Container"]);
    await person.clickCodeLens("Run in Container");
    await person.readOutput("one");
    await person.readCodeLenses("✔ ok");
    await person.screenshot("block-in-markdown");
  });

  it("runs by the button above the editor, and stops by the one beside it", async () => {
    await openUntitled("python", FOREVER);
    await person.clickEditorAction("Run in Container");
    await person.readOutput("begun");
    await person.screenshot("buttons-above-editor");
    await person.clickEditorAction("Stop");
    await person.readOutput("✖ cancelled");
    await person.openRunMenu();
    const entries = await person.readMenu("Run in Container with Input (Terminal)");
    assert.deepEqual(entries, ["Run in Container", "Run in Container with Input (Terminal)"]);
    await person.screenshot("menu-of-run-button");
    await person.press("Escape");
  });

  it("stops by the status bar, which says what runs", async () => {
    const { uri } = await openUntitled("python", FOREVER);
    await person.runCommand("ForgeAI: Run in Container");
    await person.readOutput("begun");
    await person.readStatusBar(uri.path);
    await person.screenshot("running-in-status-bar");
    await person.clickStatusBarItem(uri.path);
    await person.readOutput("✖ cancelled");
  });

  it("runs what is selected by the menu of the editor", async () => {
    await openUntitled("python", "print('above')\nprint('selected')\n");
    await person.clickInEditor("selected");
    await person.press("Home Shift+End");
    await person.openEditorMenu("selected");
    const entries = await person.readMenu("Run Selection in Container");
    assert.ok(!entries.includes("Run in Container"));
    await person.screenshot("menu-of-editor");
    await person.chooseInMenu("Run Selection in Container");
    await outputShows("✔ ok");
    assert.match(outputText(), /^selected$/m);
    assert.doesNotMatch(outputText(), /^above$/m);
  });

  it("runs a file by its menu in the explorer", async () => {
    await writeInFolder("from-explorer.py", "print('from the explorer')\n");
    await openUntitled("python", "print('in front')\n");
    await person.openExplorerMenu("from-explorer.py");
    await person.readMenu("Run in Container");
    await person.screenshot("menu-of-explorer");
    await person.chooseInMenu("Run in Container");
    await person.readOutput("from the explorer");
    await person.readOutput("✔ ok");
  });

  it("chooses an older version in the status bar", async () => {
    await openUntitled("python", "import sys\nprint(sys.version_info[:2])\n");
    await person.clickStatusBarItem("Python 3.14");
    assert.deepEqual(await person.readQuickPick("Python 3.9"), ["Python 3.14", "Python 3.9"]);
    await person.screenshot("choice-of-version");
    await person.choose("Python 3.9");
    await person.readStatusBar("Python 3.9");
    await person.runCommand("ForgeAI: Run in Container");
    const text = await person.readOutput("(3, 9)");
    assert.match(text, /python 3\.9 in python:3\.9-alpine/);
    await person.clickStatusBarItem("Python 3.9");
    await person.choose("Python 3.14");
    await person.readStatusBar("Python 3.14");
  });

  it("goes through the first steps, and runs the sample in them", async () => {
    const [walkthrough] = manifest.contributes.walkthroughs;
    assert.ok(walkthrough);
    await person.openWalkthrough(walkthrough.title);
    assert.deepEqual(
      await person.readWalkthrough(),
      walkthrough.steps.map(({ title }) => title),
    );
    await person.pressWalkthroughButton("Check the engine", "Check the Engine");
    await person.readOutput("ForgeAI can run programs in containers here.");
    await person.screenshot("walkthrough");
    await person.pressWalkthroughButton("Run something", "Run a Sample");
    await person.readOutput("3 squared is 9");
    await person.readOutput("✔ ok");
  });

  describe("after an error", () => {
    let document: vscode.TextDocument;

    before(async () => {
      document = await openUntitled("python", "def read(x):\n    return int(x)\n\n\nread('seven')\n");
      await person.runCommand("ForgeAI: Run in Container");
      await person.readOutput("ValueError");
    });

    const isAt = (line: number): Promise<void> =>
      activeEditorBecomes((editor) => editor.document === document && editor.selection.active.line === line);

    it("goes to a place by its link in the output", async () => {
      await person.clickOutputLink("line 5");
      await isAt(4);
      await person.screenshot("link-in-output");
    });

    it("reads in the text what was wrong", async () => {
      await person.clickInEditor("return");
      assert.match(await person.readErrorAtMouse("ValueError"), /ValueError: invalid literal/);
      await person.screenshot("error-in-text");
      await person.press("Escape");
    });

    it("goes to the place by its row among the problems", async () => {
      const text = (await person.readProblems("'seven'")).join("\n");
      assert.match(
        text,
        /ValueError: invalid literal for int\(\) with base 10: 'seven'\s+forgeai\s[^]*\[Ln 2, Col \d+\]/,
      );
      assert.match(text, /\[Ln 5, Col 1\]/);
      await person.screenshot("problems");
      await person.clickProblem("'seven'");
      await isAt(1);
    });
  });
});
