import { type ConfigurationScope, workspace } from "vscode";
import type { RunRequest } from "../run/request.ts";
import type { SettingName } from "./contributions.ts";
import { readValues } from "./settingValues.ts";

/**
 * What the settings that hold for a document say about its run; read anew for each run.
 * Throws a `bad-request` that names a setting with a value that can't be.
 */
export function readSettings(scope: ConfigurationScope): Pick<RunRequest, "limits" | "network"> {
  const configuration = workspace.getConfiguration("forgeai", scope);
  return readValues((name) => configuration.get(name));
}

/** Whether it is the workspace that gives a setting the value that holds for a document. */
export function isSetByWorkspace(name: SettingName, scope: ConfigurationScope): boolean {
  return workspace.getConfiguration("forgeai", scope).inspect(name)?.workspaceValue !== undefined;
}
