import assert from "node:assert/strict";
import * as vscode from "vscode";

/** What `forgeai.runInContainer` resolves with, as far as the tests look at it. */
export interface Ended {
  readonly outcome: string;
  readonly exitCode: number | null;
  readonly limits: { readonly timeoutMs: number; readonly memoryBytes: number };
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
export async function outputShows(wanted: string | RegExp): Promise<string> {
  const shown = (): boolean => (typeof wanted === "string" ? outputText().includes(wanted) : wanted.test(outputText()));
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

function isOutput(document: vscode.TextDocument): boolean {
  return document.uri.scheme === "output" && /[▶✖]/.test(document.getText());
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

/** ForgeAI's own entries in the Problems panel. */
export function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "forgeai");
}

/** Changes a setting of the user for the time of one test. */
export async function withSetting(name: string, value: unknown, test: () => Promise<void>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("forgeai");
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  try {
    await test();
  } finally {
    await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}
