import { RunFailure } from "../run/failure.ts";
import type { Limits } from "../run/limits.ts";
import type { Network, RunRequest } from "../run/request.ts";
import { LIMIT_SETTINGS, type LimitSetting, type SettingName } from "./contributions.ts";

/** A `bad-request` that a setting is to blame for. */
export class BadSetting extends RunFailure {
  readonly setting: SettingName;

  constructor(setting: SettingName, value: unknown, expected: string) {
    super({
      code: "bad-request",
      message: `The setting forgeai.${setting} can't be ${JSON.stringify(value)}.`,
      hint: `It has to be ${expected}.`,
    });
    this.setting = setting;
  }
}

/** What the settings ask for. Throws a `BadSetting` for a value that can't be: no run goes by a guessed one. */
export function readValues(valueOf: (name: SettingName) => unknown): Pick<RunRequest, "limits" | "network"> {
  const limits: { -readonly [Name in keyof Limits]?: number } = {};
  for (const setting of LIMIT_SETTINGS) limits[setting.limit] = readLimit(setting, valueOf(setting.name));
  return { limits, network: readNetwork(valueOf("network")) };
}

function readLimit({ name, factor, unit, least, most, whole = false }: LimitSetting, value: unknown): number {
  const fits = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (!fits) throw new BadSetting(name, value, `a ${whole ? "whole " : ""}number of ${unit}, from ${least} to ${most}`);
  return Math.round(value * factor);
}

function readNetwork(value: unknown): Network {
  if (value === "none" || value === "bridge") return value;
  throw new BadSetting("network", value, '"none" or "bridge"');
}
