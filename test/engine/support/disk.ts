import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What was meant to leave traces is small; larger files are somebody else's. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The files below a folder that were changed since a moment and hold the text. Passes over what may not be read and over
 * what is mounted there: a disk's files are looked through, and a /proc that somebody mounted has no end.
 */
export function filesHolding(text: string, folder: string, changedSince: number): string[] {
  const device = deviceOf(folder);
  const search = (path: string): string[] =>
    entriesOf(path).flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return deviceOf(inside) === device ? search(inside) : [];
      return entry.isFile() && holds(inside, text, changedSince) ? [inside] : [];
    });
  return search(folder);
}

/** Undefined for what is not there, or no longer. */
function deviceOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.dev;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function holds(path: string, text: string, changedSince: number): boolean {
  try {
    const { mtimeMs, ctimeMs, size } = lstatSync(path);
    return Math.max(mtimeMs, ctimeMs) >= changedSince && size <= MOST_BYTES && readFileSync(path).includes(text);
  } catch {
    return false;
  }
}
