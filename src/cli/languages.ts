import { LANGUAGES } from "../language/catalog.ts";
import type { Language } from "../language/language.ts";
import { findToolchain } from "../local/toolchain.ts";
import { table } from "./table.ts";
import { toJson } from "./write.ts";

interface Row {
  readonly language: string;
  readonly name: string;
  readonly version: string | null;
  readonly isDefault: boolean;
  /** What runs it: an image, or a program of this machine. */
  readonly runsIn: string;
  readonly aliases: readonly string[];
  readonly extensions: readonly string[];
}

export interface ListOptions {
  readonly container: boolean;
  readonly json: boolean;
  readonly languages?: readonly Language[];
}

/** The table of `forgeai lang list`: with images where runs go to containers, with this machine's toolchains where they don't. */
export async function listLanguages({ container, json, languages = LANGUAGES }: ListOptions): Promise<string> {
  const rows = container ? languages.map(containerRows) : await Promise.all(languages.map(localRows));
  return json ? toJson(rows.flat(), 2) : describe(rows.flat(), container);
}

function containerRows({ id, name, versions, defaultVersion, aliases, extensions }: Language): Row[] {
  return versions.map(({ version, image }) => ({
    language: id,
    name,
    version,
    isDefault: version === defaultVersion,
    runsIn: image,
    aliases,
    extensions,
  }));
}

async function localRows(language: Language): Promise<Row[]> {
  const { id, name, localVersion, aliases, extensions } = language;
  if (localVersion === undefined) return [];
  const version = (await findToolchain(language)) ?? null;
  return [{ language: id, name, version, isDefault: true, runsIn: localVersion[0], aliases, extensions }];
}

function describe(rows: readonly Row[], container: boolean): string {
  const lines = rows.map(({ language, version, isDefault, runsIn, aliases, extensions }) => [
    container && !isDefault ? `${language}@${version}` : language,
    version ?? "not installed",
    runsIn,
    // Once for each language: they are the same for all its versions.
    ...(isDefault ? [aliases.join(", ") || "-", extensions.join(" ")] : []),
  ]);
  return table([["LANGUAGE", "VERSION", container ? "IMAGE" : "PROGRAM", "ALSO", "FILES"], ...lines]);
}
