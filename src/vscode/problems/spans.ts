import type { Place } from "../../language/problem.ts";

/** Lines and characters are 0-based, as an editor counts them; characters are UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A stretch of a document's text; `end` is behind its last character. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** What was sent of a document: blank lines stand in for what wasn't, and `indent` units were taken off the front of each line. */
export interface SentLines {
  readonly lines: readonly string[];
  readonly indent: number;
}

const WORD = /[\p{L}\p{M}\p{N}_$]+/uy;

/**
 * Where a place of the sent text lies in its document, of which these are the lines. Without a column the whole line is
 * meant, from its first character that isn't blank to its last. What a tool misses behind the last line that it was given
 * is missing at the end of that line: the next one is another block's, or the fence.
 */
export function findSpan(document: readonly string[], sent: SentLines, place: Place): Span {
  const line = Math.min(place.line, document.length) - 1;
  const text = document[line] ?? "";
  const isSent = (sent.lines[line] ?? "").trim() !== "";
  if (!isSent && text.trim() !== "") return endOf(document, lastSentLine(sent, line));
  const start = place.column === undefined ? firstOf(text, sent.indent) : within(text, place.column, sent.indent);
  const end = place.column === undefined ? { line, character: text.length } : endOfPlace(document, sent, place, start);
  return { start: { line, character: start }, end };
}

function endOfPlace(document: readonly string[], { indent }: SentLines, place: Place, start: number): Position {
  const { line, endLine = line, endColumn } = place;
  if (endColumn === undefined) return { line: line - 1, character: endOfWord(document[line - 1] ?? "", start) };
  return { line: endLine - 1, character: within(document[endLine - 1] ?? "", endColumn, indent) };
}

/** The end of the word that begins or goes on there, else of the one character. */
function endOfWord(text: string, start: number): number {
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(start) ?? 0);
  return Math.min(start + word.length, text.length);
}

function within(text: string, column: number, indent: number): number {
  return Math.min(column - 1 + indent, text.length);
}

/** A quote's marks in front of a block are not the code's. */
function firstOf(text: string, indent: number): number {
  return indent + (/\S/.exec(text.slice(indent))?.index ?? Math.max(0, text.length - indent));
}

function lastSentLine({ lines }: SentLines, before: number): number {
  const last = lines.slice(0, before).findLastIndex((text) => text.trim() !== "");
  return Math.max(0, last);
}

function endOf(document: readonly string[], line: number): Span {
  const end = { line, character: (document[line] ?? "").trimEnd().length };
  return { start: end, end };
}
