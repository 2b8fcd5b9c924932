import type { Syntax } from "../../language/language.ts";

/** A line as its language sees it. */
export interface CodeLine {
  /** From the first character of code to the end of the line; empty where there is only space or comment. */
  readonly code: string;
  /** How many UTF-16 units stand before the code. */
  readonly indent: number;
  /** Where the line begins: in a text or comment that an earlier line opened, in brackets or a broken line, or in none of them. */
  readonly begins: "in text" | "in brackets" | "outermost";
}

/** What goes on until its end is found. */
interface Open {
  readonly end: string;
  readonly isComment: boolean;
  readonly endsWithLine: boolean;
}

/** Reads the lines of a text, in time that grows with its length only. */
export function readCode(lines: readonly string[], syntax: Syntax): CodeLine[] {
  const reader = new CodeReader(syntax);
  // JavaScript, too, takes such a first line for a comment.
  return lines.map((line, index) => reader.read(index === 0 && line.startsWith("#!") ? "" : line));
}

/** Mean something in every language: quotes of texts that end with their line, brackets, and what takes the next character with it. */
const SHORT_MARKS = ['"', "'", "(", ")", "[", "]", "{", "}", "\\"];

/** Knows what earlier lines have left open. It looks at single characters, and is as right as that can be. */
class CodeReader {
  readonly #syntax: Syntax;
  /** What means something, the longer before what it begins with. */
  readonly #marks: readonly string[];
  /** By the code of a character, 1 where a mark begins with it. */
  readonly #beginsMark = new Uint8Array(128);
  #open: Open | undefined;
  #depth = 0;
  #isBroken = false;

  constructor(syntax: Syntax) {
    const { lineComment, blockComment, longQuotes, hasPatterns = false } = syntax;
    const longer = [lineComment, ...(blockComment?.slice(0, 1) ?? []), ...longQuotes, ...(hasPatterns ? ["/"] : [])];
    this.#syntax = syntax;
    this.#marks = [...longer.toSorted((one, other) => other.length - one.length), ...SHORT_MARKS];
    for (const mark of this.#marks) this.#beginsMark[mark.charCodeAt(0)] = 1;
  }

  read(line: string): CodeLine {
    const begins = this.#begins();
    this.#isBroken = false;
    const indent = this.#scan(line);
    if (this.#open?.endsWithLine === true && !this.#isBroken) this.#open = undefined;
    return { code: line.slice(indent), indent, begins };
  }

  #begins(): CodeLine["begins"] {
    if (this.#open !== undefined) return "in text";
    return this.#depth > 0 || this.#isBroken ? "in brackets" : "outermost";
  }

  /** Goes over a line and finds where its code begins: the line's length where there is none. */
  #scan(line: string): number {
    let first: number | undefined;
    let position = 0;
    while (position < line.length) {
      const begin = first ?? firstNonBlank(line, position);
      if (this.#open !== undefined) {
        if (!this.#open.isComment && begin < line.length) first = begin;
        position = this.#skipOpen(line, position, this.#open);
        continue;
      }
      const index = this.#nextMark(line, Math.max(position, begin));
      const mark = this.#marks.find((each) => line.startsWith(each, index)) ?? "";
      const isComment = mark === this.#syntax.lineComment || mark === this.#syntax.blockComment?.[0];
      if (begin < index || (index < line.length && !isComment)) first = begin;
      position = mark === "" ? index + 1 : this.#pass(mark, line, index);
    }
    return first ?? line.length;
  }

  /** Where a character stands that may begin a mark; the line's length where none does. */
  #nextMark(line: string, from: number): number {
    let index = from;
    while (index < line.length && this.#beginsMark[line.charCodeAt(index)] !== 1) index += 1;
    return index;
  }

  /** Goes on behind the end of what is open, or to the end of the line. */
  #skipOpen(line: string, from: number, { end, isComment }: Open): number {
    let position = from;
    while (position < line.length) {
      if (line[position] === end[0] && line.startsWith(end, position)) {
        this.#open = undefined;
        return position + end.length;
      }
      position += !isComment && line[position] === "\\" ? 2 : 1;
    }
    // A backslash at the very end takes the end of the line with it.
    this.#isBroken = position > line.length;
    return position;
  }

  /** Takes note of a mark and goes on behind it. */
  #pass(mark: string, line: string, index: number): number {
    const { lineComment, blockComment, longQuotes } = this.#syntax;
    const after = index + mark.length;
    if (mark === lineComment) return line.length;
    if (mark === blockComment?.[0]) this.#open = { end: blockComment[1], isComment: true, endsWithLine: false };
    else if (longQuotes.includes(mark)) this.#open = { end: mark, isComment: false, endsWithLine: false };
    else if (mark === '"' || mark === "'") this.#open = { end: mark, isComment: false, endsWithLine: true };
    else if (mark === "/") return beginsPattern(line, index) ? skipPattern(line, after) : after;
    else if ("([{".includes(mark)) this.#depth += 1;
    else if (")]}".includes(mark)) this.#depth = Math.max(0, this.#depth - 1);
    else this.#isBroken = after === line.length;
    // A backslash takes the next character with it.
    return mark === "\\" ? after + 1 : after;
  }
}

function firstNonBlank(line: string, from: number): number {
  const blank = /\s*/y;
  blank.lastIndex = from;
  blank.test(line);
  return blank.lastIndex;
}

/** How far back it is looked at what stands before a slash. */
const LOOK_BACK = 16;

/** Behind a name, a number or a closing bracket a slash divides; elsewhere a regular expression begins. */
function beginsPattern(line: string, slash: number): boolean {
  const before = line.slice(Math.max(0, slash - LOOK_BACK), slash).trimEnd();
  return before === "" || /[(,=:[!&|?{};+*%>~^-]$|\b(?:return|case)$/.test(before);
}

function skipPattern(line: string, from: number): number {
  let isInClass = false;
  for (let position = from; position < line.length; position += 1) {
    const character = line[position];
    if (character === "\\") position += 1;
    else if (character === "[") isInClass = true;
    else if (character === "]") isInClass = false;
    else if (character === "/" && !isInClass) return position + 1;
  }
  return line.length;
}
