import { once } from "node:events";
import type { Writable } from "node:stream";
import { badRequest, messageOf, type RunFailure } from "../run/failure.ts";
import type { Input } from "../run/request.ts";

/**
 * Writes what a program reads: the bytes in `first`, then `stdin`, then an end of file. Never faster than it is taken.
 * Dispose of it when the program has ended: many programs don't read all that they are given.
 */
export class InputWriter implements Disposable {
  readonly #target: Writable;
  readonly #stop = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  constructor(target: Writable, first: Uint8Array, stdin: Input) {
    this.#target = target;
    void this.#write(first, stdin);
  }

  /** Set when the source of the input threw. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  async #write(first: Uint8Array, stdin: Input): Promise<void> {
    // A program that has ended, or closed its input, breaks the pipe: that is its right.
    const ignore = (): void => undefined;
    this.#target.on("error", ignore);
    if (first.length > 0) await this.#put(first);
    try {
      for await (const chunk of chunksOf(stdin)) {
        if (!this.#open) return;
        await this.#put(chunk);
      }
    } catch (error) {
      this.#failure = { error };
    }
    if (this.#open) this.#target.end();
  }

  get #open(): boolean {
    return this.#target.writable && !this.#stop.signal.aborted;
  }

  async #put(chunk: Uint8Array): Promise<void> {
    if (this.#target.write(chunk)) return;
    const over = new AbortController();
    const { signal } = over;
    // Whichever comes first; for the last two the next look at `#open` ends the writing.
    const events = [
      once(this.#target, "drain", { signal }),
      once(this.#target, "close", { signal }),
      once(this.#stop.signal, "abort", { signal }),
    ];
    await Promise.race(events).catch(() => undefined);
    over.abort();
    await Promise.allSettled(events);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}

function chunksOf(stdin: Input): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof stdin === "string") return stdin === "" ? [] : [Buffer.from(stdin)];
  return stdin instanceof Uint8Array ? [stdin] : stdin;
}

/** The run's own input could not be read; what the program made of the rest says nothing. */
export function inputFailed(error: unknown): RunFailure {
  return badRequest(`The program's input could not be read: ${messageOf(error)}.`, "Check where the input comes from.");
}
