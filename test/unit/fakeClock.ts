interface FakeTimer {
  readonly run: () => void;
  readonly delay: number;
  due: number;
  refresh(): void;
}

/** Stands in for the global timers until it is disposed of; time passes only when the test says so. */
export class FakeClock implements Disposable {
  readonly #real = { setTimeout, clearTimeout };
  readonly #timers = new Set<FakeTimer>();
  #now = 0;

  constructor() {
    const start = (run: () => void, delay = 0): FakeTimer => {
      const timer = { run, delay, due: this.#now + delay, refresh: () => void (timer.due = this.#now + delay) };
      this.#timers.add(timer);
      return timer;
    };
    Object.assign(globalThis, { setTimeout: start, clearTimeout: (timer: FakeTimer) => this.#timers.delete(timer) });
  }

  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = next.due;
      this.#timers.delete(next);
      next.run();
    }
    this.#now = until;
  }

  #next(until: number): FakeTimer | undefined {
    return [...this.#timers].filter(({ due }) => due <= until).toSorted((a, b) => a.due - b.due)[0];
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}
