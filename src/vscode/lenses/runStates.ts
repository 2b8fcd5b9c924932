import type { Uri } from "vscode";
import type { EndedEvent } from "../../run/event.ts";
import type { RunName } from "../activeRuns.ts";

/** How the last run of a piece stands. `version` is the document's that was run: in a later one it says nothing any more. */
export type RunState =
  | { readonly state: "running" }
  | ({ readonly state: "ended"; readonly version: number } & Pick<EndedEvent, "outcome" | "durationMs">)
  | { readonly state: "failed"; readonly version: number };

/** How the runs of a window stand, for whoever shows it. */
export interface RunStates {
  stateOf(uri: Uri, pieceId: string): RunState | undefined;
  /** Tells of each change, until what it returns is disposed of. */
  onDidChange(listener: (uri: Uri) => void): { dispose(): void };
  /** Drops what is known of a document that is closed: another may get its name. */
  forget(uri: Uri): void;
}

/** What follows one run. Disposed of before an end was told, the run could not be carried out. */
export interface RunFollower extends Disposable {
  end(ended: Pick<EndedEvent, "outcome" | "durationMs">): void;
}

interface Entry {
  state: RunState;
  /** Its document was closed while it ran. */
  isForgotten: boolean;
}

/** Keeps how the last run of each piece stands. */
export class RunStateBoard implements RunStates {
  /** By document, then by piece. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #listeners = new Set<(uri: Uri) => void>();

  /** Notes a run that begins, of the document's text in a version. What was known of the piece is gone. */
  begin({ uri, pieceId }: RunName, version: number): RunFollower {
    const entry: Entry = { state: { state: "running" }, isForgotten: false };
    const pieces = this.#entries.get(uri.toString()) ?? new Map<string, Entry>();
    this.#entries.set(uri.toString(), pieces.set(pieceId, entry));
    this.#tell(uri);
    const settle = (state: RunState): void => {
      // A later run of the same piece has the word; and nothing settles twice.
      if (pieces.get(pieceId) !== entry || entry.state.state !== "running") return;
      entry.state = state;
      if (entry.isForgotten) pieces.delete(pieceId);
      this.#tell(uri);
    };
    return {
      end: ({ outcome, durationMs }) => settle({ state: "ended", outcome, durationMs, version }),
      [Symbol.dispose]: () => settle({ state: "failed", version }),
    };
  }

  stateOf(uri: Uri, pieceId: string): RunState | undefined {
    return this.#entries.get(uri.toString())?.get(pieceId)?.state;
  }

  onDidChange(listener: (uri: Uri) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** What still runs is shown as running until it has ended: its document may be opened again. */
  forget(uri: Uri): void {
    const pieces = this.#entries.get(uri.toString());
    for (const [pieceId, entry] of pieces ?? []) {
      entry.isForgotten = true;
      if (entry.state.state !== "running") pieces?.delete(pieceId);
    }
  }

  #tell(uri: Uri): void {
    for (const listener of this.#listeners) listener(uri);
  }

  dispose(): void {
    this.#entries.clear();
    this.#listeners.clear();
  }
}
