import type { Locator, Page } from "../playwright.ts";
import { choose, runCommand } from "./questions.ts";
import { named, shown } from "./texts.ts";

/** Opens a walkthrough by its title, from the list of all. */
export async function openWalkthrough(page: Page, title: string): Promise<void> {
  await runCommand(page, "Welcome: Open Walkthrough...");
  await choose(page, title);
  await steps(page).first().waitFor();
}

/** The titles of the steps of the walkthrough that is open, in their order. */
export async function readWalkthrough(page: Page): Promise<string[]> {
  await steps(page).first().waitFor();
  return await shown(steps(page).locator(".step-title"));
}

/** Opens a step of the walkthrough, where it isn't open, and presses a button in it. */
export async function pressWalkthroughButton(page: Page, step: string, button: string): Promise<void> {
  const open = page.locator(".getting-started-step.expanded");
  const title = { hasText: named(step) };
  if ((await open.locator(".step-title", title).count()) === 0) await steps(page).locator(".step-title", title).click();
  await open.locator(".monaco-button", { hasText: button }).first().click();
}

function steps(page: Page): Locator {
  return page.locator(".gettingStartedContainer .getting-started-step");
}
