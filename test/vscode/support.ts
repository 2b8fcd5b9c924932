import assert from "node:assert/strict";
import type { Context } from "mocha";
import * as vscode from "vscode";
import type { EndedEvent } from "../../src/run/event.ts";
import { OUTPUT_LANGUAGE } from "../../src/vscode/contributions.ts";
import { RemotePerson } from "./host/remotePerson.ts";

/** What `forgeai.runInContainer` resolves with, as far as the tests look at it. */
export type Ended = Pick<EndedEvent, "outcome" | "exitCode" | "limits" | "image" | "isolation" | "network" | "version">;

/** How the notification of a run that goes on begins; VS Code shows it for a while longer. */
const PROGRESS = "ForgeAI, ";

let person: Promise<RemotePerson | undefined> | undefined;

/** Whoever can press buttons and read what the window shows, where there is somebody. */
export async function findPerson(): Promise<RemotePerson | undefined> {
  person ??= RemotePerson.find();
  return person;
}

/** The same for a test that can't do without, and is skipped then. */
export async function personAtWindow(test: Context): Promise<RemotePerson> {
  return (await findPerson()) ?? test.skip();
}

/** Asserts that of the notifications about how runs ended or failed there is this one, with these buttons and no others. */
export async function assertOffered(
  someone: RemotePerson,
  expected: string,
  ...buttons: readonly string[]
): Promise<void> {
  const all = await someone.readNotifications(expected);
  const ours = all.filter(({ source, message }) => source === "Source: ForgeAI" && !message.startsWith(PROGRESS));
  assert.deepEqual(
    ours.map((each) => ({ says: each.message.includes(expected), buttons: each.buttons })),
    [{ says: true, buttons }],
  );
}

/**
 * Opens text in an editor, as a document that has never been saved. It stays open: VS Code gives the name of a closed one
 * to the next, and at times its text with it.
 */
export async function openUntitled(language: string, content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  const editor = await vscode.window.showTextDocument(document);
  assert.equal(editor.document.getText(), content);
  return document;
}

/** Writes a file into the folder that the window has open. */
export async function writeInFolder(name: string, content: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(content));
  return uri;
}

/** Runs the active editor's text by the palette's command. */
export async function runActive(): Promise<Ended> {
  const ended = await vscode.commands.executeCommand<Ended | undefined>("forgeai.runInContainer");
  assert.ok(ended, "the run failed");
  return ended;
}

/** The output channel's text as the window has it. */
export function outputText(): string {
  const document = vscode.workspace.textDocuments.find(isOutput);
  return document?.getText() ?? "";
}

/** Resolves as soon as the output channel shows what is looked for. */
export async function outputShows(wanted: string | RegExp | ((text: string) => boolean)): Promise<string> {
  const shown = (): boolean => {
    const text = outputText();
    if (typeof wanted === "function") return wanted(text);
    return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
  };
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!shown()) return;
      subscriptions.dispose();
      resolve();
    };
    const subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(look),
      vscode.workspace.onDidOpenTextDocument(look),
    );
    look();
  });
  return outputText();
}

function isOutput({ languageId }: vscode.TextDocument): boolean {
  return languageId === OUTPUT_LANGUAGE;
}

/** Resolves when a document has the diagnostics that are looked for. */
export async function diagnosticsBecome(
  { uri }: vscode.TextDocument,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!wanted(problemsOf(uri))) return;
      subscription.dispose();
      resolve();
    };
    const subscription = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

/** Resolves when the active editor is as it is looked for. */
export async function activeEditorBecomes(wanted: (editor: vscode.TextEditor) => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined || !wanted(editor)) return;
      subscriptions.dispose();
      resolve();
    };
    const subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.window.onDidChangeTextEditorSelection(look),
    );
    look();
  });
}

/** Resolves when a document has the text that is looked for. */
export async function textBecomes(document: vscode.TextDocument, wanted: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (document.getText() !== wanted) return;
      subscription.dispose();
      resolve();
    };
    const subscription = vscode.workspace.onDidChangeTextDocument(look);
    look();
  });
}

/** ForgeAI's own entries in the Problems panel; hints stand in the text only. */
export function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  const isShown = ({ source, severity }: vscode.Diagnostic): boolean =>
    source === "forgeai" && severity !== vscode.DiagnosticSeverity.Hint;
  return vscode.languages.getDiagnostics(uri).filter(isShown);
}

/** Changes a setting, of the user or of the workspace, for the time of one test. */
export async function withSetting(
  name: string,
  value: unknown,
  test: () => Promise<void>,
  target = vscode.ConfigurationTarget.Global,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("forgeai");
  await configuration.update(name, value, target);
  try {
    await test();
  } finally {
    await configuration.update(name, undefined, target);
  }
}
