import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/** How long text is gathered before it is shown: each piece is a message to the window. After that long without any it is shown at once. */
const GATHER_MS = 20;

/** How much is shown at once, in UTF-16 units: about a millisecond's work for VS Code. */
const MOST_AT_ONCE = 64 * 1024;

/** Between two such pieces. An extension's terminal isn't told how far the window has come; it shows more than these 4 MB a second. */
const REST_MS = 15;

/** After that much work at a stretch others in the extension host have their turn. */
const TURN_MS = 10;

/** Writes to a terminal's window, no faster than that can show it. */
export class TerminalPaper {
  readonly #write: (text: string) => void;
  #pending = "";
  #timer: NodeJS.Timeout | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #turnBegan = performance.now();
  #isClosed = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(text: string): void {
    if (text === "" || this.#isClosed) return;
    this.#pending += text;
    if (this.#timer !== undefined) return;
    const wait = this.#writtenAt + GATHER_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** Resolves when more may be added; wait for it after each piece, of which none is to be longer than what is shown at once. */
  async keepPace(): Promise<void> {
    if (this.#pending.length >= MOST_AT_ONCE) {
      this.flush();
      await sleep(REST_MS);
    } else if (performance.now() - this.#turnBegan > TURN_MS) {
      await setImmediate();
    } else return;
    this.#turnBegan = performance.now();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writtenAt = performance.now();
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.#write(text);
  }

  /** Drops what isn't shown yet, and whatever comes after this. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#pending = "";
  }
}
