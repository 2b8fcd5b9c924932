/** Between two signs of life, in milliseconds. */
const PAUSE_MS = 1000;

/** How long one may take. Two must fail in a row, so that a busy moment of ours isn't taken for the engine's: after 4.25 s at most it counts as lost. */
const PATIENCE_MS = 1500;

/** After one that failed at once. */
const RETRY_MS = 250;

type Ask = (signal: AbortSignal) => Promise<unknown>;

/** Notices that an engine is gone, or doesn't answer any more, where the connections themselves stay silent. Asks only while somebody watches. */
export class Pulse {
  readonly #ask: Ask;
  readonly #watchers = new Set<(error: Error) => void>();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Calls `onLost` once, if the engine is lost before the watch is disposed of. */
  watch(onLost: (error: Error) => void): Disposable {
    this.#watchers.add(onLost);
    if (this.#watchers.size === 1) this.#next(PAUSE_MS);
    return {
      [Symbol.dispose]: () => {
        this.#watchers.delete(onLost);
        if (this.#watchers.size === 0) this.#rest();
      },
    };
  }

  #next(pauseMs: number): void {
    this.#timer = setTimeout(() => void this.#beat(), pauseMs).unref();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failures = 0;
  }

  async #beat(): Promise<void> {
    const mine = this.#timer;
    const error = await this.#tryToAsk();
    // Nobody watches any more, or others do since, with a timer of their own.
    if (this.#timer !== mine) return;
    this.#failures = error === undefined ? 0 : this.#failures + 1;
    if (error === undefined) this.#next(PAUSE_MS);
    else if (this.#failures < 2) this.#next(RETRY_MS);
    else this.#lost(error);
  }

  async #tryToAsk(): Promise<Error | undefined> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS).unref();
    try {
      await this.#ask(patience.signal);
      return undefined;
    } catch (error) {
      if (patience.signal.aborted) return new Error("it doesn't answer any more");
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(error: Error): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    this.#rest();
    for (const tell of watchers) tell(error);
  }
}
