import type { OutputEvent } from "./event.ts";

type Piece = Pick<OutputEvent, "type" | "data">;

/** Lets each stream of a program through up to a number of bytes and, once one has more, nothing of either. */
export class OutputLimit {
  readonly #left: Record<Piece["type"], number>;
  #exceeded = false;

  constructor(bytes: number) {
    this.#left = { stdout: bytes, stderr: bytes };
  }

  /** Whether a stream had more than may be. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  /** What of the next piece is let through. */
  admit({ type, data }: Piece): Uint8Array {
    if (this.#exceeded) return data.subarray(0, 0);
    const fitting = data.subarray(0, this.#left[type]);
    this.#left[type] -= fitting.length;
    this.#exceeded = fitting.length < data.length;
    return fitting;
  }
}
