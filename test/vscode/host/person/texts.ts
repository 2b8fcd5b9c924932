import type { Locator } from "../playwright.ts";

/** The texts that are shown. VS Code shows spaces as no-break spaces. */
export async function shown(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts()).map((text) => text.replaceAll("\u00A0", " "));
}

/** Matches a text that is this one, not only holds it. */
export function named(name: string): RegExp {
  return new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`);
}
