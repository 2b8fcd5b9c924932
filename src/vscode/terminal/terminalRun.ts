import { setTimeout as sleep } from "node:timers/promises";
import type { EndedEvent, RunEvent } from "../../run/event.ts";
import { RunFailure } from "../../run/failure.ts";
import type { RequestTerminal, TerminalSize } from "../../run/terminal.ts";
import { Feed } from "./feed.ts";
import { TerminalScreen } from "./terminalScreen.ts";

/** What a run in a terminal gets from it. */
export interface TerminalIo {
  readonly terminal: RequestTerminal;
  /** What is typed while the program runs. */
  readonly stdin: AsyncIterable<Uint8Array>;
}

export interface TerminalWish {
  /** What people call the program. */
  readonly name: string;
  /** What is to be said before it starts, a line each. */
  readonly notes: readonly string[];
  /** Ends the run: Ctrl+C does it, and closing the terminal. */
  readonly abort: AbortController;
  readonly run: (io: TerminalIo) => AsyncIterable<RunEvent>;
}

/** What a terminal's window does. */
export interface TerminalWindow {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/** A window that isn't laid out yet has none. */
const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 };

const MOST_CHARACTERS = 65_535;

/** What is typed at the very end was meant for the program, and is not to close what it says: in milliseconds. */
const LAST_KEYS_MS = 300;

const CTRL_C = "\u0003";

/** What terminals answer to programs and tell of the mouse and the focus: nobody typed that (xterm's control sequences). */
const REPORT = /^\u001B(?:\[[?>=]?[\d;]*\$?[cnRty]|\[[IOM]|\[<[\d;]*[Mm]|[\]P])/;

/** The run behind one terminal, as VS Code's `Pseudoterminal` has it: begins when that opens and, when it has ended, closes it at a key. */
export class TerminalRun {
  /** Rejects with the `RunFailure` where the program could not be run. */
  readonly ended: Promise<EndedEvent>;
  readonly #wish: TerminalWish;
  readonly #window: TerminalWindow;
  readonly #typed = new Feed<Uint8Array>("all");
  readonly #sizes = new Feed<TerminalSize>("latest");
  readonly #screen: TerminalScreen;
  #begin: (size: TerminalSize) => void = () => undefined;
  #state: "waiting" | "running" | "ended" | "closable" | "closed" = "waiting";

  constructor(wish: TerminalWish, window: TerminalWindow) {
    this.#wish = wish;
    this.#window = window;
    this.#screen = new TerminalScreen(window.write, { ...wish, columns: DEFAULT_SIZE.columns });
    const opened = new Promise<TerminalSize>((resolve) => {
      this.#begin = resolve;
    });
    this.ended = opened.then((size) => this.#run(size));
    // Whoever needs the end awaits it.
    this.ended.catch(() => undefined);
  }

  /** The window is there; undefined where it isn't laid out yet. */
  open(size: TerminalSize | undefined): void {
    const possible = toPossible(size ?? DEFAULT_SIZE);
    this.#screen.columns = possible.columns;
    this.#begin(possible);
  }

  setDimensions(size: TerminalSize): void {
    const possible = toPossible(size);
    this.#screen.columns = possible.columns;
    this.#sizes.push(possible);
  }

  /** Takes what is typed or pasted, which may be much at once. */
  handleInput(keys: string): void {
    if (this.#state === "closable" && !REPORT.test(keys)) this.#window.close();
    if (this.#state !== "waiting" && this.#state !== "running") return;
    if (keys.includes(CTRL_C)) this.#interrupt();
    else if (this.#state === "running") this.#type(keys);
  }

  /** The window has been closed: nobody waits for the run any more. */
  close(): void {
    this.#state = "closed";
    this.#screen.close();
    this.#wish.abort.abort();
    // One that has never been opened never began; its run ends before it starts anything.
    this.#begin(DEFAULT_SIZE);
  }

  #interrupt(): void {
    const { abort } = this.#wish;
    if (abort.signal.aborted) return;
    this.#screen.echo("^C");
    abort.abort();
  }

  #type(keys: string): void {
    this.#screen.noteKeys();
    this.#typed.push(Buffer.from(keys));
  }

  async #run(size: TerminalSize): Promise<EndedEvent> {
    try {
      return await this.#follow(this.#wish.run({ terminal: { ...size, resized: this.#sizes }, stdin: this.#typed }));
    } catch (error) {
      if (error instanceof RunFailure) this.#screen.fail(error);
      throw error;
    } finally {
      this.#typed.end();
      this.#sizes.end();
      this.#advance("ended");
      void this.#offerToClose();
    }
  }

  async #follow(events: AsyncIterable<RunEvent>): Promise<EndedEvent> {
    for await (const event of events) {
      if (event.type === "started") this.#advance("running");
      await this.#screen.show(event);
      if (event.type === "ended") return event;
    }
    throw new TypeError("The run broke off without an end.");
  }

  async #offerToClose(): Promise<void> {
    await sleep(LAST_KEYS_MS);
    if (this.#state !== "ended") return;
    this.#screen.say("Press any key to close.");
    this.#advance("closable");
  }

  #advance(state: "running" | "ended" | "closable"): void {
    if (this.#state !== "closed") this.#state = state;
  }
}

/** Sizes as terminals can have them: a window that is folded up has no rows. */
function toPossible({ columns, rows }: TerminalSize): TerminalSize {
  const clamp = (count: number): number => Math.min(MOST_CHARACTERS, Math.max(1, Math.trunc(count)));
  return { columns: clamp(columns), rows: clamp(rows) };
}
