import type { Language } from "../../language/language.ts";
import { frontOf } from "./markdownLines.ts";

/** Lines are 0-based; `end` is the line after the last. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export type PieceKind = "document" | "selection" | "fence" | "cell" | "through-cell";

/** A part of a document that is run by itself. */
export interface Piece {
  readonly kind: PieceKind;
  /** Tells it apart from the document's other pieces: "document", "selection", "fence 2", "cell 1", "through cell 3", counted from 1. */
  readonly id: string;
  /** The row of the catalog. */
  readonly language: Language;
  /** In document order; one, but for a selection of several places. */
  readonly ranges: readonly LineRange[];
  /** The line above which its run button stands. */
  readonly anchor: number;
}

/** A piece's text, and how many UTF-16 units were taken off the front of each of its lines. */
export interface PieceText {
  readonly content: string;
  readonly indent: number;
}

/**
 * Cuts out the text that is run. Blank lines stand in for what isn't, so that every line keeps its number; what all lines
 * have in front is taken off. Of a fence whose lines don't begin alike, `indent` is that of the first that isn't blank.
 * A document's text is left as it is.
 */
export function cutPiece(lines: readonly string[], { kind, ranges, anchor }: Piece): PieceText {
  if (kind === "document") return { content: lines.join("\n"), indent: 0 };
  const front = kind === "fence" ? frontOf(lines[anchor] ?? "") : () => 0;
  const cut = Array.from({ length: ranges.at(-1)?.end ?? 0 }, () => "");
  for (const { start, end } of ranges) {
    for (const [index, line] of lines.slice(start, end).entries()) cut[start + index] = line.slice(front(line));
  }
  const common = commonSpace(cut);
  const first = cut.findIndex((text) => !isBlank(text));
  const texts = cut.map((text) => text.slice(common));
  // It says what runs a file, and only on the first line does every language take it for a comment.
  if (first > 0 && texts[first]?.startsWith("#!") === true) texts[first] = "";
  const content = texts.map((text) => `${text}\n`).join("");
  return { content, indent: first === -1 ? 0 : front(lines[first] ?? "") + common };
}

/** How many characters of space every line begins with, the same in each; blank lines don't count. */
function commonSpace(lines: readonly string[]): number {
  const [first = "", ...others] = lines.filter((line) => !isBlank(line));
  let common = first.length - first.trimStart().length;
  for (const line of others) {
    let length = 0;
    while (length < common && line[length] === first[length]) length += 1;
    common = length;
  }
  return common;
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** What somebody selected, as an editor tells it: 0-based, `end` behind the last character. */
export interface SelectedLines {
  readonly start: Position;
  readonly end: Position;
}

/** The whole lines that are selected, one range for those that touch; undefined where nothing is. */
export function selectionPiece(language: Language, selections: readonly SelectedLines[]): Piece | undefined {
  const selected = selections
    .filter(({ start, end }) => start.line !== end.line || start.character !== end.character)
    // Whoever selects whole lines ends before the first character of the next.
    .map(({ start, end }) => ({ start: start.line, end: end.character === 0 ? end.line : end.line + 1 }))
    .toSorted((one, other) => one.start - other.start);
  const ranges: LineRange[] = [];
  for (const { start, end } of selected) {
    const last = ranges.at(-1);
    if (last === undefined || start > last.end) ranges.push({ start, end });
    else ranges[ranges.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  const anchor = ranges[0]?.start;
  return anchor === undefined ? undefined : { kind: "selection", id: "selection", language, ranges, anchor };
}
