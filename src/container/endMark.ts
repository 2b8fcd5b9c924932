import { randomBytes } from "node:crypto";
import type { Output } from "./container.ts";

/** The exit status stands behind the mark, as the boot script prints it. */
const STATUS_BYTES = 3;

/**
 * The last bytes of both of a program's streams: a mark that the program can't know, and its exit status, written by the shell
 * that waited for it. Takes them out of the output. A program that reads the shell's memory can forge it, and with it no more
 * than its own good end.
 */
export class EndMark {
  readonly text = randomBytes(16).toString("hex");
  readonly #mark = Buffer.from(this.text);
  /** What may be the beginning of the mark. */
  readonly #held: Record<Output["type"], Uint8Array> = { stdout: new Uint8Array(), stderr: new Uint8Array() };
  readonly #told: Partial<Record<Output["type"], number>> = {};

  /** The program's exit status once both streams have told it: then none of the output is missing. */
  get status(): number | undefined {
    return this.#told.stderr === undefined ? undefined : this.#told.stdout;
  }

  /** Yields what is certain to be the program's own. */
  *take({ type, data }: Output): Generator<Output, void, void> {
    if (this.#told[type] !== undefined) return;
    const held = this.#held[type];
    const bytes =
      held.length > 0 ? Buffer.concat([held, data]) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const at = this.#find(bytes);
    this.#held[type] = bytes.subarray(at);
    if (at > 0) yield { type, data: bytes.subarray(0, at) };
    const status = bytes.subarray(at + this.#mark.length, at + this.#mark.length + STATUS_BYTES);
    if (status.length === STATUS_BYTES) this.#told[type] = Number(status.toString("latin1"));
  }

  /** What was held back and turned out to be the program's own, for the end of a stream without a mark. */
  *rest(): Generator<Output, void, void> {
    for (const type of ["stdout", "stderr"] as const) {
      const data = this.#held[type];
      if (this.#told[type] === undefined && data.length > 0) yield { type, data };
    }
  }

  /** Where the mark begins, or may begin; the end where it doesn't. */
  #find(bytes: Buffer): number {
    const whole = bytes.indexOf(this.#mark);
    if (whole >= 0) return whole;
    for (let at = Math.max(0, bytes.length - this.#mark.length + 1); at < bytes.length; at += 1) {
      if (bytes.subarray(at).equals(this.#mark.subarray(0, bytes.length - at))) return at;
    }
    return bytes.length;
  }
}
