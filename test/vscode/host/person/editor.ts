import type { Locator, Page } from "../playwright.ts";
import { shown } from "./texts.ts";

/** Milliseconds after which the mouse is moved again, and how often it is. VS Code waits 0.3 s. */
const hoverLimit = 2_000;
const hoverAttempts = 8;

/** Puts the cursor into a text in the active editor, by a click on it. */
export async function clickInEditor(page: Page, text: string): Promise<void> {
  await textInEditor(page, text).click();
}

/** Clicks the first code lens whose title holds the text. */
export async function clickCodeLens(page: Page, title: string): Promise<void> {
  await codeLenses(page, title).first().click();
}

/** The titles of the code lenses that are in view, from the top down, once one holds the text. */
export async function readCodeLenses(page: Page, expected: string): Promise<string[]> {
  await codeLenses(page, expected).first().waitFor();
  // An icon may leave its space in front of the words.
  return (await shown(codeLenses(page))).map((title) => title.trim());
}

/**
 * Holds the mouse over the first place that is underlined as an error, and reads what is said about it once `expected` is
 * there. It stays there, over the text. (After the editor's menu was open, VS Code says nothing before the next click in
 * that editor.)
 */
export async function readErrorAtMouse(page: Page, expected: string): Promise<string> {
  const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: expected }).first();
  for (let attempt = 1; !(await hover.isVisible()); attempt++) {
    // The text may move while the mouse does, as when a code lens comes.
    await moveToError(page);
    await hover.waitFor({ timeout: hoverLimit }).catch((error: unknown) => {
      if (attempt === hoverAttempts) throw error;
    });
  }
  return (await shown(hover)).join("\n");
}

/** From outside of the text, as VS Code shows nothing to a mouse that stays. */
async function moveToError(page: Page): Promise<void> {
  const box = await activeEditor(page).locator(".squiggly-error").first().boundingBox();
  // It is just being drawn anew.
  if (box === null) return;
  await page.mouse.move(box.x, 0);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
}

/** The first piece of the active editor's text of one colour that holds the text. */
export function textInEditor(page: Page, text: string): Locator {
  return activeEditor(page).locator(".view-line span span", { hasText: text }).first();
}

function activeEditor(page: Page): Locator {
  return page.locator(".part.editor .editor-group-container.active .editor-instance");
}

function codeLenses(page: Page, text = ""): Locator {
  return activeEditor(page).locator(".codelens-decoration a", { hasText: text });
}
