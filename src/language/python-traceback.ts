import type { Place } from "./problem.ts";
import { type Entry, isShownTruly, placeOf } from "./python-place.ts";
import type { SentFiles } from "./sent-files.ts";

/** A place of a traceback that lies in a sent file. */
export interface Frame {
  readonly place: Place;
  readonly within: string | undefined;
  /** Whether the line that Python showed is in the file. */
  readonly isTrue: boolean;
}

/** One exception with its frames, the outermost first. */
export interface Traceback {
  readonly frames: readonly Frame[];
  readonly message: string[];
  /** 0 and 1 are an exception or a group of its own, more is a member of a group. */
  readonly depth: number;
  /** How it led to the exception after it. */
  ledOn?: "cause" | "context";
}

/** What Python prints for one uncaught exception: the exceptions that led to it, it, and its members if it's a group. */
export interface PythonReport {
  readonly tracebacks: Traceback[];
  /** Whether it ended only a thread, a task or a finalizer, and the program went on. */
  readonly isLost: boolean;
}

const HEADER = "Traceback (most recent call last):";
const GROUP_HEADER = "+ Exception Group Traceback (most recent call last):";
const CAUSE = "The above exception was the direct cause of the following exception:";
const CONTEXT = "During handling of the above exception, another exception occurred:";
const ENTRY = /^ {2}File "(.+)", line (\d+)(?:, in (.*))?$/;
const FINAL = /^[\p{L}_][\p{L}\p{M}\p{N}_.<>]*(?:: .*)?$/u;
const LOST =
  /Exception in thread |^Exception ignored |exception was never retrieved|^Exception in callback |^Unhandled exception in event loop/;
/** How many lines may lie between the words that something was lost and its traceback. */
const LOST_DISTANCE = 8;

/** Reads all tracebacks in `lines`, those too that the program printed itself. */
export function readTracebacks(lines: readonly string[], files: SentFiles): PythonReport[] {
  const reader = new TracebackReader(files);
  for (const line of lines) reader.read(line);
  return reader.reports;
}

class TracebackReader {
  readonly reports: PythonReport[] = [];
  readonly #files: SentFiles;
  #state: "outside" | "entries" | "message" = "outside";
  #entries: Entry[] = [];
  #depth = 0;
  #inGroup = false;
  #isLinked = false;
  #lostLines = 0;
  #isLost = false;

  constructor(files: SentFiles) {
    this.#files = files;
  }

  read(line: string): void {
    const text = this.#withoutMargin(line);
    this.#lostLines -= 1;
    if (text === undefined) this.#state = "outside";
    else if (this.#isHeader(text)) this.#begin();
    else if (this.#state === "entries") this.#readEntryLine(text);
    else this.#readOutside(text);
  }

  /** Takes off a group's margin of spaces and a bar. Undefined for the line between two members. */
  #withoutMargin(line: string): string | undefined {
    if (line.endsWith(GROUP_HEADER)) {
      this.#inGroup = true;
      this.#depth = 1;
      return HEADER;
    }
    const margin = this.#inGroup ? /^( +)([|+])/.exec(line) : null;
    this.#inGroup = margin !== null;
    this.#depth = Math.floor((margin?.[1]?.length ?? 0) / 2);
    if (margin === null) return line;
    return margin[2] === "+"
      ? undefined
      : line.slice(margin[0].length + 1).replace("Exception Group Traceback", "Traceback");
  }

  #isHeader(text: string): boolean {
    // Among the entries it's the program's own line that ends like this.
    return this.#state === "entries" ? text === HEADER : text.endsWith(HEADER);
  }

  #begin(): void {
    this.#state = "entries";
    this.#entries = [];
    this.#isLost = this.#lostLines > 0;
    this.#lostLines = 0;
  }

  #readEntryLine(text: string): void {
    const entry = ENTRY.exec(text);
    if (entry !== null) this.#entries.push(entryOf(entry));
    else if (text === "" || text.startsWith(" ")) this.#entries.at(-1)?.shown.push(text);
    else if (FINAL.test(text)) this.#end(text);
    else this.#state = "outside";
  }

  #readOutside(text: string): void {
    if (text === CAUSE || text === CONTEXT) this.#link(text === CAUSE ? "cause" : "context");
    else if (LOST.test(text)) {
      this.#lostLines = LOST_DISTANCE;
      this.#state = "outside";
    } else if (this.#state === "message") this.reports.at(-1)?.tracebacks.at(-1)?.message.push(text);
    else if (ENTRY.test(text)) {
      // A syntax error of the program itself has no header, and one can have been cut off.
      this.#begin();
      this.#readEntryLine(text);
    } else if (entryInMessage(text) !== undefined) {
      this.#begin();
      this.#end(text);
    }
  }

  #link(kind: "cause" | "context"): void {
    const before = this.reports.at(-1)?.tracebacks.findLast(({ depth }) => depth <= Math.max(1, this.#depth));
    if (before === undefined) return;
    before.ledOn = kind;
    this.#isLinked = true;
    this.#state = "outside";
  }

  #end(final: string): void {
    const extra = entryInMessage(final);
    const entries = extra === undefined ? this.#entries : [...this.#entries, extra];
    const frames = entries.flatMap((entry) => frameOf(entry, this.#files) ?? []);
    const traceback: Traceback = { frames, message: [final], depth: this.#depth };
    const report = this.reports.at(-1);
    if (report !== undefined && (this.#isLinked || this.#depth > 1)) report.tracebacks.push(traceback);
    else this.reports.push({ tracebacks: [traceback], isLost: this.#isLost });
    this.#isLinked = false;
    this.#state = "message";
  }
}

function entryOf([, path = "", line, within]: RegExpExecArray): Entry {
  return { path, line: Number(line), within, shown: [] };
}

function frameOf(entry: Entry, files: SentFiles): Frame | undefined {
  const place = placeOf(entry, files);
  return place && { place, within: entry.within, isTrue: isShownTruly(entry, place, files) };
}

/** A file that can't be read as text is named only in the message. */
function entryInMessage(text: string): Entry | undefined {
  if (!text.startsWith("SyntaxError: ")) return undefined;
  const path = text.indexOf(" in file ") + " in file ".length;
  const end = text.indexOf(" on line ", path);
  if (path < " in file ".length || end < 0) return undefined;
  const line = Number.parseInt(text.slice(end + " on line ".length), 10);
  return { path: text.slice(path, end), line, within: undefined, shown: [] };
}
