import { posix } from "node:path";
import { messageOf } from "../../run/failure.ts";
import { advanceGlobs, canGoOn, fitsGlobs, type GlobPositions, matchedGlobs } from "./includeGlob.ts";

/** A file or a folder, as a folder lists it. What a link is, is what it leads to. */
export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
  readonly isLink: boolean;
}

/** A folder with all that lies below it. Paths are relative to it, with `/`; the empty one is the folder itself. */
export interface Tree {
  list(path: string): Promise<readonly Entry[]>;
  /** Whether a link leads to something that lies below the folder, too. */
  staysInside(path: string): Promise<boolean>;
}

export interface FoundFile {
  readonly path: string;
  /** Those that it fits, as they were written. */
  readonly globs: readonly string[];
}

/** Something that isn't sent though it was asked for, and why, as the end of a sentence. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

export interface Search {
  readonly globs: GlobPositions;
  /** What fits these isn't there. */
  readonly excluded: GlobPositions;
  readonly mostFiles: number;
  /** How many files and folders may be looked at. */
  readonly mostEntries: number;
}

export interface SearchResult {
  readonly found: readonly FoundFile[];
  readonly leftOut: readonly LeftOut[];
  /** What there was too much of; then the search was given up. */
  readonly tooMany?: "files" | "entries";
}

export const LEADS_OUT = "a link that leads out of the folder, or nowhere";

/** Nobody means these by a wildcard: what tools keep for themselves. Named in a glob, they are looked into. */
const TOOL_FOLDERS = new Set([".git", ".hg", ".svn", "node_modules", "__pycache__"]);

/** What lies in the top folder of every virtual environment of Python. */
const ENVIRONMENT_MARK = "pyvenv.cfg";

/** How many folders are listed at a time; a virtual workspace may be far away. */
const AT_A_TIME = 16;

interface Folder {
  readonly path: string;
  readonly positions: GlobPositions;
  /** The same without what led here by a wildcard. */
  readonly named: GlobPositions;
}

/** Finds the files that fit the globs, in the order of their paths. Looks only into folders that the globs lead into. */
export async function searchFiles(tree: Tree, search: Search): Promise<SearchResult> {
  const [found, leftOut]: [FoundFile[], LeftOut[]] = [[], []];
  let looked = 0;
  let folders: readonly Folder[] = [{ path: "", positions: search.globs, named: search.globs }];
  while (folders.length > 0) {
    const parts = await Promise.all(folders.slice(0, AT_A_TIME).map((folder) => lookInto(tree, folder, search)));
    folders = [...folders.slice(AT_A_TIME), ...parts.flatMap((part) => part.folders)];
    found.push(...parts.flatMap((part) => part.found));
    leftOut.push(...parts.flatMap((part) => part.leftOut));
    looked += parts.reduce((sum, part) => sum + part.looked, 0);
    if (found.length > search.mostFiles) return { found, leftOut, tooMany: "files" };
    if (looked > search.mostEntries) return { found, leftOut, tooMany: "entries" };
  }
  return { found: found.toSorted(byPath), leftOut: leftOut.toSorted(byPath) };
}

interface Looked {
  readonly found: FoundFile[];
  readonly leftOut: LeftOut[];
  readonly folders: Folder[];
  readonly looked: number;
}

async function lookInto(tree: Tree, folder: Folder, { excluded }: Search): Promise<Looked> {
  const result: Looked = { found: [], leftOut: [], folders: [], looked: 0 };
  let entries: readonly Entry[];
  try {
    entries = await tree.list(folder.path);
  } catch (error) {
    return { ...result, leftOut: [{ path: folder.path || ".", why: `it can't be read: ${messageOf(error)}` }] };
  }
  const isEnvironment = entries.some(({ name }) => name === ENVIRONMENT_MARK);
  const positions = isEnvironment ? folder.named : folder.positions;
  for (const entry of entries) {
    const path = posix.join(folder.path, entry.name);
    const reached = advanceGlobs(positions, entry.name, isToolFolder(entry) ? "named" : "any");
    if (!isWanted(entry, reached) || fitsGlobs(excluded, path)) continue;
    if (entry.isLink && !(await leadsToMore(tree, entry, path))) result.leftOut.push({ path, why: LEADS_OUT });
    else if (entry.kind === "folder") result.folders.push(goInto(entry, path, positions, reached));
    else result.found.push({ path, globs: matchedGlobs(reached) });
  }
  return { ...result, looked: entries.length };
}

function isToolFolder({ name, kind }: Entry): boolean {
  return kind === "folder" && TOOL_FOLDERS.has(name);
}

/** A link that leads nowhere may have been meant as a file; a pipe or a device never is one. */
function isWanted({ kind, isLink }: Entry, reached: GlobPositions): boolean {
  if (kind === "folder") return canGoOn(reached);
  return matchedGlobs(reached).length > 0 && (kind === "file" || isLink);
}

async function leadsToMore(tree: Tree, { kind }: Entry, path: string): Promise<boolean> {
  return kind !== "other" && (await tree.staysInside(path));
}

/** `**` passes through no link: a loop of them would have no end, and what lies there is found at its own place. */
function goInto({ name, isLink }: Entry, path: string, from: GlobPositions, reached: GlobPositions): Folder {
  const positions = isLink ? intersect(reached, advanceGlobs(from, name, "own")) : reached;
  return { path, positions, named: advanceGlobs(from, name, "named") };
}

function intersect(one: GlobPositions, other: GlobPositions): GlobPositions {
  return new Set([...one].filter((position) => other.has(position)));
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}
