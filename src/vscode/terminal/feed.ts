/** Values that are handed on as they come, to one reader. */
export class Feed<T> implements AsyncIterable<T> {
  readonly #keeps: "all" | "latest";
  #values: T[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;

  /** "latest": a value that nobody has read is dropped for the next one. */
  constructor(keeps: "all" | "latest") {
    this.#keeps = keeps;
  }

  push(value: T): void {
    if (this.#isOver) return;
    if (this.#keeps === "latest") this.#values = [];
    this.#values.push(value);
    this.#wake();
  }

  /** The reader gets what is there already. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const value = this.#values.shift();
      if (value !== undefined) yield value;
      else if (this.#isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
