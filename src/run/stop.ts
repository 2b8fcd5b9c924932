/** Why a run is ended before it ends by itself. */
export type StopReason = "cancelled" | "output-limit";

/** Ends one run. Dispose of it when the run has ended. */
export class Stop implements Disposable {
  readonly #abort = new AbortController();
  readonly #release: () => void;
  #reason: StopReason | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Aborted with the first request. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the run is to end: the first reason that there was. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  request(reason: StopReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#abort.abort();
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}

interface Followers {
  readonly stops: Set<Stop>;
  readonly cancel: () => void;
}

/** The stops of all runs of a runner. */
export class Stops {
  /** A signal that many runs share is listened to once: of more than ten listeners Node says that they leak. */
  readonly #followers = new Map<AbortSignal, Followers>();
  readonly #open = new Set<Stop>();
  #closed = false;

  /** A stop for one run, which also follows the caller's signal. */
  open(signal: AbortSignal | undefined): Stop {
    const stop = new Stop(() => {
      this.#open.delete(stop);
      if (signal !== undefined) this.#unfollow(signal, stop);
    });
    this.#open.add(stop);
    if (signal !== undefined) this.#follow(signal, stop);
    if (this.#closed || signal?.aborted) stop.request("cancelled");
    return stop;
  }

  /** Cancels all runs: those that go on, those that wait, and any that come later. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#open) stop.request("cancelled");
  }

  #follow(signal: AbortSignal, stop: Stop): void {
    const followers = this.#followers.get(signal) ?? listen(signal);
    this.#followers.set(signal, followers);
    followers.stops.add(stop);
  }

  #unfollow(signal: AbortSignal, stop: Stop): void {
    const followers = this.#followers.get(signal);
    followers?.stops.delete(stop);
    if (followers?.stops.size !== 0) return;
    signal.removeEventListener("abort", followers.cancel);
    this.#followers.delete(signal);
  }
}

function listen(signal: AbortSignal): Followers {
  const stops = new Set<Stop>();
  const cancel = (): void => {
    for (const stop of stops) stop.request("cancelled");
  };
  signal.addEventListener("abort", cancel);
  return { stops, cancel };
}
