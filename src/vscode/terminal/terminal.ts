import { Disposable, EventEmitter, type Pseudoterminal, type Terminal, ThemeIcon, window } from "vscode";
import type { EndedEvent } from "../../run/event.ts";
import { TerminalRun, type TerminalWish } from "./terminalRun.ts";
import { toVisibleText } from "../../run/visibleText.ts";

export type { TerminalIo } from "./terminalRun.ts";

/** A tab has room for less. */
const MOST_CHARACTERS = 60;

/** A terminal, in which one program runs with the keyboard as its input. The run begins when VS Code has opened it. */
export class RunTerminal implements Disposable {
  readonly window: Terminal;
  /** Rejects with the `RunFailure` where the program could not be run. */
  readonly ended: Promise<EndedEvent>;

  /** Opens the terminal and gives it the focus: the program may ask for something. */
  constructor(wish: TerminalWish) {
    const written = new EventEmitter<string>();
    const closed = new EventEmitter<void>();
    const run = new TerminalRun(wish, { write: (text) => written.fire(text), close: () => closed.fire() });
    this.ended = run.ended;
    const pty: Pseudoterminal = {
      onDidWrite: written.event,
      onDidClose: closed.event,
      open: (size) => run.open(size),
      close: () => {
        run.close();
        Disposable.from(written, closed).dispose();
      },
      handleInput: (keys) => run.handleInput(keys),
      setDimensions: (size) => run.setDimensions(size),
    };
    const name = toVisibleText(wish.name, MOST_CHARACTERS);
    this.window = window.createTerminal({ name, pty, iconPath: new ThemeIcon("play"), isTransient: true });
    this.window.show();
  }

  /** Closes the terminal, which ends the run. */
  dispose(): void {
    this.window.dispose();
  }
}
