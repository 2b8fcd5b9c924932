import type { ImageRow } from "../../run/imageList.ts";
import type { Language } from "../../language/language.ts";

/** A language, and the version of it that runs in this workspace. */
export interface UsedVersion {
  readonly language: Language;
  readonly version: string;
}

/** The images of these versions that aren't here, each once. */
export function missingImages(rows: readonly ImageRow[], used: readonly UsedVersion[]): readonly string[] {
  const wanted = new Set(used.map(({ language, version }) => `${language.id}@${version}`));
  return namesOf(rows.filter(({ isHere, neededBy }) => !isHere && neededBy.some((each) => wanted.has(each))));
}

/** The images that are here and that a registry may have a newer one of: of snapshots and of former ones none has. */
export function updatableImages(rows: readonly ImageRow[]): readonly string[] {
  return namesOf(rows.filter(({ isHere, kind }) => isHere && kind === "language"));
}

/** Those of the languages whose image isn't here. */
export function languagesWithoutImage(rows: readonly ImageRow[], used: readonly UsedVersion[]): readonly UsedVersion[] {
  return used.filter((each) => missingImages(rows, [each]).length > 0);
}

function namesOf(rows: readonly ImageRow[]): readonly string[] {
  return [...new Set(rows.map(({ image }) => image))];
}
