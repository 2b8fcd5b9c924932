import {
  CodeLens,
  type CodeLensProvider,
  Disposable,
  type Event,
  EventEmitter,
  languages as editorLanguages,
  Range,
  type TextDocument,
  type Uri,
  workspace,
} from "vscode";
import type { Language } from "../../language/language.ts";
import type { SettingName } from "../contributions.ts";
import { linesOf } from "../document.ts";
import { lensCommands } from "./lensCommands.ts";
import type { WindowLanguages } from "../settings/languages.ts";
import type { Piece } from "../pieces/piece.ts";
import type { RunStates } from "./runStates.ts";
import { findPieces, MARKDOWN } from "../pieces/runnable.ts";
import { showsCodeLenses } from "../settings/settings.ts";

/** In a longer document nothing is looked for, in UTF-16 units: 1 MB of code took 35 to 90 ms (2 cores). */
const LONGEST = 1024 * 1024;

/** What was found in a document, and what that rests on. */
interface Found {
  readonly version: number;
  readonly editorId: string;
  readonly languages: readonly Language[];
  readonly pieces: readonly Piece[];
}

/**
 * The run buttons in texts. VS Code asks for them when it shows a document and after each edit; we say so when a run, a
 * setting or a language has changed.
 */
export class RunLenses extends Disposable implements CodeLensProvider {
  readonly #states: RunStates;
  readonly #languages: Pick<WindowLanguages, "current" | "onDidChange">;
  readonly #changed: EventEmitter<void>;
  readonly #found = new WeakMap<TextDocument, Found>();
  #registration: Disposable;

  constructor(states: RunStates, languages: Pick<WindowLanguages, "current" | "onDidChange">) {
    const changed = new EventEmitter<void>();
    const subscriptions = [
      changed,
      states.onDidChange(() => changed.fire()),
      languages.onDidChange(() => this.#register()),
      workspace.onDidCloseTextDocument(({ uri }) => states.forget(uri)),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`forgeai.${"codeLens.enabled" satisfies SettingName}`)) changed.fire();
      }),
    ];
    super(() => Disposable.from(...subscriptions, this.#registration).dispose());
    this.#states = states;
    this.#languages = languages;
    this.#changed = changed;
    this.#registration = this.#newRegistration();
  }

  get onDidChangeCodeLenses(): Event<void> {
    return this.#changed.event;
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    if (!isWorkedOn(document.uri) || !showsCodeLenses(document)) return [];
    const { uri, version } = document;
    return this.#piecesOf(document).flatMap((piece) => {
      const range = new Range(piece.anchor, 0, piece.anchor, 0);
      const commands = lensCommands(uri, piece, this.#states.stateOf(uri, piece.id), version);
      return commands.map((command) => new CodeLens(range, command));
    });
  }

  /** VS Code asks a new provider at once. */
  #register(): void {
    this.#registration.dispose();
    this.#registration = this.#newRegistration();
  }

  #newRegistration(): Disposable {
    const ids = [MARKDOWN, ...this.#languages.current.flatMap(({ editorIds }) => editorIds)];
    return editorLanguages.registerCodeLensProvider(
      [...new Set(ids)].map((language) => ({ language })),
      this,
    );
  }

  #piecesOf(document: TextDocument): readonly Piece[] {
    const { version, languageId: editorId, fileName } = document;
    const languages = this.#languages.current;
    const known = this.#found.get(document);
    if (known?.version === version && known.editorId === editorId && known.languages === languages) return known.pieces;
    const pieces = isLong(document) ? [] : findPieces({ lines: linesOf(document), editorId, fileName }, languages);
    this.#found.set(document, { version, editorId, languages, pieces });
    return pieces;
  }
}

/** Whether somebody works on it: not an old revision, a box for a message, the cell of a notebook or what a program printed. */
function isWorkedOn({ scheme }: Uri): boolean {
  return scheme === "untitled" || workspace.fs.isWritableFileSystem(scheme) === true;
}

function isLong(document: TextDocument): boolean {
  const end = document.lineAt(document.lineCount - 1).range.end;
  return document.offsetAt(end) > LONGEST;
}
