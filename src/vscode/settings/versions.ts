import { type Disposable, type Event, EventEmitter, type Memento, window } from "vscode";
import type { Language } from "../../language/language.ts";

/** Under which the choices are kept. Not in the settings: a workspace could bring them along. */
const KEY = "forgeai.versions";

/** Which version of each language the user has chosen in this workspace. */
export class ChosenVersions implements Disposable {
  readonly #memento: Memento;
  readonly #changed = new EventEmitter<void>();

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  /** The chosen version, where the language still has it, else its default. */
  of({ id, versions, defaultVersion }: Language): string {
    const chosen = this.#chosen()[id];
    return versions.find(({ version }) => version === chosen)?.version ?? defaultVersion;
  }

  /** Asks for a version of the language, from now on. Nothing is changed where the user turns away. */
  async choose(language: Language): Promise<void> {
    const current = this.of(language);
    const items = language.versions.map(({ version, image }) => ({
      version,
      label: `${language.name} ${version}`,
      description: [image, ...(version === language.defaultVersion ? ["default"] : [])].join(" · "),
      picked: version === current,
    }));
    const chosen = await window.showQuickPick(items, {
      title: `${language.name} in ForgeAI`,
      placeHolder: `Which version runs in this workspace? Now it is ${current}.`,
      matchOnDescription: true,
    });
    if (chosen === undefined) return;
    const { [language.id]: _, ...others } = this.#chosen();
    const isDefault = chosen.version === language.defaultVersion;
    await this.#memento.update(KEY, isDefault ? others : { ...others, [language.id]: chosen.version });
    this.#changed.fire();
  }

  #chosen(): Readonly<Record<string, string>> {
    return this.#memento.get<Readonly<Record<string, string>>>(KEY, {});
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
