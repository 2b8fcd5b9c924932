import { window } from "vscode";
import type { Images } from "../../images.ts";
import { RunFailure } from "../../run/failure.ts";
import type { ImageList } from "../../run/imageList.ts";
import { toPlainMessage } from "../notifications/plainMessage.ts";
import type { Preferences } from "../preparation.ts";
import { readSettings } from "../settings/settings.ts";
import { notifyImageFailure } from "./imageFailure.ts";
import { pickImages } from "./imagePick.ts";
import { describeRemoval, describeRemoved } from "./imageWords.ts";
import { pullWithProgress } from "./pullProgress.ts";
import { describePulled, type PullTally } from "./pullWords.ts";
import type { UsedVersion } from "./wantedImages.ts";

/** Lists the images that languages need, and pulls or removes what is chosen. Resolves when that is done, or was said to be impossible. */
export async function manageImages(preferences: Preferences): Promise<void> {
  try {
    const load = async (signal: AbortSignal): Promise<ImageList> => (await openImages(preferences)).list({ signal });
    const choice = await pickImages(load, await usedVersions(preferences));
    if (choice?.kind === "pull") await pullImages(preferences, choice.images);
    if (choice?.kind === "remove") await removeImages(preferences, choice.list);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    void notifyImageFailure(error, async () => manageImages(preferences));
  }
}

/** Pulls images, and says what came of it. Throws a `RunFailure`, the first, where some could not be had. */
export async function pullImages(preferences: Preferences, names: readonly string[]): Promise<void> {
  sayPulled(await pullWithProgress(await openImages(preferences), names));
}

/** The images of the window's languages on the engine of the settings. Throws a `bad-request` where the settings can't be. */
export async function openImages({ languages }: Preferences): Promise<Images> {
  await languages.refused();
  const { engineHost: host, mirror, platform } = readSettings(undefined);
  const engine = host === undefined ? undefined : { host, from: "the setting forgeai.engine.host" };
  const { createImages } = await import("../../images.ts");
  return createImages({ engine, mirror, platform, languages: languages.current });
}

/** Of each language the version that runs in this workspace. */
export async function usedVersions({ languages, versions }: Preferences): Promise<readonly UsedVersion[]> {
  await languages.refused();
  return languages.current.map((language) => ({ language, version: versions.of(language) }));
}

async function removeImages(preferences: Preferences, list: ImageList): Promise<void> {
  const { question, detail } = describeRemoval(list);
  const answer = await window.showWarningMessage(question, { modal: true, detail }, "Remove");
  if (answer === undefined) return;
  const images = await openImages(preferences);
  void window.showInformationMessage(toPlainMessage(describeRemoved(await images.prune())));
}

/** What keeps one image from coming mostly keeps the others: the first failure tells enough. */
function sayPulled(tally: PullTally): void {
  const said = describePulled(tally);
  if (said !== undefined) void window.showInformationMessage(toPlainMessage(said));
  const [failure] = tally.failures;
  if (failure !== undefined) throw failure;
}
