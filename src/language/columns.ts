/** How much of a tool's column one character takes. */
export type CharacterWidth = (character: string) => number;

export const codePoints: CharacterWidth = () => 1;

export const bytes: CharacterWidth = (character) => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
};

// East Asian Wide and Fullwidth, in blocks: what is unassigned in them is never in a program that runs.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns of a terminal with a fixed-width font. */
export const cells: CharacterWidth = (character) => (WIDE.test(character) ? 2 : 1);

/**
 * Where in `line` the character begins that has `count` units before it, in UTF-16 units from 0.
 * Undefined where that is inside of a character or after the end.
 */
export function utf16Offset(line: string, count: number, width: CharacterWidth): number | undefined {
  let passed = 0;
  let offset = 0;
  for (const character of line) {
    if (passed >= count) break;
    passed += width(character);
    offset += character.length;
  }
  return passed === count ? offset : undefined;
}
