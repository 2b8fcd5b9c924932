import { WORK_FOLDER } from "../../run/workFolder.ts";

/** A place in a sent file, as a line of output names it. */
export interface NamedPlace {
  /** Where its name begins and ends in the line, in UTF-16 units from 0. */
  readonly start: number;
  readonly end: number;
  /** As the request named it. */
  readonly file: string;
  /** 1-based, as is the column; whether the file has them, nobody has looked. */
  readonly line: number;
  readonly column?: number;
}

/** Further on in a line nothing is looked for: people don't look there either. */
const MOST_CHARACTERS = 4000;

/** In one line. */
const MOST_PLACES = 50;

/**
 * What stands behind a file's name where a place is meant: `:3`, `:3:7`, `?again=1:3:7`, `", line 3`, `: line 3`, ` on line 3`,
 * `(3)`, `(3,7)`. Everything in it is bounded.
 */
const NUMBERS =
  /([?#][\w.&=%-]{1,64})?:(\d{1,7})(?::(\d{1,7}))?(?!\d)|["']?[,:]? (?:on )?line (\d{1,7})(?!\d)|\((\d{1,7})(?:[,:] ?(\d{1,7}))?\)/g;

/** One more of these in front makes the name of another file. */
const NAME_CHARACTER = /[\p{L}\p{N}\p{M}_/\\~-]/u;
const NAME_CHARACTER_OR_DOT = /[\p{L}\p{N}\p{M}_/\\~.-]/u;

/** The names of sent files, from their last character to their first, so that finding one takes no longer the more there are. */
interface Node {
  readonly before: Map<string, Node>;
  /** The file whose name begins here. */
  file?: string;
}

/** The names of the files that were sent. */
export class SentNames {
  readonly #folder: string;
  readonly #root: Node = { before: new Map() };

  /** `folder` is where the program found them, without a trailing slash. */
  constructor(paths: readonly string[], folder = WORK_FOLDER) {
    this.#folder = folder;
    for (const path of paths) {
      this.#add(inUrl(path), path);
      this.#add(path, path);
    }
  }

  /** The longest name that ends at `end` of a line, with what stands before it: the folder, `./` or nothing. */
  findBefore(line: string, end: number): { readonly start: number; readonly file: string } | undefined {
    let found: { start: number; file: string } | undefined;
    let node: Node | undefined = this.#root;
    for (let at = end; node !== undefined; at -= 1) {
      const start = node.file === undefined ? undefined : this.#beginning(line, at);
      if (node.file !== undefined && start !== undefined) found = { start, file: node.file };
      node = at === 0 ? undefined : node.before.get(line.charAt(at - 1));
    }
    return found;
  }

  #add(name: string, file: string): void {
    let node = this.#root;
    for (let at = name.length - 1; at >= 0; at -= 1) {
      const character = name.charAt(at);
      let next = node.before.get(character);
      if (next === undefined) {
        next = { before: new Map() };
        node.before.set(character, next);
      }
      node = next;
    }
    node.file = file;
  }

  /** Where the path begins whose name begins at `start`; undefined where it is that of another file. */
  #beginning(line: string, start: number): number | undefined {
    const inFolder = `${this.#folder}/`;
    // A program may have begun the line with dots: "working.../code/main.py".
    const isFull = line.endsWith(inFolder, start);
    const prefixes = isFull ? [`file://${inFolder}`, inFolder] : ["./", ""];
    const found = prefixes.find((prefix) => line.endsWith(prefix, start)) ?? "";
    const beginning = start - found.length;
    const isOther = (isFull ? NAME_CHARACTER : NAME_CHARACTER_OR_DOT).test(line.charAt(beginning - 1));
    return isOther ? undefined : beginning;
  }
}

/** Finds the places in sent files that a line of output names, in whatever way its toolchain writes them; in order. */
export function findPlaces(line: string, names: SentNames): NamedPlace[] {
  const places: NamedPlace[] = [];
  for (const match of line.slice(0, MOST_CHARACTERS).matchAll(NUMBERS)) {
    const [text, query = "", colonLine, colonColumn, wordLine, bracketLine, bracketColumn] = match;
    const number = Number(colonLine ?? wordLine ?? bracketLine);
    // What looks like a query can be the end of a name.
    const named = names.findBefore(line, match.index) ?? names.findBefore(line, match.index + query.length);
    if (named === undefined || number === 0) continue;
    const column = Number(colonColumn ?? bracketColumn ?? 0);
    places.push({ ...named, end: match.index + text.length, line: number, ...(column > 0 && { column }) });
    if (places.length === MOST_PLACES) break;
  }
  return places;
}

/** A name as it stands in the URL of a file. */
function inUrl(path: string): string {
  const url = new URL("file:///");
  url.pathname = path.replace(/[%\\]/g, encodeURIComponent);
  return url.pathname.slice(1);
}
