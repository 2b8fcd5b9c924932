import { LANGUAGES } from "../language/catalog.ts";
import type { Language } from "../language/language.ts";
import { findToolchain } from "../local/toolchain.ts";

interface Row {
  readonly language: string;
  readonly name: string;
  readonly version: string | null;
  readonly isDefault: boolean;
  /** What runs it: an image, or a program of this machine. */
  readonly runsIn: string;
}

/** The table of `forgeai lang list`: with images where runs go to containers, with this machine's toolchains where they don't. */
export async function listLanguages({ container, json }: { container: boolean; json: boolean }): Promise<string> {
  const rows = container ? LANGUAGES.map(containerRows) : await Promise.all(LANGUAGES.map(localRows));
  return json ? `${JSON.stringify(rows.flat(), null, 2)}\n` : table(rows.flat(), container);
}

function containerRows({ id, name, versions, defaultVersion }: Language): Row[] {
  return versions.map(({ version, image }) => ({
    language: id,
    name,
    version,
    isDefault: version === defaultVersion,
    runsIn: image,
  }));
}

async function localRows(language: Language): Promise<Row[]> {
  const { id, name, localVersion } = language;
  if (localVersion === undefined) return [];
  const version = (await findToolchain(language)) ?? null;
  return [{ language: id, name, version, isDefault: true, runsIn: localVersion[0] }];
}

function table(rows: readonly Row[], container: boolean): string {
  const lines = rows.map(({ language, version, isDefault, runsIn }) => [
    container && !isDefault ? `${language}@${version}` : language,
    version ?? "not installed",
    runsIn,
  ]);
  const cells = [["LANGUAGE", "VERSION", container ? "IMAGE" : "PROGRAM"], ...lines];
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
