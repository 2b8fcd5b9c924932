import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/** What is written on. */
export interface Paper {
  append(text: string): void;
  /** Resolves when whoever shows it has time: where that is late, it is still busy with what came before. */
  isShown(): PromiseLike<unknown>;
}

/** How long text is gathered before it is shown: below what an eye sees, and each append is a message to the window. */
const GATHER_MS = 30;

/**
 * How much is shown at once, in UTF-16 units and in lines, and how long a rest comes between. The window takes up what came
 * in 300 ms and sends it back to the extension host in one message: these are then 800 KB or 100,000 lines at most, and
 * 20 ms of work (2 cores).
 */
const MOST_UNITS = 64 * 1024;
const MOST_LINES = 8192;
const REST_MS = 25;

/** After that much work at a stretch others in the extension host have their turn. */
const TURN_MS = 10;

/** Writes no faster than a window can show it, and leaves the thread to others in between. */
export class PacedPaper {
  readonly #paper: Paper;
  #pending = "";
  #pendingLines = 0;
  #timer: NodeJS.Timeout | undefined;
  #isAtLineStart = true;
  #isClosed = false;
  #turnBegan = performance.now();

  constructor(paper: Paper) {
    this.#paper = paper;
  }

  add(text: string): void {
    if (text === "" || this.#isClosed) return;
    this.#pending += text;
    this.#pendingLines += countLines(text);
    this.#isAtLineStart = text.endsWith("\n");
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Adds whole lines, each on a line of its own. */
  addLines(lines: readonly string[]): void {
    for (const line of lines) this.add(`${this.#isAtLineStart ? "" : "\n"}${line}\n`);
  }

  /** Resolves when more may be added; wait for it after each piece, however small. */
  async keepPace(): Promise<void> {
    if (this.#pending.length >= MOST_UNITS || this.#pendingLines >= MOST_LINES) {
      this.flush();
      // A window that is closing doesn't answer any more.
      await Promise.allSettled([sleep(REST_MS), this.#paper.isShown()]);
    } else if (performance.now() - this.#turnBegan > TURN_MS) {
      await setImmediate();
    } else return;
    this.#turnBegan = performance.now();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending !== "") this.#paper.append(this.#pending);
    this.#pending = "";
    this.#pendingLines = 0;
  }

  /** Drops what isn't shown yet, and whatever comes after this. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#pending = "";
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
