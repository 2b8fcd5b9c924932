import { splitLines } from "../../language/lines.ts";
import type { Span } from "./spans.ts";

/** Replaces a stretch of a document's text. */
export interface Edit {
  readonly range: Span;
  readonly text: string;
}

/** A stretch of text, and how long its last line is, in UTF-16 units. */
export interface Stretch {
  readonly span: Span;
  readonly lastLength: number;
}

/**
 * Where a stretch lies after edits, each of which counts in the text that those before it left; undefined where one of them
 * touched its lines. What is put in as whole lines above or below leaves them as they are.
 */
export function afterEdits({ span, lastLength }: Stretch, edits: readonly Edit[]): Span | undefined {
  let moved = span;
  for (const { range, text } of edits) {
    if (isBelow(moved, lastLength, range.start, text)) continue;
    if (!isAbove(moved, range, text)) return undefined;
    moved = moveBy(moved, splitLines(text).length - 1 - (range.end.line - range.start.line));
  }
  return moved;
}

function isBelow({ end }: Span, lastLength: number, { line, character }: Span["start"], text: string): boolean {
  return line > end.line || (line === end.line && character === lastLength && /^[\r\n]/.test(text));
}

function isAbove({ start }: Span, { start: from, end: to }: Span, text: string): boolean {
  if (to.line !== start.line) return to.line < start.line;
  return to.character === 0 && (text === "" ? from.character === 0 : /[\r\n]$/.test(text));
}

/** Moves a stretch down by a number of lines. */
function moveBy(span: Span, lines: number): Span {
  if (lines === 0) return span;
  const { start, end } = span;
  return { start: { ...start, line: start.line + lines }, end: { ...end, line: end.line + lines } };
}
