import type { Place } from "./problem.ts";
import type { SentFiles } from "./sent-files.ts";

/** Where Node says that an error was thrown: a place, the line there, and a line with carets. */
export interface Header {
  /** Undefined where it was thrown inside of Node or in text that was evaluated. */
  readonly place: Place | undefined;
  /** The number of the first line below it, from 0. */
  readonly end: number;
}

/** From this length on Node cuts the line with the carets, and there may be none left. */
const CUT_CARETS = 1_000;

/** The last header in `lines` that is one: the file has that line, or it's Node's own. */
export function lastHeader(lines: readonly string[], files: SentFiles): Header | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const header = headerAt(lines, index, files);
    if (header !== undefined) return header;
  }
  return undefined;
}

function headerAt(lines: readonly string[], index: number, files: SentFiles): Header | undefined {
  const text = lines[index] ?? "";
  const number = /:\d+$/.exec(text.slice(-12))?.[0];
  if (number === undefined) return undefined;
  // Where types were stripped Node shows the lines before and after too.
  const carets = [index + 2, index + 3].find((at) => isCaretLine(lines[at]) || isEndOfInput(lines, at));
  if (carets === undefined) return undefined;
  const path = text.slice(0, -number.length);
  const place = files.placeAtEnd(path, Number(number.slice(1)));
  if (place === undefined) return isForeign(path, files) ? { place, end: carets + 1 } : undefined;
  const shows = (at: number, line: number) => isShownTruly(lines[at] ?? "", files.line(place.file, line));
  if (!shows(carets - 1, place.line)) return undefined;
  const hasNextLine = lines[carets + 2] === "" && shows(carets + 1, place.line + 1);
  return { place: withColumns(place, lines[carets] ?? ""), end: carets + (hasNextLine ? 2 : 1) };
}

function isCaretLine(line: string | undefined): boolean {
  if (line === undefined) return false;
  return /^[ \t]*\^+$/.test(line) || (line.length >= CUT_CARETS && line.trim() === "");
}

/** Where a program breaks off, no character is left to mark. */
function isEndOfInput(lines: readonly string[], at: number): boolean {
  return lines[at]?.trim() === "" && lines[at + 1] === "" && (lines[at + 2] ?? "").startsWith("SyntaxError: ");
}

function isForeign(path: string, files: SentFiles): boolean {
  if (files.findAtEnd(path) !== undefined) return false;
  if (path.endsWith("undefined") || path.endsWith("<anonymous_script>")) return true;
  return path.includes("/") || /^node:\w+$/.test(path.slice(path.lastIndexOf("node:")));
}

/** Where types were stripped there are blanks in their stead. */
function isShownTruly(shown: string, source: string | undefined): boolean {
  if (shown === source) return true;
  if (shown.length !== source?.length) return false;
  for (let at = 0; at < shown.length; at++) if (shown[at] !== " " && shown[at] !== source[at]) return false;
  return true;
}

function withColumns(place: Place, carets: string): Place {
  const start = carets.indexOf("^");
  if (start < 0) return carets.length < CUT_CARETS ? { ...place, column: carets.length + 1 } : place;
  const isWhole = carets.length - start > 1 && carets.length < CUT_CARETS;
  return isWhole ? { ...place, column: start + 1, endColumn: carets.length + 1 } : { ...place, column: start + 1 };
}
