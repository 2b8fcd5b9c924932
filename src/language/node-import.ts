import { posix } from "node:path";
import type { Place } from "./problem.ts";
import type { SentFiles } from "./sent-files.ts";

// The bounded run of blanks keeps this linear.
const SPECIFIER = /\b(?:from|import)[ \t]{0,20}\(?[ \t]{0,20}(["'])([^"']+)\1/g;

/**
 * Node names only the file that imports and what couldn't be found: "Cannot find module '/code/a.mjs' imported from
 * /code/main.mjs". The place is that of the specifier in the source.
 */
export function importPlace(message: string, files: SentFiles): Place | undefined {
  const end = message.lastIndexOf(" imported from ");
  const importer = end < 0 ? undefined : files.find(message.slice(end + " imported from ".length).trimEnd());
  const wanted = /'([^']+)'/.exec(message.slice(0, Math.max(0, end)))?.[1];
  if (importer === undefined || wanted === undefined) return undefined;
  for (const [index, text] of files.linesOf(importer).entries()) {
    if (/^\s*(?:\/\/|\*)/.test(text)) continue;
    const found = [...text.matchAll(SPECIFIER)].find(([, , specifier = ""]) =>
      isFor(specifier, wanted, importer, files),
    );
    if (found !== undefined) return placeIn(importer, index + 1, found);
  }
  return undefined;
}

function isFor(specifier: string, wanted: string, importer: string, files: SentFiles): boolean {
  if (specifier === wanted || specifier.startsWith(`${wanted}/`)) return true;
  const isRelative = specifier.startsWith("./") || specifier.startsWith("../");
  return isRelative && posix.join(posix.dirname(importer), specifier) === files.nameOf(wanted);
}

/** The specifier with its quotes. */
function placeIn(file: string, line: number, { 0: statement, 2: specifier = "", index }: RegExpMatchArray): Place {
  const endColumn = (index ?? 0) + statement.length + 1;
  return { file, line, column: endColumn - specifier.length - 2, endColumn };
}
