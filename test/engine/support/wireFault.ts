import { setTimeout as wait } from "node:timers/promises";
import type { Passed, Piece } from "./faultyProxy.ts";
import type { Random } from "./random.ts";

/** Where in the talk with an engine: at a piece, as a proxy names them. */
export type Place = Omit<Piece, "bytes">;

export const WAYS = ["delay", "cut before", "cut behind", "truncate", "flip a bit", "insert a byte"] as const;

const MOST_DELAY_MS = 2000;

/** One thing that goes wrong, once, on the way between a caller and an engine. */
export class WireFault {
  readonly way: (typeof WAYS)[number];
  readonly delayMs: number;
  readonly #place: Place;
  readonly #share: number;
  readonly #bit: number;
  #struck: { readonly when: number; readonly bytes: Buffer; readonly at: number } | undefined;

  constructor(place: Place, way: (typeof WAYS)[number], random: Random) {
    this.#place = place;
    this.way = way;
    this.#share = random.below(1000) / 1000;
    this.#bit = random.below(8);
    this.delayMs = way === "delay" ? random.below(MOST_DELAY_MS) : 0;
  }

  /** When it happened, on the clock of `performance`; it doesn't where nobody comes to its place. */
  get struckAt(): number | undefined {
    return this.#struck?.when;
  }

  /** Whether it changes what is said, and not only when, or how much of it. */
  get garbles(): boolean {
    return this.way === "flip a bit" || this.way === "insert a byte";
  }

  get isOfRequest(): boolean {
    return this.#place.from === "caller";
  }

  /** Whether what it changed lies in one of the texts. */
  isIn(texts: readonly string[]): boolean {
    if (this.#struck === undefined || !this.garbles) return false;
    const { bytes, at } = this.#struck;
    return texts.some((text) => {
      const start = bytes.indexOf(text);
      return text !== "" && start >= 0 && at >= start && at < start + Buffer.byteLength(text);
    });
  }

  async tamper(piece: Piece): Promise<Passed> {
    const { call, from, index } = this.#place;
    const isHere = piece.call === call && piece.from === from && piece.index === index;
    if (!isHere || this.#struck !== undefined) return piece;
    return this.#strike(piece.bytes);
  }

  async #strike(bytes: Buffer): Promise<Passed> {
    const at = Math.floor(this.#share * bytes.length);
    this.#struck = { when: performance.now(), bytes, at };
    switch (this.way) {
      case "delay":
        await wait(this.delayMs);
        return { bytes };
      case "cut before":
        return { bytes: Buffer.alloc(0), thenCut: true };
      case "cut behind":
        return { bytes, thenCut: true };
      case "truncate":
        return { bytes: bytes.subarray(0, at), thenCut: true };
      case "flip a bit":
        return { bytes: Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << this.#bit) : byte))) };
      case "insert a byte":
        return { bytes: Buffer.concat([bytes.subarray(0, at), Buffer.of(this.#bit + 0x40), bytes.subarray(at)]) };
    }
  }

  describe(): string {
    const { call, from, index } = this.#place;
    const where = `${from === "caller" ? "request" : "answer"} ${index} of "${call}"`;
    const how = this.way === "delay" ? `${this.way} ${this.delayMs} ms` : this.way;
    if (this.#struck === undefined) return `${how}, ${where}, not reached`;
    const { bytes, at } = this.#struck;
    const around = JSON.stringify(bytes.subarray(Math.max(0, at - 20), at + 20).toString("latin1"));
    return `${how}, ${where}, at byte ${at} of ${bytes.length}, in ${around}`;
  }
}
