import type { Locator, Page } from "../playwright.ts";
import { shown } from "./texts.ts";

/** Milliseconds after which a list to choose from is asked for again; twice that the second time, and so on. */
const answerLimit = 2_500;
const attempts = 4;

/** Runs a command by its full title, as in `View: Toggle Output`. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await findAndChoose(page, "F1", `>${title}`, title);
}

export async function openFile(page: Page, name: string): Promise<void> {
  await findAndChoose(page, "Control+P", name, name);
  await page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
}

/** Clicks the row of that label in the list to choose from that is open. */
export async function choose(page: Page, label: string): Promise<void> {
  await rowOf(page, label).click();
  await rowOf(page, label).waitFor({ state: "hidden" });
}

/** The labels in the list to choose from that is open, once `expected` is in one of them. */
export async function readQuickPick(page: Page, expected = ""): Promise<string[]> {
  const labels = page.locator(".quick-input-widget .monaco-list-row .quick-input-list-row:first-child .label-name");
  await labels.filter({ hasText: expected }).first().waitFor();
  return await shown(labels);
}

/** All that the row of that label says: the label, what stands beside it and beneath it. */
export async function readChoice(page: Page, label: string): Promise<string> {
  const row = rowOf(page, label);
  await row.waitFor();
  return (await row.getAttribute("aria-label")) ?? "";
}

/** The placeholder of the list to choose from that is open. */
export async function readQuestion(page: Page, expected: string): Promise<string> {
  const question = page.locator(`.quick-input-widget input.input[placeholder*=${JSON.stringify(expected)}]`);
  await question.waitFor();
  return (await question.getAttribute("placeholder")) ?? "";
}

/** Tried again for a window that has only just been opened: it may not take keys yet, or know its commands and files. */
async function findAndChoose(page: Page, keys: string, text: string, label: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const timeout = attempt * answerLimit;
    await page.keyboard.press(keys);
    try {
      await page.locator(".quick-input-widget input.input").fill(text, { timeout });
      await rowOf(page, label).waitFor({ timeout });
      break;
    } catch (error) {
      if (attempt === attempts) throw error;
      await page.keyboard.press("Escape");
    }
  }
  await choose(page, label);
}

/** The one that Enter would take is the best match, which may be another. */
function rowOf(page: Page, label: string): Locator {
  const byName = `[aria-label=${JSON.stringify(label)}], [aria-label^=${JSON.stringify(`${label}, `)}]`;
  return page.locator(`.quick-input-widget .monaco-list-row:is(${byName})`).first();
}
