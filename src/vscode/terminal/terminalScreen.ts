import type { InstallingEvent, OutputEvent, PullEvent, QueuedEvent, RunEvent } from "../../run/event.ts";
import type { RunFailure } from "../../run/failure.ts";
import { DEFAULT_LIMITS, formatBytes } from "../../run/limits.ts";
import { TerminalFilter } from "../../run/terminalFilter.ts";
import { TextDecoders } from "../../run/text.ts";
import { failureLines, firstLines, lastLines, leftOutLine } from "../output/outputLines.ts";
import { TerminalPaper } from "./terminalPaper.ts";
import { toVisibleText } from "../../run/visibleText.ts";

/** How many bytes are read at a time: a millisecond's work. */
const READ_BYTES = 64 * 1024;

/** Longer lines of our own hold words of a program's. */
const MOST_CHARACTERS = 2000;

const ERASE_LINE = "\r\u001B[K";

/**
 * Ends what a program may have begun: its other screen (where there is none, the cursor's place is kept), a region that scrolls,
 * reports of the mouse and the focus, brackets around what is pasted, keys in another coding, a hidden cursor, colours, other letters.
 */
const PLAIN_AGAIN = [
  "7",
  "[?1049l",
  "[r",
  "8",
  "[?9;1000;1002;1003;1004;1005;1006;1015;2004l",
  "[?1l",
  ">",
  "[?25h",
  "[0m",
  "(B",
]
  .map((sequence) => `\u001B${sequence}`)
  .join("");

export interface ScreenOptions {
  /** What people call the program. */
  readonly name: string;
  /** What is to stand below the first line, a line each. */
  readonly notes: readonly string[];
  readonly columns: number;
}

/** What one run shows in its terminal: a header, the program as it is, and how it ended. */
export class TerminalScreen {
  /** How many characters a line has. */
  columns: number;
  readonly #paper: TerminalPaper;
  readonly #options: ScreenOptions;
  #decoders = new TextDecoders();
  /** A compiler has two streams, and a program in a terminal one. */
  readonly #filters = { stdout: new TerminalFilter("screen"), stderr: new TerminalFilter("screen") };
  #capacity = DEFAULT_LIMITS.outputBytes;
  #shownBytes = 0;
  #lostBytes = 0;
  #isAtLineStart = true;
  #hasHeader = false;
  #hasProgress = false;

  constructor(write: (text: string) => void, options: ScreenOptions) {
    this.#paper = new TerminalPaper(write);
    this.#options = options;
    this.columns = options.columns;
  }

  /** Takes the next event of the run, and resolves when it can take another: a flood is shown as fast as VS Code can. */
  async show(event: RunEvent): Promise<void> {
    switch (event.type) {
      case "queued":
      case "pulling":
      case "installing":
        return this.#progress(waitText(event));
      case "compiling":
        this.#begin(event);
        return this.#progress("compiling …");
      case "started":
        this.#endOutput();
        return this.#begin(event);
      case "stdout":
      case "stderr":
        return this.#output(event);
      case "ended":
        return this.#end(lastLines(event));
    }
  }

  /** Says why it could not be run, or not to its end. */
  fail(failure: RunFailure): void {
    this.#eraseProgress();
    this.#addNotes();
    this.#end(failureLines(failure));
  }

  /** Says something on a line of its own. */
  say(text: string): void {
    this.#line(text);
    this.#paper.flush();
  }

  /** Shows what was typed where no program echoes it. */
  echo(keys: string): void {
    this.#add(keys);
    this.#paper.flush();
  }

  /** Somebody has typed: what comes of that is shown, whatever there was before. */
  noteKeys(): void {
    this.#shownBytes = 0;
  }

  /** Shows nothing more. */
  close(): void {
    this.#paper.close();
  }

  #begin(setting: Extract<RunEvent, { type: "compiling" | "started" }>): void {
    this.#capacity = setting.limits.outputBytes;
    this.#eraseProgress();
    if (!this.#hasHeader) for (const line of firstLines(this.#options.name, setting)) this.#line(line);
    this.#addNotes();
    this.#paper.flush();
  }

  #addNotes(): void {
    if (!this.#hasHeader) for (const note of this.#options.notes) this.#line(`  ${note}`);
    this.#hasHeader = true;
  }

  async #output({ type, phase, data }: OutputEvent): Promise<void> {
    const admitted = data.subarray(0, Math.max(0, this.#capacity - this.#shownBytes));
    this.#shownBytes += admitted.length;
    if (admitted.length > 0) {
      this.#eraseProgress();
      this.#tellLost();
    }
    this.#lostBytes += data.length - admitted.length;
    for (let at = 0; at < admitted.length; at += READ_BYTES) {
      const text = this.#filters[type].filter(
        this.#decoders.decode({ type, data: admitted.subarray(at, at + READ_BYTES) }),
      );
      this.#add(phase === "compile" ? text.replaceAll("\n", "\r\n") : text);
      await this.#paper.keepPace();
    }
    if (admitted.length === 0) await this.#paper.keepPace();
  }

  #endOutput(): void {
    for (const type of ["stdout", "stderr"] as const) {
      this.#add(this.#filters[type].filter(this.#decoders.end(type)) + this.#filters[type].end());
    }
    this.#tellLost();
    this.#decoders = new TextDecoders();
    this.#shownBytes = 0;
  }

  #tellLost(): void {
    const bytes = this.#lostBytes;
    this.#lostBytes = 0;
    if (bytes > 0) this.#line(leftOutLine(bytes));
  }

  #end(lines: readonly string[]): void {
    this.#endOutput();
    this.#eraseProgress();
    this.#paper.add(PLAIN_AGAIN);
    for (const line of lines) this.#line(line);
    this.#paper.flush();
  }

  /** One line, which is written anew each time. */
  #progress(text: string): void {
    const line = toVisibleText(text, Math.max(1, this.columns - 1));
    if (this.#hasProgress) this.#add(`${ERASE_LINE}${dim(line)}`);
    else this.#add(`${this.#isAtLineStart ? "" : "\r\n"}${dim(line)}`);
    this.#hasProgress = true;
  }

  #eraseProgress(): void {
    if (!this.#hasProgress) return;
    this.#hasProgress = false;
    this.#paper.add(ERASE_LINE);
    this.#isAtLineStart = true;
  }

  #line(text: string): void {
    this.#add(`${this.#isAtLineStart ? "" : "\r\n"}${dim(toVisibleText(text, MOST_CHARACTERS))}\r\n`);
  }

  #add(text: string): void {
    if (text === "") return;
    this.#paper.add(text);
    this.#isAtLineStart = text.endsWith("\n");
  }
}

function dim(text: string): string {
  return `\u001B[2m${text}\u001B[22m`;
}

function waitText(event: QueuedEvent | PullEvent | InstallingEvent): string {
  if (event.type === "installing") return `installing ${event.packages.join(", ")} …`;
  if (event.type === "queued")
    return event.ahead === 0 ? "waiting, next in line …" : `waiting, ${event.ahead} ahead in line …`;
  const { image, status, currentBytes, totalBytes } = event;
  return `pulling ${image}: ${totalBytes === 0 ? status : `${formatBytes(currentBytes)} of ${formatBytes(totalBytes)}`}`;
}
