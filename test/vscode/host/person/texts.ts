import type { Locator } from "../playwright.ts";

/** The texts that are shown. VS Code shows spaces as no-break spaces. */
export async function shown(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts()).map((text) => text.replaceAll("\u00A0", " "));
}

/** Matches a text that is this one, or begins with it and goes on after one of the characters. */
export function named(name: string, goesOnWith = ""): RegExp {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped}(?:$${goesOnWith === "" ? "" : `|[${goesOnWith}]`})`);
}
