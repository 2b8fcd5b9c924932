import assert from "node:assert/strict";
import * as vscode from "vscode";
import { LANGUAGES } from "../../src/language/catalog.ts";
import type { Problem } from "../../src/language/problem.ts";
import { ProblemsPanel } from "../../src/vscode/problems/diagnostics.ts";
import type { Snapshot } from "../../src/vscode/document.ts";
import { diagnosticsBecome, openUntitled, runActive, withSetting, writeInFolder } from "./support.ts";

const CHAINED = `def parse(text):
    return int(text)


def load(text):
    try:
        return parse(text)
    except ValueError as error:
        raise RuntimeError("bad settings") from error


load("ten")
`;

/** What ForgeAI marks in a document, in the order of its lines, 1-based. */
function marksIn(uri: vscode.Uri): string[] {
  const ours = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "forgeai");
  return ours
    .toSorted((one, other) => one.range.start.compareTo(other.range.start))
    .map(
      ({ severity, range, message }) => `${vscode.DiagnosticSeverity[severity]} ${range.start.line + 1}: ${message}`,
    );
}

async function change(document: vscode.TextDocument, ...edits: readonly vscode.TextEdit[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, [...edits]);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

const insert = (line: number, character: number, text: string): vscode.TextEdit =>
  vscode.TextEdit.insert(new vscode.Position(line, character), text);

async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

describe("The Problems panel", () => {
  afterEach(() => vscode.commands.executeCommand("notifications.clearAll"));

  it("has a chained exception with its callers and its causes, each marked at its line", async () => {
    const { uri } = await openUntitled("python", CHAINED);
    await runActive();
    const cause = "caused by ValueError: invalid literal for int() with base 10: 'ten'";
    assert.deepEqual(marksIn(uri), [
      `Hint 2: RuntimeError: bad settings · ${cause}`,
      "Hint 7: RuntimeError: bad settings · called from load",
      "Error 9: RuntimeError: bad settings",
      "Hint 12: RuntimeError: bad settings · called from <module>",
    ]);
    const error = vscode.languages
      .getDiagnostics(uri)
      .find(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(
      error?.relatedInformation?.map(({ location, message }) => `${location.range.start.line + 1}: ${message}`),
      ["12: called from <module>", `2: ${cause}`, "7: called from load"],
    );
  });

  it("follows edits elsewhere, and loses what an edit touches, for good", async () => {
    const document = await openUntitled("python", CHAINED);
    await runActive();
    await change(document, insert(0, 0, "# above\n"), insert(4, 0, "\n"), insert(9, 0, "    # below\n"));
    const places = () => marksIn(document.uri).map((mark) => mark.split(":")[0]);
    assert.deepEqual(places(), ["Hint 3", "Hint 9", "Error 11", "Hint 15"]);

    await change(document, insert(2, 4, " "));
    assert.deepEqual(places(), ["Hint 9", "Error 11", "Hint 15"]);
    await change(document, insert(10, 20, "x"));
    assert.deepEqual(places(), []);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("undo");
    assert.deepEqual(places(), []);
  });

  it("has what lies in a file that was sent along, until the next run of the program", async () => {
    const helper = await writeInFolder("included/helper.py", "def third(items):\n    return items[2]\n");
    const main = await open(await writeInFolder("included/main.py", "import helper\n\nhelper.third([])\n"));
    await withSetting("include", ["included/*.py"], async () => {
      await runActive();
      assert.deepEqual(marksIn(helper), ["Error 2: IndexError: list index out of range"]);
      assert.deepEqual(marksIn(main.uri), ["Hint 3: IndexError: list index out of range · called from <module>"]);

      await change(main, insert(2, 14, "1, 2, 3"));
      assert.equal((await runActive()).outcome, "ok");
      assert.deepEqual([marksIn(helper), marksIn(main.uri)], [[], []]);
    });
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("shows what is missing at the end of a block there, not at what comes after it", async () => {
    const { uri } = await openUntitled("markdown", "```js\nfunction f() {\n\n```\nmore\n");
    await vscode.commands.executeCommand("forgeai.runInContainer", uri, { piece: "fence 1" });
    assert.deepEqual(marksIn(uri), ["Error 2: SyntaxError: Unexpected end of input"]);
  });

  it("leaves to another source what that says at the same line, as long as it does", async () => {
    const others = vscode.languages.createDiagnosticCollection("a language server");
    try {
      const document = await openUntitled("python", "x = 1\nif x\n    pass\n");
      const same = new vscode.Diagnostic(new vscode.Range(1, 4, 1, 5), 'Expected ":"');
      others.set(document.uri, [same]);
      await runActive();
      assert.deepEqual(marksIn(document.uri), []);

      others.clear();
      await diagnosticsBecome(document, () => marksIn(document.uri).length > 0);
      assert.deepEqual(marksIn(document.uri), ["Error 2: SyntaxError: expected ':'"]);

      others.set(document.uri, [new vscode.Diagnostic(same.range, "x is always true")]);
      others.set(document.uri, [same]);
      await diagnosticsBecome(document, () => marksIn(document.uri).length === 0);
    } finally {
      others.dispose();
    }
  });
});

describe("What a run found in a document", () => {
  const ERROR: Problem = { file: "main.py", line: 2, severity: "error", message: "KeyError: 1", related: [] };
  let panel: ProblemsPanel;

  beforeEach(() => {
    panel = new ProblemsPanel();
  });
  afterEach(() => panel.dispose());

  /** A run of a document as it is now. */
  function snapshotOf(document: vscode.TextDocument): Snapshot {
    const [language] = LANGUAGES;
    assert.ok(language);
    const { uri, version } = document;
    const content = document.getText();
    const piece = { kind: "document", id: "document", language, ranges: [], anchor: 0 } as const;
    return { document, piece, files: [{ path: "main.py", content, uri, version, indent: 0 }] };
  }

  it("isn't shown where the document was edited during the run", async () => {
    const document = await openUntitled("python", "x\ny\n");
    const snapshot = snapshotOf(document);
    await change(document, insert(0, 0, "\n"));
    panel.show(snapshot, [ERROR]);
    assert.deepEqual(marksIn(document.uri), []);
  });

  it("goes when the document is closed", async () => {
    const document = await open(await writeInFolder("closed.py", "x\ny\n"));
    panel.show(snapshotOf(document), [ERROR]);
    assert.deepEqual(marksIn(document.uri), ["Error 2: KeyError: 1"]);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await diagnosticsBecome(document, () => marksIn(document.uri).length === 0);
  });

  it("stays when a file that was in no editor is looked at and closed again", async () => {
    const uri = await writeInFolder("unseen.py", "x\ny\n");
    panel.show(snapshotOf(await vscode.workspace.openTextDocument(uri)), [ERROR]);
    await open(uri);
    const closed = new Promise<void>((resolve) => {
      const subscription = vscode.window.tabGroups.onDidChangeTabs((event) => {
        if (event.closed.length === 0) return;
        subscription.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await closed;
    assert.deepEqual(marksIn(uri), ["Error 2: KeyError: 1"]);
  });

  it("is shown in a file that isn't open, and not where it was opened and edited since", async () => {
    const uri = await writeInFolder("unopened.py", "x\ny\n");
    const document = await openUntitled("python", "x\ny\n");
    const own = snapshotOf(document);
    const beside = { path: "beside.py", content: Buffer.from("x\ny\n"), uri, version: undefined, indent: 0 };
    const snapshot = { ...own, files: [...own.files, beside] };
    panel.show(snapshot, [{ ...ERROR, file: "beside.py" }]);
    assert.deepEqual(marksIn(uri), ["Error 2: KeyError: 1"]);

    const opened = await open(uri);
    assert.deepEqual(marksIn(uri), ["Error 2: KeyError: 1"]);
    await change(opened, insert(0, 0, "z\n"));
    panel.show(snapshot, [{ ...ERROR, file: "beside.py" }]);
    assert.deepEqual(marksIn(uri), []);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
