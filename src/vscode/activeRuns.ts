import { commands, type Disposable, type Uri } from "vscode";
import type { ContextKey } from "./contributions.ts";
import { RunStatus } from "./status.ts";

/** Which run somebody means: by what is run, not by its number. */
export interface RunName {
  readonly uri: Uri;
  readonly pieceId: string;
}

/** A run that goes on. */
export interface ActiveRun {
  /** "channel": its output goes to the output channel, where there is room for one. "terminal": it has one of its own. */
  readonly place: "channel" | "terminal";
  /** What people call it: its document's name. */
  readonly title: string;
  readonly abort: AbortController;
  /** Known once it has been looked for. */
  name?: RunName;
}

/** The runs of a window that go on, in the order in which they were begun. */
export class ActiveRuns implements Disposable {
  readonly #status = new RunStatus();
  /** Each with what settles when it has ended, however it did. */
  readonly #runs = new Map<ActiveRun, Promise<unknown>>();

  /** Follows a run to its end. */
  async follow<T>(run: ActiveRun, ended: Promise<T>): Promise<T> {
    this.#runs.set(run, ended);
    await this.#tell();
    try {
      return await ended;
    } finally {
      this.#runs.delete(run);
      await this.#tell();
    }
  }

  /** Ends the run that is named, or the one in the output channel, or else the last one that was begun; resolves when it has ended. */
  async stop(name?: RunName): Promise<void> {
    const runs = [...this.#runs.keys()];
    const meant =
      name === undefined
        ? (runs.find(({ place }) => place === "channel") ?? runs.at(-1))
        : runs.findLast((run) => isNamed(run, name));
    await this.#end((run) => run === meant);
  }

  /** Makes room in the output channel. */
  async clearChannel(): Promise<void> {
    await this.#end(({ place }) => place === "channel");
  }

  async stopAll(): Promise<void> {
    await this.#end(() => true);
  }

  async #end(isMeant: (run: ActiveRun) => boolean): Promise<void> {
    const meant = [...this.#runs].filter(([run]) => isMeant(run));
    for (const [{ abort }] of meant) abort.abort();
    // How they ended is told to whoever began them.
    await Promise.allSettled(meant.map(([, ended]) => ended));
  }

  async #tell(): Promise<void> {
    const isRunning = this.#runs.size > 0;
    this.#status.show([...this.#runs.keys()].map(({ title }) => title));
    await commands.executeCommand("setContext", "forgeai.running" satisfies ContextKey, isRunning);
  }

  dispose(): void {
    this.#status.dispose();
  }
}

function isNamed({ name }: ActiveRun, { uri, pieceId }: RunName): boolean {
  return name?.pieceId === pieceId && name.uri.toString() === uri.toString();
}
