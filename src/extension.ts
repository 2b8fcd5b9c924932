import type { ExtensionContext } from "vscode";
import { RunLenses } from "./vscode/codeLens.ts";
import { registerCommands } from "./vscode/commands.ts";
import { Doctor } from "./vscode/doctor.ts";
import { WindowLanguages } from "./vscode/languages.ts";
import { registerLinks } from "./vscode/links.ts";
import { Runners } from "./vscode/runners.ts";
import { RunSession } from "./vscode/session.ts";
import { LanguageStatus } from "./vscode/status.ts";
import { ChosenVersions } from "./vscode/versions.ts";

const runners = new Runners();
let session: RunSession | undefined;

/** Called by VS Code at the first use of a command, and when a file is opened that has run buttons. */
export function activate({ subscriptions, workspaceState }: ExtensionContext): void {
  const preferences = { languages: new WindowLanguages(), versions: new ChosenVersions(workspaceState) };
  session = new RunSession(runners, preferences);
  const doctor = new Doctor(session.output, runners, preferences.languages);
  subscriptions.push(
    preferences.languages,
    preferences.versions,
    session,
    registerCommands({ session, preferences, doctor }),
    new LanguageStatus(preferences),
    new RunLenses(session.states, preferences.languages),
    registerLinks(session),
  );
}

/** Called by VS Code when the window closes: what still runs is ended first. */
export async function deactivate(): Promise<void> {
  await session?.end();
  await runners[Symbol.asyncDispose]();
}
