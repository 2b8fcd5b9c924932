import { badRequest, RunFailure } from "./failure.ts";

/** How much a runner takes on at a time. */
export interface QueueBounds {
  /** How many runs go on at a time: a whole number, 1 or more. */
  readonly concurrency: number;
  /** How many more may wait for them: a whole number, 0 or more. */
  readonly queue: number;
}

/** One run's place: in the line and, when its turn comes, among those that go on. Dispose of it to make room. */
export interface Turn extends Disposable {
  /**
   * Yields how many of those that wait come before it, at once and whenever that changes, until its turn comes.
   * An abort gives the place up, also while nobody takes what is yielded; then there is nothing to wait for either.
   */
  wait(signal: AbortSignal): AsyncGenerator<number, void, void>;
}

/** Lets some runs go on at a time and some more wait for them, first come first served. */
export class Queue {
  readonly #bounds: QueueBounds;
  readonly #going = new Set<Place>();
  readonly #line: Place[] = [];

  /** Throws a `bad-request` for bounds that can't be. */
  constructor(bounds: QueueBounds) {
    checkBound("concurrency", bounds.concurrency, 1);
    checkBound("queue", bounds.queue, 0);
    this.#bounds = bounds;
  }

  /** Takes a place: one of those that go on, or the last in the line. Throws a `RunFailure` (`busy`) where none is left. */
  enter(): Turn {
    const isFree = this.#going.size < this.#bounds.concurrency;
    if (!isFree && this.#line.length >= this.#bounds.queue) throw busy(this.#bounds);
    const place = new Place(() => this.#leave(place));
    this.#line.push(place);
    this.#advance();
    return place;
  }

  #leave(place: Place): void {
    const at = this.#line.indexOf(place);
    if (at >= 0) this.#line.splice(at, 1);
    else if (!this.#going.delete(place)) return;
    this.#advance();
  }

  #advance(): void {
    for (const place of this.#line.splice(0, this.#bounds.concurrency - this.#going.size)) {
      this.#going.add(place);
      place.moveTo(undefined);
    }
    for (const [ahead, place] of this.#line.entries()) place.moveTo(ahead);
  }
}

class Place implements Turn {
  readonly #leave: () => void;
  /** Undefined where there is nothing to wait for. */
  #ahead: number | undefined;
  #wake = (): void => undefined;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  moveTo(ahead: number | undefined): void {
    if (ahead === this.#ahead) return;
    this.#ahead = ahead;
    this.#wake();
  }

  async *wait(signal: AbortSignal): AsyncGenerator<number, void, void> {
    const giveUp = (): void => this[Symbol.dispose]();
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      let told: number | undefined;
      while (this.#ahead !== undefined) {
        if (this.#ahead === told) await this.#move();
        else yield (told = this.#ahead);
      }
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  #move(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  [Symbol.dispose](): void {
    this.moveTo(undefined);
    this.#leave();
  }
}

function checkBound(name: keyof QueueBounds, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw badRequest(`The runner's ${name} can't be ${String(value)}.`, `Choose a whole number, ${least} or more.`);
}

function busy({ concurrency, queue }: QueueBounds): RunFailure {
  return new RunFailure({
    code: "busy",
    message: `As many runs as may go on (${concurrency}) and wait (${queue}) do so already.`,
    hint: "Run it again when one of them has ended, or make the runner with a larger concurrency or queue.",
  });
}
