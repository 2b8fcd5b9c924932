import { once } from "node:events";
import type { Writable } from "node:stream";
import { badRequest, messageOf, type RunFailure } from "../run/failure.ts";
import type { Input } from "../run/request.ts";

/** A terminal at the other end, and what has to be waited for there. */
export interface TypedInto {
  /** Resolves with what is written first. */
  readonly ready: Promise<Uint8Array>;
  /** Resolves when what follows can be typed. */
  readonly started: Promise<void>;
}

/** Ctrl+D. */
const END_OF_TYPING = Uint8Array.of(0x04);

/** Ends of lines as they are typed and as they are stored. */
const LINE_ENDS: readonly (number | undefined)[] = [0x0a, 0x0d];

/**
 * Writes what a program reads: the bytes in `first`, then `stdin`, then an end of file. Never faster than it is taken.
 * Dispose of it when the program has ended: many programs don't read all that they are given.
 * A terminal stays open: to the program, Ctrl+D is the end, and within a line, of which it only hands over the beginning, a second one.
 */
export class InputWriter implements Disposable {
  readonly #target: Writable;
  readonly #stop = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  constructor(target: Writable, first: Uint8Array | TypedInto, stdin: Input) {
    this.#target = target;
    // A program that has ended, or closed its input, breaks the pipe: that is its right.
    target.on("error", () => undefined);
    void (first instanceof Uint8Array ? this.#write(first, stdin) : this.#type(first, stdin));
  }

  /** Set when the source of the input threw. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  async #write(first: Uint8Array, stdin: Input): Promise<void> {
    if (first.length > 0) await this.#put(first);
    await this.#pass(stdin);
    if (this.#open) this.#target.end();
  }

  async #type({ ready, started }: TypedInto, stdin: Input): Promise<void> {
    await this.#put(await ready);
    await started;
    const last = await this.#pass(stdin);
    const ends = last === undefined || LINE_ENDS.includes(last) ? 1 : 2;
    for (let count = 0; count < ends && this.#open; count += 1) await this.#put(END_OF_TYPING);
  }

  /** Returns the last byte, where there was one. */
  async #pass(stdin: Input): Promise<number | undefined> {
    let last: number | undefined;
    try {
      for await (const chunk of chunksOf(stdin)) {
        if (!this.#open) break;
        await this.#put(chunk);
        last = chunk.at(-1) ?? last;
      }
    } catch (error) {
      this.#failure = { error };
    }
    return last;
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
