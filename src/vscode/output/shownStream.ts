import { StringDecoder } from "node:string_decoder";
import { TerminalFilter } from "../../run/terminalFilter.ts";

/** Of one stream. In a text of more lines VS Code itself does without what takes long; each costs it some hundred bytes. */
export const MOST_LINES = 300_000;

/** One output stream, as the channel shows it: text without what a terminal takes as commands, and no more than may be. */
export class ShownStream {
  readonly #decoder = new StringDecoder("utf8");
  readonly #filter = new TerminalFilter("text");
  #shownBytes = 0;
  #shownLines = 0;
  #lostBytes = 0;

  /** How much was left out, in bytes. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  /**
   * The text of the next bytes, where `capacity` bytes of the stream are shown: what is more is only counted.
   * A character or a sequence may be split over two calls.
   */
  take(data: Uint8Array, capacity: number): string {
    const left = this.#lostBytes > 0 ? 0 : Math.max(0, capacity - this.#shownBytes);
    const admitted = data.subarray(0, left);
    this.#lostBytes += data.length - admitted.length;
    this.#shownBytes += admitted.length;
    const bytes = Buffer.from(admitted.buffer, admitted.byteOffset, admitted.byteLength);
    return admitted.length === 0 ? "" : this.#cut(this.#filter.filter(this.#decoder.write(bytes)));
  }

  /** What is left where the stream ended in the middle of something. */
  end(): string {
    return this.#filter.filter(this.#decoder.end()) + this.#filter.end();
  }

  /** Leaves out the lines that are too many. */
  #cut(text: string): string {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
      if (this.#shownLines === MOST_LINES) {
        this.#lostBytes += Buffer.byteLength(text.slice(at));
        return text.slice(0, at);
      }
      this.#shownLines += 1;
    }
    return text;
  }
}
