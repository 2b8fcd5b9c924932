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
