import type { EndedEvent, RunEvent, RunRequest, TerminalSize } from "../../../src/index.ts";
import { Feed } from "../../../src/vscode/terminal/feed.ts";
import { testRunner } from "./runs.ts";

/** A program in a terminal, and a person in front of it. */
export class TerminalRun {
  readonly #typed = new Feed<Uint8Array>("all");
  readonly #sizes = new Feed<TerminalSize>("all");
  readonly #stop = new AbortController();
  readonly #ended: Promise<EndedEvent>;
  readonly #bytes: Uint8Array[] = [];
  #read = 0;
  #shown = "";
  #wake: () => void = () => undefined;

  constructor(request: RunRequest, size: TerminalSize = { columns: 80, rows: 24 }) {
    this.#ended = this.#follow({ ...request, terminal: { ...size, resized: this.#sizes }, stdin: this.#typed });
    this.#ended.catch(() => undefined);
  }

  async #follow(request: RunRequest): Promise<EndedEvent> {
    try {
      await using runner = await testRunner();
      for await (const event of runner.run(request, { signal: this.#stop.signal })) {
        if (event.type === "ended") return event;
        this.#take(event);
      }
      throw new Error("The run did not end.");
    } finally {
      this.#typed.end();
      this.#sizes.end();
      this.#wake();
    }
  }

  #take(event: RunEvent): void {
    if (event.type === "stderr" && event.phase === "run") throw new Error("A terminal has one stream.");
    if (event.type !== "stdout") return;
    this.#bytes.push(event.data);
    this.#shown += Buffer.from(event.data).toString("latin1");
    this.#wake();
  }

  /** Waits until the program has printed this, behind what was waited for before. */
  async shows(what: RegExp): Promise<RegExpExecArray> {
    const over = this.#ended.then(
      () => true,
      () => true,
    );
    for (;;) {
      const found = what.exec(this.#shown.slice(this.#read));
      if (found !== null) {
        this.#read += found.index + found[0].length;
        return found;
      }
      const more = new Promise<false>((resolve) => (this.#wake = () => resolve(false)));
      if (await Promise.race([more, over])) {
        const { outcome, evidence } = await this.#ended;
        if (what.test(this.#shown.slice(this.#read))) continue;
        throw new Error(`It never showed ${what}: ${outcome}, ${evidence} ${JSON.stringify(this.#shown.slice(-500))}`);
      }
    }
  }

  type(keys: string | Uint8Array): void {
    this.#typed.push(typeof keys === "string" ? Buffer.from(keys) : keys);
  }

  resize(size: TerminalSize): void {
    this.#sizes.push(size);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** How it ended, and all that it printed. */
  async end(): Promise<EndedEvent & { readonly output: string }> {
    const ended = await this.#ended;
    return { ...ended, output: Buffer.concat(this.#bytes).toString() };
  }
}
