import { PACKAGE_MANAGERS, type PackageManager } from "../../language/language.ts";
import { RunFailure } from "../../run/failure.ts";
import { type Isolation, ISOLATIONS, readIsolation } from "../../run/isolation.ts";
import type { Limits } from "../../run/limits.ts";
import type { RunRequest } from "../../run/request.ts";
import type { SnapshotPolicy } from "../../runner.ts";
import { LIMIT_SETTINGS, type LimitSetting, type SettingName } from "../contributions.ts";

/** A `bad-request` that a setting is to blame for. */
export class BadSetting extends RunFailure {
  readonly setting: SettingName;

  constructor(setting: SettingName, message: string, hint: string) {
    super({ code: "bad-request", message, hint });
    this.setting = setting;
  }
}

/** The failure for a value that can't be; `expected` goes on after "It has to be". */
export function badValue(setting: SettingName, value: unknown, expected: string): BadSetting {
  const message = `The setting forgeai.${setting} can't be ${JSON.stringify(value)}.`;
  return new BadSetting(setting, message, `It has to be ${expected}.`);
}

/** What the settings say about a run. */
export interface RunSettings extends Pick<RunRequest, "network" | "isolation" | "readOnlyRoot" | "platform"> {
  readonly limits: Partial<Limits>;
  /** Globs of files that are sent along. */
  readonly include: readonly string[];
  /** Undefined where the engine is found as Docker's own command line finds it. */
  readonly engineHost: string | undefined;
  readonly snapshots: SnapshotPolicy;
  /** Undefined where official images come from Docker's own registry. */
  readonly mirror: string | undefined;
  /** Where packages come from, where that isn't the package manager's own index. */
  readonly packageIndex: Readonly<Partial<Record<PackageManager, string>>>;
}

type ValueOf = (name: SettingName) => unknown;

/** What the settings ask for. Throws a `BadSetting` for a value that can't be: no run goes by a guessed one. */
export function readValues(valueOf: ValueOf): RunSettings {
  const limits: { -readonly [Name in keyof Limits]?: number } = {};
  for (const setting of LIMIT_SETTINGS) limits[setting.limit] = readLimit(setting, valueOf(setting.name));
  return {
    limits,
    network: readChoice("network", ["none", "bridge"], valueOf),
    isolation: readIsolationOf(valueOf("isolation")),
    readOnlyRoot: readSwitch("readOnlyRootFilesystem", valueOf),
    include: readTexts("include", valueOf),
    engineHost: readText("engine.host", valueOf).trim() || undefined,
    snapshots: readSwitch("snapshots.enabled", valueOf) ? "make" : "use",
    mirror: readText("images.mirror", valueOf).trim() || undefined,
    packageIndex: readIndexes("packages.index", valueOf),
    platform: readText("platform", valueOf).trim() || undefined,
  };
}

function readLimit({ name, factor, unit, least, most, whole = false }: LimitSetting, value: unknown): number {
  const fits = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (!fits) throw badValue(name, value, `a ${whole ? "whole " : ""}number of ${unit}, from ${least} to ${most}`);
  return factor === 1 ? value : Math.round(value * factor);
}

function readIsolationOf(value: unknown): Isolation {
  const isolation = typeof value === "string" ? readIsolation(value) : undefined;
  if (isolation !== undefined) return isolation;
  throw badValue("isolation", value, ISOLATIONS);
}

function readChoice<const Choice extends string>(
  name: SettingName,
  choices: readonly Choice[],
  valueOf: ValueOf,
): Choice {
  const value = valueOf(name);
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const quoted = choices.map((choice) => JSON.stringify(choice));
  throw badValue(name, value, `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`);
}

function readSwitch(name: SettingName, valueOf: ValueOf): boolean {
  const value = valueOf(name);
  if (typeof value === "boolean") return value;
  throw badValue(name, value, "true or false");
}

function readText(name: SettingName, valueOf: ValueOf): string {
  const value = valueOf(name);
  if (typeof value === "string") return value;
  throw badValue(name, value, "a text");
}

function readIndexes(name: SettingName, valueOf: ValueOf): RunSettings["packageIndex"] {
  const value = valueOf(name);
  const refused = badValue(name, value, `an object that gives ${PACKAGE_MANAGERS.join(", ")} an address each`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refused;
  const indexes: { [Manager in PackageManager]?: string } = {};
  for (const [key, address] of Object.entries(value)) {
    const manager = PACKAGE_MANAGERS.find((each) => each === key);
    if (manager === undefined || typeof address !== "string" || !URL.canParse(address)) throw refused;
    indexes[manager] = address;
  }
  return indexes;
}

function readTexts(name: SettingName, valueOf: ValueOf): readonly string[] {
  const value = valueOf(name);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw badValue(name, value, "a list of texts");
}
