/**
 * Text from a workspace that nobody trusts, for one line of output: what isn't seen or moves what is (control characters,
 * marks of direction, line separators) is written as `\u{…}`, and what is longer is cut.
 */
export function toVisibleText(text: string, mostCharacters: number): string {
  const characters = Array.from(text.slice(0, 2 * mostCharacters + 2));
  const cut = characters.length > mostCharacters;
  const shown = cut ? `${characters.slice(0, mostCharacters - 1).join("")}…` : text;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
