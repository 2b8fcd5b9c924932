import { badRequest } from "../../run/failure.ts";
import { formatBytes } from "../../run/limits.ts";
import { MOST_SOURCE_BYTES } from "../../run/limits.ts";
import type { SearchResult } from "./includeSearch.ts";
import { BadSetting } from "../settings/settingValues.ts";
import { toVisibleText } from "../../run/visibleText.ts";

/** More than anybody lists by hand, and few enough to be read and sent within a second. */
export const MOST_FILES = 1000;

/** Listing as many takes a disk a second or two. */
export const MOST_ENTRIES = 50_000;

/** Throws a `BadSetting` where a search was given up. */
export function checkSearch({ found, tooMany }: SearchResult, globs: readonly string[]): void {
  if (tooMany === "files") {
    const [glob] = largest(found.map((file) => ({ label: quote(file.globs[0] ?? ""), amount: 1 })));
    throw new BadSetting(
      "include",
      `forgeai.include brings more than ${MOST_FILES} files, the most that are sent, most of them by ${glob}.`,
      "Name fewer files in the setting forgeai.include, or the folders that they lie in.",
    );
  }
  if (tooMany === "entries") {
    throw new BadSetting(
      "include",
      `What forgeai.include names is looked for in more than ${MOST_ENTRIES} files and folders: ${globs.map(quote).join(", ")}.`,
      'Begin the globs in the setting forgeai.include with the folders that are meant: "lib/**/*.py".',
    );
  }
}

/** A file that is to be sent along. */
export interface SizedFile {
  readonly path: string;
  readonly bytes: number;
  /** The glob that brings it; undefined where it was chosen by itself. */
  readonly glob: string | undefined;
}

/** Throws where the files have more together than a request may. `mainBytes` is what the program has. */
export function checkSizes(mainBytes: number, files: readonly SizedFile[]): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, mainBytes);
  if (bytes <= MOST_SOURCE_BYTES || files.length === 0) return;
  const [label, most] = largest(files.map(({ path, glob = path, bytes: amount }) => ({ label: quote(glob), amount })));
  const message = `The files of the run have ${formatBytes(bytes)}, ${formatBytes(most)} of them by ${label}; at most ${formatBytes(MOST_SOURCE_BYTES)} are sent.`;
  if (files.every(({ glob }) => glob === undefined)) {
    throw badRequest(message, "Run it without, or have the program read its data from its standard input.");
  }
  throw new BadSetting(
    "include",
    message,
    "Name fewer files in the setting forgeai.include, or have the program read its data from its standard input.",
  );
}

interface Share {
  readonly label: string;
  readonly amount: number;
}

function largest(shares: readonly Share[]): readonly [label: string, amount: number] {
  const sums = new Map<string, number>();
  for (const { label, amount } of shares) sums.set(label, (sums.get(label) ?? 0) + amount);
  return [...sums].reduce((most, each) => (each[1] > most[1] ? each : most), ["", 0]);
}

function quote(text: string): string {
  return toVisibleText(JSON.stringify(text), 80);
}
