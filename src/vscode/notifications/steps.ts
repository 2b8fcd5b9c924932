import { commands, type TextDocument, type Uri, window, workspace } from "vscode";
import type { Problem } from "../../language/problem.ts";
import type { Limits } from "../../run/limits.ts";
import type { SettingName } from "../contributions.ts";
import { toRange } from "../problems/diagnostics.ts";
import { findOpen, type SentDocument } from "../document.ts";
import type { NextStep } from "./nextSteps.ts";
import { isSetByWorkspace } from "../settings/settings.ts";

/** A run that has ended or could not begin, as far as its next steps need it. */
export interface FinishedRun {
  readonly document: TextDocument;
  /** What was sent; nothing where it did not come to that. */
  readonly files: readonly SentDocument[];
  /** Files that it missed, by the names that it would have had them under. */
  readonly beside: ReadonlyMap<string, Uri>;
  /** Packages that it missed and that could be installed, as it asks for them. */
  readonly packages: readonly string[];
  /** Runs a document as this one was run, but for what is changed. */
  readonly runAgain: (document: TextDocument, change: Change) => Promise<unknown>;
  readonly showOutput: () => void;
}

/** What is to be different in another run. */
export interface Change {
  readonly limits?: Partial<Limits>;
  /** Files that are sent along. */
  readonly beside?: readonly Uri[];
  /** Whether packages are installed. */
  readonly packages?: boolean;
}

/** Does what the button of a notification says. Throws an Error with a sentence where that can't be done any more. */
export async function performStep(step: NextStep, run: FinishedRun): Promise<void> {
  switch (step.kind) {
    case "run-again":
      await run.runAgain(await findOpen(run.document), { limits: step.limits });
      return;
    case "include":
      await run.runAgain(await findOpen(run.document), { beside: [...run.beside.values()] });
      return;
    case "install":
      await run.runAgain(await findOpen(run.document), { packages: true });
      return;
    case "show-problem":
      return showProblem(run, step.problem);
    case "open-settings":
      return openSettings(step.settings, run.document);
    case "change-language":
      return changeLanguage(await findOpen(run.document));
    case "start-engine":
      return startEngine(step.command, async () => run.runAgain(await findOpen(run.document), {}));
    case "show-output":
      return run.showOutput();
  }
}

async function showProblem({ document, files }: FinishedRun, problem: Problem): Promise<void> {
  const file = files.find(({ path }) => path === problem.file);
  const isOwn = file === undefined || file.uri.toString() === document.uri.toString();
  const found = isOwn ? await findOpen(document) : await workspace.openTextDocument(file.uri);
  await window.showTextDocument(found, { selection: toRange(found, problem, file) });
}

/** Opens the settings where the value that holds is set: what the user writes counts for nothing against the workspace's. */
async function openSettings(settings: readonly SettingName[], { uri }: TextDocument): Promise<void> {
  const place = settings.some((name) => isSetByWorkspace(name, uri)) ? "openWorkspaceSettings" : "openSettings";
  await commands.executeCommand(
    `workbench.action.${place}`,
    `@id:${settings.map((name) => `forgeai.${name}`).join(",")}`,
  );
}

async function changeLanguage(document: TextDocument): Promise<void> {
  await window.showTextDocument(document);
  await commands.executeCommand("workbench.action.editor.changeLanguageMode");
}

/** Leaves the command in a terminal for the user to send off: it may ask for a password, and starts what has root's rights. */
export async function startEngine(command: string, again: () => Promise<unknown>): Promise<void> {
  const terminal = window.createTerminal("Start Docker");
  terminal.show();
  terminal.sendText(command, false);
  const chosen = await window.showInformationMessage("Press Enter in the terminal to start Docker.", "Try Again");
  if (chosen !== undefined) await again();
}
