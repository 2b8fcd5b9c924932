import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Settings = Readonly<Record<string, unknown>>;

/** Nothing that looks for updates, talks to a service, or lies over what a test looks at. */
const quiet: Settings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": "off",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  // What a program prints looks like the address of a server at times.
  "remote.autoForwardPorts": false,
  "security.workspace.trust.banner": "never",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  // A terminal drawn by the GPU has no text in the page.
  "terminal.integrated.gpuAcceleration": "off",
  "update.mode": "none",
  // Modal editors (Workspace Trust, Settings) take every key.
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  // What fades in can't be clicked for a while, and looks pale in a picture.
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** What only the machine sets: a server doesn't take it from the user's settings. */
const ofMachine: Settings = {
  // Asked for by the tests that are about it.
  "forgeai.images.prepull": "never",
};

/** Writes the user's settings, and the machine's: what is there already wins over the quiet defaults, and what the caller asks for over both. */
export function writeQuietSettings(userDataFolder: string, asked: Settings): void {
  write(join(userDataFolder, "User"), { ...quiet, ...ofMachine }, asked);
  write(join(userDataFolder, "Machine"), ofMachine, {});
}

function write(folder: string, defaults: Settings, asked: Settings): void {
  const file = join(folder, "settings.json");
  mkdirSync(folder, { recursive: true });
  const present: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  writeFileSync(file, JSON.stringify(Object.assign({}, defaults, present, asked), undefined, 2));
}
