import type { TextDocument, Uri } from "vscode";
import type { Language } from "../language/language.ts";
import type { RefusedRow } from "../language/rows.ts";
import { RunFailure } from "../run/failure.ts";
import type { Limits } from "../run/limits.ts";
import type { RunRequest } from "../run/request.ts";
import { pathFor, type Snapshot, takeText } from "./document.ts";
import { collectFiles } from "./include/include.ts";
import type { WindowLanguages } from "./settings/languages.ts";
import { findPackageFiles } from "./packages/packageFiles.ts";
import type { Piece } from "./pieces/piece.ts";
import { BadSetting } from "./settings/settingValues.ts";
import { readSettings } from "./settings/settings.ts";
import { describeIgnoredSettings } from "./settings/trust.ts";
import type { ChosenVersions } from "./settings/versions.ts";
import { choosePiece, type Wanted } from "./pieces/wanted.ts";
import type { EngineChoice } from "./runners.ts";

/** What somebody wants run. */
export interface Wish {
  readonly document: TextDocument;
  readonly wanted: Wanted;
  /** They hold for this run, before those of the settings. */
  readonly limits: Partial<Limits>;
  /** Files that are sent along, whatever the settings say. */
  readonly beside: readonly Uri[];
  /** Whether the packages that it asks for are to be installed. */
  readonly packages?: boolean;
}

/** A wish with all that is needed to carry it out. */
export interface Prepared {
  readonly snapshot: Snapshot;
  readonly request: RunRequest;
  readonly engine: EngineChoice;
  /** What the user has to know before the program's first line, one line each. */
  readonly notes: readonly string[];
}

/** What holds for all runs of a window. */
export interface Preferences {
  readonly languages: WindowLanguages;
  readonly versions: ChosenVersions;
}

/** Reads the settings and takes the text. Throws a `RunFailure` where there is nothing to run, or a setting can't be. */
export async function prepare(wish: Wish, { languages, versions }: Preferences): Promise<Prepared> {
  const refused = await languages.refused();
  const { document } = wish;
  const { piece, refusals } = choose(wish, languages.current, refused);
  const { language } = piece;

  const scope = { uri: document.uri, languageId: language.editorIds[0] ?? document.languageId };
  const settings = readSettings(scope);
  const main = takeText(document, piece, pathFor(document, language));
  const packageFiles = wish.packages ? await findPackageFiles(document, language) : [];
  const [{ files, notes }, ignored] = await Promise.all([
    collectFiles(main, settings.include, [...wish.beside, ...packageFiles]),
    describeIgnoredSettings(scope),
  ]);
  return {
    snapshot: { document, piece, files },
    request: {
      language: `${language.id}@${versions.of(language)}`,
      languages: languages.current,
      files,
      limits: { ...settings.limits, ...wish.limits },
      network: settings.network,
      isolation: settings.isolation,
      readOnlyRoot: settings.readOnlyRoot,
      platform: settings.platform,
      packages: wish.packages ? { index: language.packages && settings.packageIndex[language.packages] } : undefined,
    },
    engine: { host: settings.engineHost, snapshots: settings.snapshots, mirror: settings.mirror },
    notes: [...refusals, ...notes, ...ignored],
  };
}

interface Choice {
  readonly piece: Piece;
  /** What is wrong with the rows of other languages. */
  readonly refusals: readonly string[];
}

/** A row that can't be is about one language; settings that are no rows at all, about every one. Nothing is run by a guess. */
function choose({ document, wanted }: Wish, languages: readonly Language[], refused: readonly RefusedRow[]): Choice {
  const blame = ({ why }: RefusedRow): BadSetting =>
    new BadSetting("languages", why, "Correct the setting forgeai.languages.");
  const [first] = refused;
  try {
    const piece = choosePiece(document, wanted, languages);
    const bad = refused.find(({ id }) => id === piece.language.id || id === "");
    if (bad !== undefined) throw blame(bad);
    return { piece, refusals: refused.map(({ why }) => why) };
  } catch (error) {
    const isUnknown = error instanceof RunFailure && error.code === "unknown-language";
    throw isUnknown && first !== undefined ? blame(first) : error;
  }
}
