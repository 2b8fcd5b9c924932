import type { ExtensionContext } from "vscode";
import { RunLenses } from "./vscode/lenses/codeLens.ts";
import { registerCommands } from "./vscode/commands.ts";
import { WindowLanguages } from "./vscode/settings/languages.ts";
import type { Parts } from "./vscode/parts.ts";
import { RunStateBoard } from "./vscode/lenses/runStates.ts";
import { LanguageStatus } from "./vscode/status.ts";
import { ChosenVersions } from "./vscode/settings/versions.ts";

let parts: Promise<Parts> | undefined;

/** Called by VS Code at the first use of a command, and when a file is opened that has run buttons. */
export function activate({ subscriptions, workspaceState }: ExtensionContext): void {
  const preferences = { languages: new WindowLanguages(), versions: new ChosenVersions(workspaceState) };
  const states = new RunStateBoard();
  const load = async (): Promise<Parts> => {
    const { createParts } = await import("./vscode/parts.ts");
    return createParts(preferences, states, workspaceState);
  };
  subscriptions.push(
    preferences.languages,
    preferences.versions,
    states,
    registerCommands(() => (parts ??= load())),
    new LanguageStatus(preferences),
    new RunLenses(states, preferences.languages),
  );
}

/** Called by VS Code when the window closes: what still runs is ended first. */
export async function deactivate(): Promise<void> {
  await (await parts)?.[Symbol.asyncDispose]();
}
