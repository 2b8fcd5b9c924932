/** The report that counts is the last one, so it's enough to keep this much of the end. In UTF-16 units. */
const TAIL_LENGTH = 256 * 1024;

// Colours and the like: whatever a tool believed to be writing to a terminal.
const ESCAPE_SEQUENCES = /\u001b\[[0-9;:?]*[A-Za-z]/g;

/** The last lines of what a tool printed, as plain text. A first line that was cut is left out. */
export function lastLines(text: string): string[] {
  const lines = text.slice(-TAIL_LENGTH).replace(ESCAPE_SEQUENCES, "").split(/\r?\n/);
  if (text.length > TAIL_LENGTH && lines.length > 1) lines.shift();
  return lines;
}

/** No message that anyone reads is longer, and on a hostile line a pattern may take the square of its length. In UTF-16 units. */
const MOST_LINE_LENGTH = 2000;

/** The same, with what is too long in a line cut off. */
export function lastShortLines(text: string): string[] {
  return lastLines(text).map((line) => line.slice(0, MOST_LINE_LENGTH));
}
