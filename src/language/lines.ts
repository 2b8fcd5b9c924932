/** The lines of a text, without their ends, as editors count them. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
