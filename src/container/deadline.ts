/** How long a program has, after it was asked to end, before it is ended. */
export const GRACE_MS = 500;

export interface DeadlineOptions {
  readonly signal: AbortSignal;
  /** Called once politely and, after the grace, once with force, unless the program has ended by then. */
  readonly end: (how: "politely" | "by-force") => void;
}

/** Ends a program when its time is up or somebody wants it to end. Dispose of it when the program has ended. */
export class Deadline implements Disposable {
  readonly #options: DeadlineOptions;
  readonly #abort = (): void => this.#stop("cancelled");
  #timer: NodeJS.Timeout | undefined;
  #startedAt: number | undefined;
  #reason: "timeout" | "cancelled" | undefined;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", this.#abort, { once: true });
    if (options.signal.aborted) this.#abort();
  }

  /** The program has started: it may run for so many milliseconds. What has begun isn't begun again. */
  begin(timeoutMs: number): void {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = performance.now();
    if (this.#reason === undefined) this.#timer = setTimeout(() => this.#stop("timeout"), timeoutMs);
  }

  /** Why the program was ended, where it was. */
  get reason(): "timeout" | "cancelled" | undefined {
    return this.#reason;
  }

  /** How long the program has run, in milliseconds; 0 where it hasn't started. */
  get elapsedMs(): number {
    return this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt;
  }

  #stop(reason: "timeout" | "cancelled"): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#options.end("by-force"), GRACE_MS);
    this.#options.end("politely");
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#options.signal.removeEventListener("abort", this.#abort);
  }
}
