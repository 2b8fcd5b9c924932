import { type ConfigurationScope, workspace } from "vscode";
import type { SettingName } from "../contributions.ts";
import { type RunSettings, readValues } from "./settingValues.ts";

/**
 * What the settings that hold for a document, and for the language of what is run, say about a run; read anew for each.
 * Throws a `bad-request` that names a setting with a value that can't be.
 */
export function readSettings(scope: ConfigurationScope | undefined): RunSettings {
  return readValues(valuesFor(scope));
}

/** The rows that `forgeai.languages` adds or changes, as they were written; the same for all folders of a window. */
export function readLanguageRows(): unknown {
  return valuesFor(undefined)("languages");
}

/** Whether run buttons stand in the text. A value that can't be counts as no. */
export function showsCodeLenses(scope: ConfigurationScope): boolean {
  return valuesFor(scope)("codeLens.enabled") === true;
}

/** What is to be done about the images that the workspace's languages lack. A value that can't be counts as "never". */
export function readPrepull(): "ask" | "always" | "never" {
  const value = valuesFor(undefined)("images.prepull");
  return value === "ask" || value === "always" ? value : "never";
}

/** Whether it is the workspace that gives a setting the value that holds for a document. */
export function isSetByWorkspace(name: SettingName, scope: ConfigurationScope): boolean {
  return workspace.getConfiguration("forgeai", scope).inspect(name)?.workspaceValue !== undefined;
}

function valuesFor(scope: ConfigurationScope | undefined): (name: SettingName) => unknown {
  const configuration = workspace.getConfiguration("forgeai", scope);
  return (name) => configuration.get(name);
}
