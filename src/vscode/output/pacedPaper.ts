import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/** What is written on. */
export interface Paper {
  append(text: string): void;
  /** Resolves when some of what was appended can be seen, or soon where nobody looks. */
  isSeen(): Promise<void>;
}

/** How long text is gathered before it is shown: below what an eye sees, and each append is a message to the window. */
const GATHER_MS = 30;

/** A line of the text costs VS Code as much as so many UTF-16 units. */
const LINE_COST = 16;

/** How much is appended at once, in UTF-16 units, and how long a rest follows: about a millisecond's work for VS Code. */
const MOST_AT_ONCE = 64 * 1024;
const REST_MS = 10;

/**
 * After that much the window has to have taken some of it up. What it takes up it sends back to the extension host, in one
 * message: 0.5 MB or 32,000 lines then at most, which are 10 ms of work there (2 cores), and more for who else reads it.
 */
const MOST_UNSEEN = 256 * 1024;

/** After that much work at a stretch others in the extension host have their turn. */
const TURN_MS = 10;

/**
 * Writes no faster than a window can take it up, and keeps what is still to come: a program doesn't wait for a window.
 * Leaves the thread to others in between.
 */
export class PacedPaper {
  readonly #paper: Paper;
  #gathered = "";
  #gatheredCost = 0;
  #timer: NodeJS.Timeout | undefined;
  #waiting: string[] = [];
  #isWriting = false;
  #unseenCost = 0;
  #endsLine = true;
  #endsLineOnPaper = true;
  #isClosed = false;
  #turnBegan = performance.now();

  constructor(paper: Paper) {
    this.#paper = paper;
  }

  add(text: string): void {
    if (text === "" || this.#isClosed) return;
    this.#gathered += text;
    this.#gatheredCost += costOf(text);
    this.#endsLine = text.endsWith("\n");
    if (this.#gatheredCost >= MOST_AT_ONCE) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Adds whole lines, each on a line of its own. */
  addLines(lines: readonly string[]): void {
    for (const line of lines) this.add(`${this.#endsLine ? "" : "\n"}${line}\n`);
  }

  /** Writes what was gathered, after what waits before it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered !== "") this.#waiting.push(this.#gathered);
    this.#gathered = "";
    this.#gatheredCost = 0;
    void this.#write();
  }

  /** Where more waits than is written at once, drops all of it, and tells how many bytes that were. */
  drop(): number {
    if (this.#waiting.length === 0) return 0;
    const dropped = [...this.#waiting, this.#gathered];
    this.#clear();
    this.#endsLine = this.#endsLineOnPaper;
    return dropped.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  }

  /** Drops what isn't written yet, and whatever comes after this. */
  close(): void {
    this.#isClosed = true;
    this.#clear();
  }

  /** Resolves when others have had their turn, if it is time for that; to be awaited after each piece, however small. */
  async takeTurns(): Promise<void> {
    if (performance.now() - this.#turnBegan < TURN_MS) return;
    await setImmediate();
    this.#turnBegan = performance.now();
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#gathered = "";
    this.#gatheredCost = 0;
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) {
      this.#paper.append(text);
      this.#endsLineOnPaper = text.endsWith("\n");
      this.#unseenCost += costOf(text);
      const isMuch = this.#unseenCost >= MOST_UNSEEN;
      if (isMuch) this.#unseenCost = 0;
      await (isMuch ? this.#paper.isSeen() : sleep(REST_MS));
    }
    this.#isWriting = false;
  }
}

function costOf(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return text.length + lines * LINE_COST;
}
