import type { Limits } from "../run/limits.ts";

/** What the manifest contributes, as the code knows it; a test holds the two against each other. No `vscode` in here. */

export const COMMAND_IDS = [
  "forgeai.runInContainer",
  "forgeai.runSelectionInContainer",
  "forgeai.runInContainerInteractive",
  "forgeai.runWithPackages",
  "forgeai.rerunLast",
  "forgeai.stop",
  "forgeai.selectLanguageVersion",
  "forgeai.showOutput",
  "forgeai.doctor",
  "forgeai.manageImages",
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];

/** Defaults by name, without the section "forgeai". */
export const SETTING_DEFAULTS = {
  timeout: 30,
  memory: 128,
  processes: 64,
  disk: 64,
  "output.limit": 10,
  cpus: 1,
  cpuShares: 1024,
  network: "none",
  readOnlyRootFilesystem: true,
  isolation: "default",
  languages: {},
  include: [],
  "codeLens.enabled": true,
  "engine.host": "",
  "snapshots.enabled": true,
  "images.prepull": "ask",
  "images.mirror": "",
  "packages.index": {},
  platform: "",
} as const;

export type SettingName = keyof typeof SETTING_DEFAULTS;

/** A setting that is a limit of a run: which one, how much of it one is, and what it may be. */
export interface LimitSetting {
  readonly name: SettingName;
  readonly limit: keyof Limits;
  readonly factor: number;
  /** What is counted, in words that go on: "a number of MB". */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

const MEBIBYTE = 1024 * 1024;

export const LIMIT_SETTINGS: readonly LimitSetting[] = [
  { name: "timeout", limit: "timeoutMs", factor: 1000, unit: "seconds", least: 0.001, most: 86_400 },
  { name: "memory", limit: "memoryBytes", factor: MEBIBYTE, unit: "MB", least: 6, most: 1_048_576 },
  { name: "processes", limit: "processes", factor: 1, unit: "processes", least: 4, most: 32_768, whole: true },
  { name: "disk", limit: "diskBytes", factor: MEBIBYTE, unit: "MB", least: 1, most: 1_048_576 },
  { name: "output.limit", limit: "outputBytes", factor: MEBIBYTE, unit: "MB", least: 0, most: 256 },
  { name: "cpus", limit: "cpus", factor: 1, unit: "cores", least: 0.01, most: 1024 },
  { name: "cpuShares", limit: "cpuShares", factor: 1, unit: "shares", least: 2, most: 262_144, whole: true },
];

/** Context keys that the manifest's conditions read. */
export const CONTEXT_KEYS = ["forgeai.running", "forgeai.canRun"] as const;

export type ContextKey = (typeof CONTEXT_KEYS)[number];

/** The language of the output channel's text, by which VS Code finds who makes links in it. */
export const OUTPUT_LANGUAGE = "forgeai-output";
