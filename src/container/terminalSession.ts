import { badRequest, messageOf, RunFailure } from "../run/failure.ts";
import { checkTerminalSize, type RequestTerminal, type TerminalSize } from "../run/terminal.ts";
import type { BootReport } from "./bootReport.ts";
import type { TypedInto } from "./input.ts";

export interface TerminalOptions {
  readonly terminal: RequestTerminal;
  /** Makes what is sent first, when the boot script is ready for it. */
  readonly makeJob: (size: TerminalSize) => Uint8Array;
  /** Gives the terminal of a program that runs another size. */
  readonly resize: (size: TerminalSize) => Promise<void>;
}

/** What a run in a terminal waits for and follows: the boot script's word, the program's start, new sizes. Dispose of it at its end. */
export class TerminalSession implements TypedInto, Disposable {
  readonly ready: Promise<Uint8Array>;
  readonly started: Promise<void>;
  readonly #options: TerminalOptions;
  readonly #ready = new Gate();
  readonly #started = new Gate();
  #size: TerminalSize;
  /** The size that the container knows of. */
  #knownSize: TerminalSize | undefined;
  #resized: Promise<void>;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: TerminalOptions) {
    const { terminal, makeJob } = options;
    this.#options = options;
    this.#size = terminal;
    this.ready = this.#ready.passed.then(() => {
      this.#knownSize = this.#size;
      return makeJob(this.#size);
    });
    this.started = this.#started.passed;
    this.#resized = this.started.then(() => this.#resize());
    if (terminal.resized !== undefined) void this.#follow(terminal.resized);
  }

  /** Set when the source of the sizes threw, or told one that can't be. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Looks whether something that is waited for has come. */
  notice({ isReady, state }: Pick<BootReport, "isReady" | "state">): void {
    if (isReady) this.#ready.open();
    if (state === "started") this.#started.open();
  }

  async #follow(sizes: AsyncIterable<TerminalSize>): Promise<void> {
    try {
      for await (const size of sizes) {
        if (this.#isOver) return;
        checkTerminalSize(size);
        this.#size = size;
        // One after the other, so that the last one stays.
        this.#resized = this.#resized.then(() => this.#resize());
      }
    } catch (error) {
      this.#failure = { error };
    }
  }

  async #resize(): Promise<void> {
    const size = this.#size;
    if (this.#isOver || size === this.#knownSize) return;
    this.#knownSize = size;
    // The program may have ended; and where it is the engine that is lost, its pulse tells.
    await this.#options.resize(size).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }
}

/** Something that is waited for, and comes once. */
class Gate {
  open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** The sizes of the run's terminal could not be followed. */
export function sizesFailed(error: unknown): RunFailure {
  if (error instanceof RunFailure) return error;
  return badRequest(
    `The terminal's size could not be followed: ${messageOf(error)}.`,
    "Check where the sizes come from, or leave them out.",
  );
}
