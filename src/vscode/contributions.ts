/** What the manifest contributes, as the code knows it; a test holds the two against each other. No `vscode` in here. */

export const COMMAND_IDS = ["forgeai.runInContainer", "forgeai.stop", "forgeai.showOutput"] as const;

export type CommandId = (typeof COMMAND_IDS)[number];

/** Defaults by name, without the section "forgeai". */
export const SETTING_DEFAULTS = {
  /** Seconds. */
  timeout: 30,
  /** MB. */
  memory: 128,
  network: "none",
} as const;

export type SettingName = keyof typeof SETTING_DEFAULTS;

/** Context keys that the manifest's conditions read. */
export const CONTEXT_KEYS = ["forgeai.running"] as const;

export type ContextKey = (typeof CONTEXT_KEYS)[number];
