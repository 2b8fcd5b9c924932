import { commands, type TextDocument, window } from "vscode";
import type { Problem } from "../language/problem.ts";
import type { Limits } from "../run/limits.ts";
import type { SettingName } from "./contributions.ts";
import { toRange } from "./diagnostics.ts";
import { findOpen } from "./document.ts";
import type { NextStep } from "./nextSteps.ts";
import { isSetByWorkspace } from "./settings.ts";

/** A run that has ended or could not begin, as far as its next steps need it. */
export interface FinishedRun {
  readonly document: TextDocument;
  /** Runs a document as this one was run, but for the limits that are named. */
  readonly runAgain: (document: TextDocument, limits: Partial<Limits>) => Promise<unknown>;
  readonly showOutput: () => void;
}

/** Does what the button of a notification says. Throws an Error with a sentence where that can't be done any more. */
export async function performStep(step: NextStep, run: FinishedRun): Promise<void> {
  switch (step.kind) {
    case "run-again":
      await run.runAgain(await findOpen(run.document), step.limits);
      return;
    case "show-problem":
      return showProblem(await findOpen(run.document), step.problem);
    case "open-settings":
      return openSettings(step.settings, run.document);
    case "change-language":
      return changeLanguage(await findOpen(run.document));
    case "start-engine":
      return startEngine(step.command, run);
    case "show-output":
      return run.showOutput();
  }
}

async function showProblem(document: TextDocument, problem: Problem): Promise<void> {
  await window.showTextDocument(document, { selection: toRange(document, problem) });
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
async function startEngine(command: string, run: FinishedRun): Promise<void> {
  const terminal = window.createTerminal("Start Docker");
  terminal.show();
  terminal.sendText(command, false);
  const again: NextStep = { kind: "run-again", title: "Try Again", limits: {} };
  const chosen = await window.showInformationMessage("Press Enter in the terminal to start Docker.", again);
  if (chosen !== undefined) await performStep(chosen, run);
}
