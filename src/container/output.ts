import type { Output } from "./container.ts";

/** The engine puts eight bytes before each piece of output: the stream, three zeros, the length as a big-endian number. */
const HEADER_BYTES = 8;

/** Engines send at most 32 KB in a frame; a length beyond this is not from an engine. */
const MOST_FRAME_BYTES = 16 * 1024 * 1024;

/** By the header's first byte: 0 is standard input, which comes back as output where a terminal echoes it. */
const STREAMS: readonly (Output["type"] | undefined)[] = ["stdout", "stdout", "stderr"];

/**
 * Splits the attach stream of a container without a terminal into its streams. Iterative, so that no number of
 * small frames is too many, and without copying: what it yields are views into the chunks that it is given.
 */
export class Demultiplexer {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #stream: Output["type"] = "stdout";
  #left = 0;

  /** Throws a RangeError when the bytes can't be an attach stream. */
  *push(chunk: Uint8Array): Generator<Output, void, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        at += this.#readHeader(chunk.subarray(at, at + HEADER_BYTES - this.#headerBytes));
        continue;
      }
      const data = chunk.subarray(at, at + this.#left);
      at += data.length;
      this.#left -= data.length;
      yield { type: this.#stream, data };
    }
  }

  /** Whether the stream broke off inside a frame. */
  get truncated(): boolean {
    return this.#left > 0 || this.#headerBytes > 0;
  }

  #readHeader(bytes: Uint8Array): number {
    this.#header.set(bytes, this.#headerBytes);
    this.#headerBytes += bytes.length;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#openFrame();
    }
    return bytes.length;
  }

  #openFrame(): void {
    const view = new DataView(this.#header.buffer);
    const stream = STREAMS[view.getUint8(0)];
    const padding = view.getUint32(0) & 0xff_ff_ff;
    const length = view.getUint32(4);
    if (stream === undefined || padding !== 0 || length > MOST_FRAME_BYTES) {
      throw new RangeError("The engine's output stream is garbled.");
    }
    this.#stream = stream;
    this.#left = length;
  }
}
