import { type Disposable, type Event, EventEmitter, workspace } from "vscode";
import { LANGUAGES } from "../../language/catalog.ts";
import type { Language } from "../../language/language.ts";
import type { RefusedRow } from "../../language/rows.ts";
import type { SettingName } from "../contributions.ts";
import { readLanguageRows } from "./settings.ts";

/** The languages of a window: the built-in ones, with what `forgeai.languages` adds and changes. */
export class WindowLanguages implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly #subscription: Disposable;
  #current: readonly Language[] = LANGUAGES;
  #refused: readonly RefusedRow[] = [];
  #reading: Promise<void>;

  constructor() {
    this.#reading = this.#read();
    this.#subscription = workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(`forgeai.${"languages" satisfies SettingName}`)) return;
      this.#reading = this.#read();
    });
  }

  /** As far as they have been read: a run waits until they are. */
  get current(): readonly Language[] {
    return this.#current;
  }

  /** The rows that can't be, once all have been read. */
  async refused(): Promise<readonly RefusedRow[]> {
    await this.#reading;
    return this.#refused;
  }

  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  async #read(): Promise<void> {
    const rows = readLanguageRows();
    if (isEmpty(rows)) {
      this.#take(LANGUAGES, []);
      return;
    }
    // Only then, as it takes a schema: most windows have no rows of their own.
    const { extendLanguages } = await import("../../language/rows.ts");
    const { languages, refused } = extendLanguages(rows);
    this.#take(languages, refused);
  }

  #take(languages: readonly Language[], refused: readonly RefusedRow[]): void {
    const isNew = languages !== this.#current;
    this.#current = languages;
    this.#refused = refused;
    if (isNew) this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function isEmpty(rows: unknown): boolean {
  return typeof rows === "object" && rows !== null && Object.keys(rows).length === 0;
}
