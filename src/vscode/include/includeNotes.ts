import type { LeftOut, SearchResult } from "./includeSearch.ts";
import { toVisibleText } from "../../run/visibleText.ts";

/** How many lines say what was left out, before one that counts the rest. */
const MOST_LINES = 20;
const MOST_CHARACTERS = 200;

/** What was asked for and isn't sent, a line each. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  const lines = leftOut.slice(0, MOST_LINES).map(({ path, why }) => {
    return `left out: ${toVisibleText(path, MOST_CHARACTERS)} (${toVisibleText(why, MOST_CHARACTERS)})`;
  });
  return leftOut.length > MOST_LINES ? [...lines, `left out: ${leftOut.length - MOST_LINES} more`] : lines;
}

/** The globs that no file fits, a line each: they are likely to be misspelt. */
export function describeUnmatched(globs: readonly string[], { found }: Pick<SearchResult, "found">): string[] {
  const matched = new Set(found.flatMap((file) => file.globs));
  return globs
    .filter((glob) => !matched.has(glob))
    .map((glob) => `no file matches ${toVisibleText(JSON.stringify(glob), MOST_CHARACTERS)} in forgeai.include`);
}
