import type { CodeLine } from "./codeLines.ts";

/** A part of a script between two markers. Lines are 0-based; `end` is the line after the last. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  /** The marker, or else the first line of code. */
  readonly anchor: number;
}

/** Cells of words, as Jupyter and Jupytext mark them. */
const WORDS = /\[(?:markdown|md|raw)\]/i;

/**
 * Finds the cells that hold code: each from a marker, such as `# %%`, to the next. Jupyter knows no cell before the first
 * marker; here it is one, as in Spyder, since imports often stand there.
 */
export function findCells(lines: readonly string[], code: readonly CodeLine[], lineComment: string): Cell[] {
  const markers = lines.flatMap((line, index) =>
    code[index]?.begins !== "in text" && isMarker(line, lineComment) ? [index] : [],
  );
  if (markers.length === 0) return [];
  return [0, ...markers].flatMap((start, index) => {
    const end = markers[index] ?? lines.length;
    const first = code.slice(start, end).findIndex((line) => line.code !== "");
    if (first === -1) return [];
    if (index === 0) return [{ start, end, anchor: start + first }];
    return WORDS.test(lines[start] ?? "") ? [] : [{ start, end, anchor: start }];
  });
}

function isMarker(line: string, lineComment: string): boolean {
  const text = line.trimStart();
  return text.startsWith(lineComment) && text.slice(lineComment.length).trimStart().startsWith("%%");
}
