import type { Locator, Page } from "../playwright.ts";
import { shown } from "./texts.ts";

/** What the active terminal shows that is in view, once `expected` is there. */
export async function readTerminal(page: Page, expected: string): Promise<string> {
  const rows = activeTerminal(page).locator(".xterm-rows > div");
  await rows.filter({ hasText: expected }).first().waitFor();
  return (await shown(rows)).join("\n");
}

/** Clicks into the active terminal and types; a line feed is the Enter key. */
export async function typeInTerminal(page: Page, text: string): Promise<void> {
  await activeTerminal(page).locator(".xterm-screen").click();
  await page.keyboard.type(text);
}

/** Closes the active terminal by its button: above it, or where there are several, in their list when the mouse is there. */
export async function closeTerminal(page: Page): Promise<void> {
  const row = page.locator(".terminal-tabs-entry.is-active");
  if (await row.isVisible()) {
    await row.hover();
    await row.locator('.action-label[aria-label^="Kill"]').click();
  } else {
    await page.locator('.part.panel .action-label[aria-label^="Kill Terminal"]').first().click();
  }
}

function activeTerminal(page: Page): Locator {
  return page.locator(".terminal-wrapper.active");
}
