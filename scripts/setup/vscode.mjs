// A real VS Code for the tests: the desktop one where it can be downloaded and shown, else the same VS Code as a server.
import { existsSync } from "node:fs";
import { canInstallPackages, installPackages, isDebian } from "./apt.mjs";
import { isInPath } from "./processes.mjs";
import { alreadyThere, SetupFailure } from "./steps.mjs";
import { provideVscodeServer } from "./vscodeServer.mjs";

/** @typedef {{ executable: string } | { server: string }} VscodeHost `server` is the folder that test/vscode/host takes */
/** @typedef {(line: string) => void} Say */

/**
 * @param {Say} say
 * @returns {Promise<{ outcome: string, result: VscodeHost }>}
 */
export async function provideVscode(say) {
  const executable = hasDisplay() ? await findOrDownloadDesktop(say) : undefined;
  if (executable !== undefined) return { outcome: "desktop VS Code", result: { executable } };
  return provideVscodeInBrowser(say);
}

/**
 * VS Code as a server, even where there is a desktop.
 * @param {Say} say
 * @returns {Promise<{ outcome: string, result: { server: string } }>} the folder that test/vscode/host takes
 */
export async function provideVscodeInBrowser(say) {
  if (process.platform !== "linux") {
    throw new SetupFailure("VS Code's server, which stands in for the desktop one, is for Linux only here.");
  }
  const hadBrowser = await provideBrowser(say);
  const { folder, isNew } = await provideVscodeServer(say);
  const what = hadBrowser && !isNew ? alreadyThere : "made";
  return { outcome: `VS Code as a server, with a headless browser: ${what}`, result: { server: folder } };
}

export function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** @param {Say} say @returns {Promise<string | undefined>} undefined where it can't be downloaded */
async function findOrDownloadDesktop(say) {
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  say("looking for desktop VS Code");
  try {
    // Into its usual place, where runTests finds it again.
    return await downloadAndUnzipVSCode({ version: "stable", timeout: 15_000 });
  } catch (error) {
    say(`desktop VS Code can't be downloaded: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** @param {Say} say @returns {Promise<boolean>} whether it was there */
async function provideBrowser(say) {
  if (existsSync("/usr/bin/chromium") || (await isInPath("chromium")) || (await isInPath("google-chrome"))) return true;
  if (process.env["FORGEAI_CHROMIUM"]) return true;
  // Ubuntu's package of that name is only a pointer to a snap, which needs systemd and the snap store.
  if (!canInstallPackages() || !isDebian()) {
    throw new SetupFailure(
      "The VS Code tests need Chromium or Google Chrome in PATH, or its path in FORGEAI_CHROMIUM.",
    );
  }
  await installPackages(["chromium"], say);
  return false;
}
