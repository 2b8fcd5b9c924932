import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What was meant to leave traces is small; larger files are somebody else's. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The files below a folder that were changed since a moment and hold the text. Passes over what may not be read. */
export function filesHolding(text: string, folder: string, changedSince: number): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesHolding(text, path, changedSince);
    return entry.isFile() && holds(path, text, changedSince) ? [path] : [];
  });
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
