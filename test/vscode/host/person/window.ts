import { join, resolve } from "node:path";
import type { Locator, Page } from "../playwright.ts";
import { shown } from "./texts.ts";

export interface ShownSettings {
  /** "User" or "Workspace". */
  readonly whose: string;
  readonly names: readonly string[];
}

/** Resolves when the workbench can be used: the editor area is there, and the status bar under it. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.editor").waitFor();
  await page.locator(".monaco-workbench .part.statusbar .statusbar-item").first().waitFor();
}

/** What the settings editor shows, once one of the settings has `expected` in its name. */
export async function readSettings(page: Page, expected: string): Promise<ShownSettings> {
  const editor = page.locator(".settings-editor");
  const labels = editor.locator(".setting-item .setting-item-label");
  await labels.filter({ hasText: expected }).first().waitFor();
  const [whose = ""] = await shown(editor.locator(".settings-tabs-widget .action-label.checked"));
  return { whose, names: (await shown(labels)).toSorted() };
}

/** The items of the status bar from left to right, once one holds the text. */
export async function readStatusBar(page: Page, expected: string): Promise<string[]> {
  await statusBarItem(page, expected).waitFor();
  const texts = await shown(page.locator(".statusbar-item"));
  return texts.map((text) => text.trim().replaceAll(/\s+/g, " ")).filter((text) => text !== "");
}

export async function clickStatusBarItem(page: Page, text: string): Promise<void> {
  await statusBarItem(page, text).click();
}

/** Leaves Restricted Mode by way of the status bar and the Workspace Trust editor. */
export async function trustWorkspace(page: Page): Promise<void> {
  const restricted = statusBarItem(page, "Restricted Mode");
  await restricted.click();
  const buttons = page.locator(".workspace-trust-editor .workspace-trust-buttons-row a.monaco-button", {
    hasText: /^Trust$/,
  });
  await buttons.first().click();
  await restricted.waitFor({ state: "detached" });
}

/** Saves the window as it is now as `<name>.png` in the folder that FORGEAI_SCREENSHOTS names. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["FORGEAI_SCREENSHOTS"] ?? "test-results/screenshots";
  await page.screenshot({ path: join(resolve(folder), `${name}.png`) });
}

function statusBarItem(page: Page, text: string): Locator {
  return page.locator(".statusbar-item", { hasText: text }).first();
}
