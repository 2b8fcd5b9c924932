/** How many ways a glob's braces may be read. */
const MOST_ALTERNATIVES = 500;

/** What one part of a path has to be: `**` is any number of parts. */
type Part = "**" | readonly Token[];

/** One character of a part's name, or with `*` any number of them. */
type Token =
  | { readonly kind: "any" | "one" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "class"; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** A place in a glob: what is still to come of a path that fits so far. Places are the same where they are the same object. */
export interface GlobPosition {
  /** The glob as it was written. */
  readonly glob: string;
  /** Undefined at the end: the path fits. */
  readonly part: Part | undefined;
  readonly next: GlobPosition | undefined;
}

export type GlobPositions = ReadonlySet<GlobPosition>;

/** Where a path that is held against the globs begins. Throws an Error that says, as the end of a sentence, what a glob has to be. */
export function startGlobs(globs: readonly string[]): GlobPositions {
  const starts = new Set<GlobPosition>();
  for (const glob of globs)
    for (const alternative of expandBraces(glob)) reach(starts, linkParts(glob, readParts(alternative)));
  return starts;
}

/** What may fit a part of a path: anything in a glob, a part of its own (not `**`), or a part that is no wildcard. */
export type Fit = "any" | "own" | "named";

/** Where the next part of a path leads; nowhere where it fits none. */
export function advanceGlobs(positions: GlobPositions, name: string, fit: Fit = "any"): GlobPositions {
  const reached = new Set<GlobPosition>();
  for (const position of positions) {
    const { part, next } = position;
    if (part === "**") {
      if (fit === "any") reach(reached, position);
    } else if (part !== undefined && next !== undefined && (fit !== "named" || part.every(isText))) {
      if (isFitting(part, name)) reach(reached, next);
    }
  }
  return reached;
}

/** The globs that a path fits which leads here, in their order. */
export function matchedGlobs(positions: GlobPositions): readonly string[] {
  const ended = [...positions].filter(({ part }) => part === undefined);
  return [...new Set(ended.map(({ glob }) => glob))];
}

/** Whether a longer path could fit. */
export function canGoOn(positions: GlobPositions): boolean {
  for (const { part } of positions) if (part !== undefined) return true;
  return false;
}

/** Whether one of the globs fits a whole path. */
export function fitsGlobs(starts: GlobPositions, path: string): boolean {
  let positions = starts;
  for (const name of path.split("/")) positions = advanceGlobs(positions, name);
  return matchedGlobs(positions).length > 0;
}

/** `**` may also be no part at all. */
function reach(positions: Set<GlobPosition>, position: GlobPosition): void {
  positions.add(position);
  if (position.part === "**" && position.next !== undefined) reach(positions, position.next);
}

function linkParts(glob: string, parts: readonly Part[]): GlobPosition {
  const end: GlobPosition = { glob, part: undefined, next: undefined };
  return parts.reduceRight<GlobPosition>((next, part) => ({ glob, part, next }), end);
}

function readParts(path: string): Part[] {
  if (path.includes("\\")) throw new Error("a list of globs with / between their parts");
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path) || /^[\w+.-]+:\/\//.test(path))
    throw new Error("a list of globs that are relative to the folder");
  const names = path.split("/").filter((name, index, all) => name !== "." && (name !== "" || index < all.length - 1));
  if (names.includes("..")) throw new Error('a list of globs without ".."');
  if (names.length === 0 || names.includes("")) throw new Error("a list of globs without empty parts");
  return names
    .map((name) => (name === "**" ? name : readTokens(name)))
    .filter((part, index, all) => part !== "**" || all[index - 1] !== "**");
}

function readTokens(name: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(name);
  for (let index = 0; index < characters.length; index++) {
    const text = characters[index] ?? "";
    const end = text === "[" ? characters.indexOf("]", index + 2) : -1;
    if (text === "*") tokens.push({ kind: "any" });
    else if (text === "?") tokens.push({ kind: "one" });
    else if (end >= 0) {
      tokens.push(readClass(characters.slice(index + 1, end)));
      index = end;
    } else tokens.push({ kind: "text", text });
  }
  return tokens;
}

function readClass(characters: readonly string[]): Token {
  const isNegated = characters.length > 1 && /[!^]/.test(characters[0] ?? "");
  const listed = isNegated ? characters.slice(1) : characters;
  const ranges: (readonly [string, string])[] = [];
  for (let index = 0; index < listed.length; index++) {
    const first = listed[index] ?? "";
    const last = listed[index + 1] === "-" ? listed[index + 2] : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) index += 2;
  }
  return { kind: "class", isNegated, ranges };
}

/** Only the last `*` is tried again, which is enough; every further one would multiply the time. */
function isFitting(part: readonly Token[], name: string): boolean {
  const characters = Array.from(name);
  let [at, token, star, starAt] = [0, 0, -1, 0];
  while (at < characters.length) {
    const current = part[token];
    if (current?.kind === "any") [star, starAt, token] = [token, at, token + 1];
    else if (current !== undefined && fitsCharacter(current, characters[at] ?? "")) [at, token] = [at + 1, token + 1];
    else if (star >= 0) [starAt, at, token] = [starAt + 1, starAt + 1, star + 1];
    else return false;
  }
  return part.slice(token).every(({ kind }) => kind === "any");
}

function fitsCharacter(token: Token, character: string): boolean {
  if (token.kind === "text") return token.text === character;
  if (token.kind !== "class") return true;
  return token.ranges.some(([first, last]) => first <= character && character <= last) !== token.isNegated;
}

function isText({ kind }: Token): boolean {
  return kind === "text";
}

/** "{a,b}/c" is "a/c" and "b/c". */
function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    const braces = firstBraces(text);
    if (braces === undefined) done.push(text);
    else {
      const { before, choices, after } = braces;
      open.push(...choices.toReversed().map((choice) => before + choice + after));
    }
    if (done.length + open.length > MOST_ALTERNATIVES) throw new Error("a list of globs with fewer braces");
  }
  return done;
}

interface Braces {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

function firstBraces(text: string): Braces | undefined {
  const start = text.search(/[{}]/);
  if (start < 0) return undefined;
  const choices: string[] = [];
  let [depth, from] = [0, start + 1];
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if ((character === "," && depth === 1) || depth === 0) {
      choices.push(text.slice(from, index));
      from = index + 1;
    }
    if (depth < 0) break;
    if (depth === 0) return { before: text.slice(0, start), choices, after: text.slice(index + 1) };
  }
  throw new Error("a list of globs with their braces in pairs");
}
