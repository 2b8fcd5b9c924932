import type { Locator, Page } from "../playwright.ts";
import { textInEditor } from "./editor.ts";
import { named, shown } from "./texts.ts";

/** Presses a button that stands above the active editor, by what it says when the mouse is over it. */
export async function clickEditorAction(page: Page, title: string): Promise<void> {
  await editorAction(page, title).first().click();
}

/** Opens what hangs under the run button above the active editor. */
export async function openRunMenu(page: Page): Promise<void> {
  await page.locator(`${EDITOR_ACTIONS} .monaco-dropdown-with-default .dropdown-action-container a`).first().click();
}

/** Clicks with the other button on a text in the active editor. What is selected there stays so. */
export async function openEditorMenu(page: Page, text: string): Promise<void> {
  await textInEditor(page, text).click({ button: "right" });
}

/** Clicks with the other button on a file or a folder in the explorer. */
export async function openExplorerMenu(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+Shift+E");
  const row = page.locator(`.explorer-folders-view .monaco-list-row[aria-label^=${JSON.stringify(name)}]`);
  await row.first().click({ button: "right" });
}

/** The entries of the menu that is open, from the top down, once `expected` is one of them. */
export async function readMenu(page: Page, expected: string): Promise<string[]> {
  await entry(page, expected).waitFor();
  return (await shown(page.locator(ENTRIES))).filter((label) => label !== "");
}

export async function chooseInMenu(page: Page, label: string): Promise<void> {
  await entry(page, label).click();
}

const EDITOR_ACTIONS = ".editor-group-container.active .editor-actions";
const ENTRIES = ".monaco-menu .action-item .action-label";

function editorAction(page: Page, title: string): Locator {
  // A key that does the same may stand behind it.
  const byName = `[aria-label=${JSON.stringify(title)}], [aria-label^=${JSON.stringify(`${title} (Ctrl`)}]`;
  return page.locator(`${EDITOR_ACTIONS} a.action-label:is(${byName})`);
}

function entry(page: Page, label: string): Locator {
  return page.locator(ENTRIES, { hasText: named(label) }).first();
}
