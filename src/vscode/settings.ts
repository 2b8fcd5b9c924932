import * as v from "valibot";
import { workspace, type ConfigurationScope } from "vscode";
import { badRequest } from "../run/failure.ts";
import type { RunRequest } from "../run/request.ts";
import type { SettingName } from "./contributions.ts";

const MEBIBYTE = 1024 * 1024;

const SCHEMAS = {
  timeout: v.pipe(v.number(), v.minValue(0.001)),
  memory: v.pipe(v.number(), v.minValue(6)),
  network: v.picklist(["none", "bridge"]),
} satisfies Record<SettingName, v.GenericSchema>;

const EXPECTED: Readonly<Record<SettingName, string>> = {
  timeout: "a number of seconds, more than 0",
  memory: "a number of MB, at least 6",
  network: '"none" or "bridge"',
};

/**
 * What the settings that hold for a document say about its run; read anew for each run.
 * Throws a `bad-request` that names a setting with a value that can't be: no run goes by a guessed one.
 */
export function readSettings(scope: ConfigurationScope): Pick<RunRequest, "limits" | "network"> {
  const configuration = workspace.getConfiguration("forgeai", scope);
  const read = <Name extends SettingName>(name: Name): v.InferOutput<(typeof SCHEMAS)[Name]> => {
    const value: unknown = configuration.get(name);
    const parsed = v.safeParse(SCHEMAS[name], value);
    if (parsed.success) return parsed.output;
    throw badRequest(
      `The setting forgeai.${name} can't be ${JSON.stringify(value)}.`,
      `It has to be ${EXPECTED[name]}.`,
    );
  };
  return {
    limits: { timeoutMs: Math.round(read("timeout") * 1000), memoryBytes: Math.round(read("memory") * MEBIBYTE) },
    network: read("network"),
  };
}
