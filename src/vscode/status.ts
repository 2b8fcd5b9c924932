import { commands, Disposable, StatusBarAlignment, type StatusBarItem, window, workspace } from "vscode";
import type { CommandId, ContextKey } from "./contributions.ts";
import { languageOf } from "./document.ts";
import type { Preferences } from "./preparation.ts";

/** The editor's own item about its language has 100.1. */
const BESIDE_LANGUAGE = 100.05;

/** In the status bar, the version that the active editor's language runs in; and for menus, whether it can be run. */
export class LanguageStatus extends Disposable {
  readonly #item: StatusBarItem;
  readonly #preferences: Preferences;

  constructor(preferences: Preferences) {
    const item = window.createStatusBarItem("forgeai.version", StatusBarAlignment.Right, BESIDE_LANGUAGE);
    item.name = "ForgeAI: Language Version";
    item.command = "forgeai.selectLanguageVersion" satisfies CommandId;
    const show = (): void => this.#show();
    const subscriptions = [
      item,
      window.onDidChangeActiveTextEditor(show),
      // Tells as well when a document has got another language.
      workspace.onDidOpenTextDocument(show),
      preferences.languages.onDidChange(show),
      preferences.versions.onDidChange(show),
    ];
    super(() => Disposable.from(...subscriptions).dispose());
    this.#item = item;
    this.#preferences = preferences;
    show();
  }

  #show(): void {
    const { languages, versions } = this.#preferences;
    const document = window.activeTextEditor?.document;
    const language = document && languageOf(document, languages.current);
    void commands.executeCommand("setContext", "forgeai.canRun" satisfies ContextKey, language !== undefined);
    if (language === undefined) {
      this.#item.hide();
      return;
    }
    const version = versions.of(language);
    const image = language.versions.find((each) => each.version === version)?.image;
    this.#item.text = `$(package) ${language.name} ${version}`;
    this.#item.tooltip = `ForgeAI runs it in ${image}. Click for another version.`;
    this.#item.show();
  }
}

/** In the status bar, what runs, and a way to stop it. */
export class RunStatus implements Disposable {
  readonly #item: StatusBarItem;

  constructor() {
    this.#item = window.createStatusBarItem("forgeai.running", StatusBarAlignment.Left);
    this.#item.name = "ForgeAI: Running";
    this.#item.command = "forgeai.stop" satisfies CommandId;
  }

  /** Shows what runs, the newest last; nothing where nothing does. */
  show(names: readonly string[]): void {
    const newest = names.at(-1);
    if (newest === undefined) {
      this.#item.hide();
      return;
    }
    const others = names.length === 1 ? "" : ` and ${names.length - 1} more`;
    this.#item.text = `$(sync~spin) ${newest}${others}`;
    this.#item.tooltip = "It runs in a container. Click to stop it.";
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
