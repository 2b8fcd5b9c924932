import type { Readable } from "node:stream";

/** More than pipes and sockets hold, unless somebody makes them larger. */
const MOST_LATE_BYTES = 4 * 1024 * 1024;

const LOOK_MS = 50;

/** What was written is there at once; a busy machine may take a moment to see it. */
const SILENT_LOOKS = 3;

/**
 * Closes the output of a program that has ended, with all that it started, as soon as what it wrote has been read.
 * It closes by itself unless a process still holds it that is beyond our reach: that one has nothing to say any more.
 */
export class LateOutput {
  readonly #streams: readonly Readable[];
  #left = MOST_LATE_BYTES;

  constructor(streams: readonly Readable[]) {
    this.#streams = streams;
    for (const stream of streams) if (!stream.closed) closeWhenSilent(stream);
  }

  /** To be told of all that is read: one that floods its output never falls silent. */
  count(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) for (const stream of this.#streams) stream.destroy();
  }
}

function closeWhenSilent(stream: Readable): void {
  let looks = 0;
  const timer = setInterval(() => {
    // What a slow reader hasn't taken yet is no silence.
    looks = stream.readableLength > 0 ? 0 : looks + 1;
    if (looks === SILENT_LOOKS) stream.destroy();
  }, LOOK_MS);
  stream.on("readable", () => {
    looks = 0;
  });
  stream.on("close", () => clearInterval(timer));
}
