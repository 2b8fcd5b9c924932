import type { Disposable, Memento } from "vscode";
import type { Preferences } from "../preparation.ts";

/** After a run has begun, in milliseconds: by then it has what it needs of engine and disk. */
const PREPULL_AFTER_MS = 3000;

/** The images of a window. What it takes to list and pull them is loaded when they are asked for. */
export class WindowImages implements Disposable {
  readonly #preferences: Preferences;
  readonly #memento: Memento;
  #timer: NodeJS.Timeout | undefined;
  #hasLooked = false;

  /** @param memento the workspace's, which remembers that its user was asked about pulling */
  constructor(preferences: Preferences, memento: Memento) {
    this.#preferences = preferences;
    this.#memento = memento;
  }

  /** Lists the images, and does with them what is chosen. */
  async manage(): Promise<void> {
    const { manageImages } = await import("./imageRoom.ts");
    await manageImages(this.#preferences);
  }

  /** To be told of each run: a while after the first, the images of what else the workspace holds may be pulled. */
  noteRun(): void {
    if (this.#hasLooked || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#pullForWorkspace(), PREPULL_AFTER_MS);
  }

  async #pullForWorkspace(): Promise<void> {
    const { mayLook, pullForWorkspace } = await import("./prepull.ts");
    this.#timer = undefined;
    if (!mayLook(this.#memento)) return;
    this.#hasLooked = true;
    await pullForWorkspace(this.#preferences, this.#memento);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
