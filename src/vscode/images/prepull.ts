import { CancellationTokenSource, ConfigurationTarget, type Memento, window, workspace } from "vscode";
import type { SettingName } from "../contributions.ts";
import { RunFailure } from "../../run/failure.ts";
import { toPlainMessage } from "../notifications/plainMessage.ts";
import type { Preferences } from "../preparation.ts";
import { readPrepull } from "../settings/settings.ts";
import { notifyImageFailure } from "./imageFailure.ts";
import { openImages, pullImages, usedVersions } from "./imageRoom.ts";
import { askToPull } from "./pullWords.ts";
import { languagesWithoutImage, missingImages, type UsedVersion } from "./wantedImages.ts";

/** Where it is kept that the user of a workspace has been asked. */
const ASKED = "forgeai.prepull.asked";

/** A workspace may be large, or far away: a language that isn't found within this many milliseconds isn't asked about. */
const SEARCH_MS = 5000;

/** What nobody in this workspace has written. */
const FOREIGN = "**/{node_modules,vendor,.venv,venv,site-packages}/**";

/** Whether the settings, the user and the workspace's trust let anybody look for images to pull. */
export function mayLook(memento: Memento): boolean {
  const policy = readPrepull();
  const isWelcome = policy === "always" || (policy === "ask" && !memento.get<boolean>(ASKED, false));
  return isWelcome && workspace.isTrusted && workspace.workspaceFolders !== undefined;
}

/**
 * Pulls the images of the languages that the workspace has files of, where the settings or the user say so: asked once a workspace.
 * Says nothing where no engine answers: a run will.
 */
export async function pullForWorkspace(preferences: Preferences, memento: Memento): Promise<void> {
  const missing = await findMissing(preferences);
  if (missing.images.length === 0) return;
  if (readPrepull() === "always" || (await isWanted(missing.languages, memento)))
    await pull(preferences, missing.images);
}

interface Missing {
  readonly languages: readonly string[];
  readonly images: readonly string[];
}

const NOTHING: Missing = { languages: [], images: [] };

/** The engine first: asking it takes less than searching a workspace. */
async function findMissing(preferences: Preferences): Promise<Missing> {
  try {
    const { rows } = await (await openImages(preferences)).list();
    const without = languagesWithoutImage(rows, await usedVersions(preferences));
    const found = await onlyPresent(without);
    return { languages: found.map(({ language }) => language.name), images: missingImages(rows, found) };
  } catch (error) {
    if (error instanceof RunFailure) return NOTHING;
    throw error;
  }
}

/** One search after the other: none of them is urgent. */
async function onlyPresent(used: readonly UsedVersion[]): Promise<readonly UsedVersion[]> {
  const found: UsedVersion[] = [];
  for (const each of used) if (await hasFiles(each.language.extensions)) found.push(each);
  return found;
}

async function hasFiles(extensions: readonly string[]): Promise<boolean> {
  if (extensions.length === 0) return false;
  using limit = new SearchLimit();
  const names = extensions.length === 1 ? `*${extensions[0]}` : `*{${extensions.join(",")}}`;
  const found = await workspace.findFiles(`**/${names}`, FOREIGN, 1, limit.token);
  return found.length > 0;
}

class SearchLimit implements Disposable {
  readonly #source = new CancellationTokenSource();
  readonly #timer = setTimeout(() => this.#source.cancel(), SEARCH_MS);

  get token(): CancellationTokenSource["token"] {
    return this.#source.token;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#source.dispose();
  }
}

async function isWanted(languages: readonly string[], memento: Memento): Promise<boolean> {
  await memento.update(ASKED, true);
  const question = toPlainMessage(askToPull(languages));
  const answer = await window.showInformationMessage(question, "Pull", "Not Now", "Never");
  if (answer === "Never") {
    const name = "images.prepull" satisfies SettingName;
    await workspace.getConfiguration("forgeai").update(name, "never", ConfigurationTarget.Global);
  }
  return answer === "Pull";
}

async function pull(preferences: Preferences, names: readonly string[]): Promise<void> {
  try {
    await pullImages(preferences, names);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    await notifyImageFailure(error, async () => pull(preferences, names));
  }
}
