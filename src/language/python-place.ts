import { bytes, type CharacterWidth, cells, codePoints, utf16Offset } from "./columns.ts";
import type { Place } from "./problem.ts";
import type { SentFiles } from "./sent-files.ts";

/** One `File "…", line …` entry of a report, with the lines that Python showed below it. */
export interface Entry {
  readonly path: string;
  readonly line: number;
  /** The function; undefined where the entry tells of a syntax error. */
  readonly within: string | undefined;
  readonly shown: string[];
}

/** What carets and tildes mark, in the tool's units from 0. */
interface Marks {
  readonly start: number;
  readonly end: number;
}

/** A stretch of a line, in UTF-16 units from 0. */
interface Stretch {
  readonly start: number;
  readonly end: number | undefined;
}

const INDENTATION = "    ";

// Python 3.13 counts terminal cells below a traceback's line where 3.11 counted characters.
const TRACEBACK_UNITS: readonly CharacterWidth[] = [cells, codePoints];
// Below a syntax error some versions and some messages count bytes; nothing printed tells which.
const SYNTAX_UNITS: readonly CharacterWidth[] = [codePoints, bytes];

/** Where an entry points to. A column only where Python marked one; the marks of several lines make one range. */
export function placeOf(entry: Entry, files: SentFiles): Place | undefined {
  const place = files.place(entry.path, entry.line);
  if (place === undefined) return undefined;
  const [first, second, ...rest] = entry.shown;
  const marks = second === undefined ? undefined : marksOf(second);
  const stretch =
    marks && first !== undefined ? stretchOf(entry, first, marks, files.line(place.file, place.line)) : undefined;
  if (stretch === undefined || marks === undefined) return place;
  const column = stretch.start + 1;
  const last = lastMarkedLine(entry, rest, place.file, files);
  if (last !== undefined) return { ...place, column, endLine: last.line, endColumn: last.end + 1 };
  // A single caret is all that Python up to 3.9 prints: it doesn't tell the end.
  if (stretch.end === undefined || marks.end - marks.start === 1) return { ...place, column };
  return { ...place, column, endColumn: stretch.end + 1 };
}

/** Whether the sent file has the line that Python showed. Otherwise the program may have made the report up. */
export function isShownTruly(entry: Entry, place: Place, files: SentFiles): boolean {
  return (entry.shown[0] ?? "").trim() === (files.line(place.file, place.line) ?? "").trim();
}

function marksOf(line: string): Marks | undefined {
  if (!line.startsWith(INDENTATION) || !/^\s*[~^]+$/.test(line)) return undefined;
  return { start: line.search(/[~^]/) - INDENTATION.length, end: line.length - INDENTATION.length };
}

function stretchOf(entry: Entry, shownLine: string, marks: Marks, source: string | undefined): Stretch | undefined {
  const shown = shownLine.slice(INDENTATION.length).trimEnd();
  const sourceEnd = source?.trimEnd();
  if (sourceEnd === undefined || !sourceEnd.endsWith(shown)) return undefined;
  // Python 3.11 miscounts where it shows a byte order mark.
  if (shown.startsWith("\ufeff")) return undefined;
  const indentation = sourceEnd.length - shown.length;
  const isSyntaxError = entry.within === undefined;
  const readings = readingsOf(shown, marks, isSyntaxError ? SYNTAX_UNITS : TRACEBACK_UNITS);
  const [reading, other] = readings;
  if (reading === undefined || (isSyntaxError && other !== undefined)) return undefined;
  return { start: indentation + reading.start, end: reading.end === undefined ? undefined : indentation + reading.end };
}

/** The stretches that the marks can mean. Where the units disagree, only those that begin and end between tokens. */
function readingsOf(shown: string, marks: Marks, units: readonly CharacterWidth[]): Stretch[] {
  const readings: Stretch[] = [];
  // Python cuts marks at the end of the line: what was counted in bytes can have gone on.
  const isCut = utf16Offset(shown, marks.end + 1, codePoints) === undefined;
  for (const unit of units) {
    const start = utf16Offset(shown, marks.start, unit);
    const end = isCut && unit === bytes ? undefined : utf16Offset(shown, marks.end, unit);
    const isKnown = readings.some((known) => known.start === start && (known.end === end || end === undefined));
    if (start !== undefined && !isKnown) readings.push({ start, end });
  }
  return readings.length === 1 ? readings : readings.filter((reading) => isBetweenTokens(shown, reading, marks));
}

function isBetweenTokens(shown: string, { start, end }: Stretch, marks: Marks): boolean {
  const isSplit = (at: number) => /^[\p{L}\p{N}_]{2}$/u.test(shown.slice(at - 1, at + 1));
  if (isSplit(start) || shown[start] === " ") return false;
  if (end === undefined || marks.end - marks.start === 1) return true;
  // No expression ends in an operator.
  return !isSplit(end) && /[\p{L}\p{N}_"')\]}.]/u.test(shown.slice(end - 1, end));
}

/** Follows an expression over the lines that Python showed: source and marks by turns, `...<3 lines>...` for a gap. */
function lastMarkedLine(entry: Entry, shown: readonly string[], file: string, files: SentFiles) {
  let line = entry.line;
  let last: { line: number; end: number } | undefined;
  let text: string | undefined;
  for (const shownLine of shown) {
    const gap = /^\s*\.\.\.<(\d+) lines?>\.\.\.$/.exec(shownLine)?.[1];
    const marks = gap === undefined && text !== undefined ? marksOf(shownLine) : undefined;
    if (gap !== undefined) line += Number(gap);
    else if (marks === undefined) {
      text = shownLine;
      line += 1;
    } else if (text !== undefined) {
      const stretch = stretchOf(entry, text, marks, files.line(file, line));
      last = stretch?.end === undefined ? undefined : { line, end: stretch.end };
    }
  }
  return last;
}
