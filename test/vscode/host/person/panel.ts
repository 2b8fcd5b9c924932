import type { Locator, Page } from "../playwright.ts";
import { runCommand } from "./questions.ts";
import { shown } from "./texts.ts";

/** The lines of the Output panel that are in view, once `expected` is among them; the panel must be open. */
export async function readOutput(page: Page, expected = ""): Promise<string> {
  const lines = page.locator(".pane-body.output-view .view-line");
  await lines.filter({ hasText: expected }).first().waitFor();
  return (await shown(lines)).join("\n");
}

/** Follows the link of that text in the Output panel, as a click does while Control is held. */
export async function clickOutputLink(page: Page, text: string): Promise<void> {
  const link = page.locator(".pane-body.output-view .detected-link", { hasText: text }).first();
  await link.waitFor();
  const box = await link.boundingBox();
  if (box === null) throw new Error(`the link ${text} is not in view`);
  // At its place: the link is drawn anew when the mouse comes, so that there is another to click by then.
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.keyboard.down("Control");
  try {
    await page.mouse.move(x, y, { steps: 2 });
    await page.locator(".pane-body.output-view .detected-link-active").first().waitFor();
    await page.mouse.click(x, y);
  } finally {
    await page.keyboard.up("Control");
  }
}

/** Opens the Problems panel and reads its rows (files and problems), once `expected` is in one of them. */
export async function readProblems(page: Page, expected: string): Promise<string[]> {
  await runCommand(page, "Problems: Focus on Problems View");
  await filterProblems(page, expected);
  await problems(page, expected).first().waitFor();
  return await shown(problems(page));
}

/** Clicks a row of the Problems panel, which must be open. */
export async function clickProblem(page: Page, text: string): Promise<void> {
  await filterProblems(page, text);
  await problems(page, text).first().click();
  await filterProblems(page, "");
}

/** Of a long list only the rows in view are there. */
async function filterProblems(page: Page, text: string): Promise<void> {
  await page.locator(".part.panel .viewpane-filter input").first().fill(text);
}

function problems(page: Page, text = ""): Locator {
  return page.locator(".markers-panel .monaco-list-row", { hasText: text });
}
