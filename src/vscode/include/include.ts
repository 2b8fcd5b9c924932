import { posix } from "node:path";
import { type TextDocument, type Uri, workspace } from "vscode";
import { complaintAboutPath } from "../../language/file-name.ts";
import { messageOf } from "../../run/failure.ts";
import type { SentDocument } from "../document.ts";
import { checkSearch, checkSizes, MOST_ENTRIES, MOST_FILES, type SizedFile } from "./includeBounds.ts";
import { type GlobPositions, startGlobs } from "./includeGlob.ts";
import { describeLeftOut, describeUnmatched } from "./includeNotes.ts";
import { commonFolder, folderOf, pathWithin } from "./includePaths.ts";
import { LEADS_OUT, type LeftOut, type SearchResult, searchFiles } from "./includeSearch.ts";
import { inBatches, openDocument, surroundingsOf, type UriTree } from "./includeTree.ts";
import { badValue } from "../settings/settingValues.ts";

/** A program with all that is sent along. */
export interface Included {
  /** The program first, then the others in the order of their paths. */
  readonly files: readonly SentDocument[];
  /** What was asked for and isn't sent, a line each. */
  readonly notes: readonly string[];
}

/** A file beside the program, and the globs that it fits; none where it was chosen by itself. */
interface Wanted {
  readonly uri: Uri;
  /** The one that it is sent under. */
  readonly path: string;
  readonly globs: readonly string[];
}

/** The same, with what is known before it is read. */
interface Sized extends Wanted, SizedFile {
  readonly document: TextDocument | undefined;
}

/**
 * Adds the files beside the program that the globs fit, and those that are chosen by themselves: in their text on the screen
 * where they are open, else as they lie in their file system. Where globs fit something, the program gets the path that it has
 * in the workspace's folder, so that its imports work; a chosen file moves it no further than needed. Throws a `BadSetting` for
 * a glob that can't be and for one that brings too much, beyond 1,000 files or 16 MB; nothing is read before that is known.
 */
export async function collectFiles(
  main: SentDocument,
  globs: readonly string[],
  chosen: readonly Uri[],
): Promise<Included> {
  const starts = readGlobs(globs);
  if (globs.length === 0 && chosen.length === 0) return { files: [main], notes: [] };
  const around = surroundingsOf(main.uri);
  if (around === undefined) return { files: [main], notes: ["Nothing is sent along: the document lies in no folder."] };

  const { tree, at } = around;
  const searched = await search(tree, starts, globs);
  const own = tree.pathOf(main.uri);
  const fitting = searched.found.filter(({ path }) => path !== own);
  const others = await checkChosen(tree, chosen, new Set([own, ...fitting.map(({ path }) => path)]));
  const root = fitting.length > 0 ? "" : commonFolder([at, ...others.paths.map(folderOf)]);
  const mainPath = posix.join(pathWithin(root, at), main.path);
  const wanted = [...fitting, ...others.paths.map((path) => ({ path, globs: [] }))].map(
    ({ path, globs: fits }): Wanted => ({ uri: tree.uriOf(path), path: pathWithin(root, path), globs: fits }),
  );

  const named = leaveOutNames(mainPath, wanted);
  const sized = await measure(named.kept);
  checkSizes(Buffer.byteLength(main.content), sized.kept);
  const read = await readAll(sized.kept);
  const leftOut = [searched, others, named, sized, read].flatMap((step) => step.leftOut);
  return {
    files: [{ ...main, path: mainPath }, ...read.kept.toSorted((one, other) => (one.path < other.path ? -1 : 1))],
    notes: [...describeLeftOut(leftOut), ...describeUnmatched(globs, searched)],
  };
}

function readGlobs(globs: readonly string[]): GlobPositions {
  const starts = globs.map((glob) => {
    try {
      return startGlobs([glob]);
    } catch (error) {
      throw badValue("include", glob, messageOf(error));
    }
  });
  return new Set(starts.flatMap((positions) => [...positions]));
}

async function search(tree: UriTree, starts: GlobPositions, globs: readonly string[]): Promise<SearchResult> {
  if (globs.length === 0) return { found: [], leftOut: [] };
  const bounds = { mostFiles: MOST_FILES, mostEntries: MOST_ENTRIES };
  const result = await searchFiles(tree, { globs: starts, excluded: hiddenFiles(tree.root), ...bounds });
  checkSearch(result, globs);
  return result;
}

/** What `files.exclude` hides. Entries with a condition hide nothing, nor do globs that can't be followed here. */
function hiddenFiles(folder: Uri): GlobPositions {
  const exclude: unknown = workspace.getConfiguration("files", folder).get("exclude");
  const entries: [string, unknown][] = typeof exclude === "object" && exclude !== null ? Object.entries(exclude) : [];
  const starts = entries.flatMap(([glob, isHidden]) => {
    try {
      return isHidden === true ? [...startGlobs([glob])] : [];
    } catch {
      return [];
    }
  });
  return new Set(starts);
}

interface Checked {
  readonly paths: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** The chosen files that lie below the folder, without those that are taken already. */
async function checkChosen(tree: UriTree, chosen: readonly Uri[], taken: Set<string | undefined>): Promise<Checked> {
  const [paths, leftOut]: [string[], LeftOut[]] = [[], []];
  for (const uri of chosen) {
    const path = tree.pathOf(uri);
    if (taken.has(path)) continue;
    taken.add(path);
    if (path === undefined) leftOut.push({ path: uri.path, why: "it lies in another folder" });
    else if (await tree.staysInside(path)) paths.push(path);
    else leftOut.push({ path, why: LEADS_OUT });
  }
  return { paths, leftOut };
}

interface Kept<Each> {
  readonly kept: readonly Each[];
  readonly leftOut: readonly LeftOut[];
}

function leaveOutNames(mainPath: string, wanted: readonly Wanted[]): Kept<Wanted> {
  const named = wanted.map((file): Wanted | LeftOut => {
    const complaint = complaintAboutPath(file.path);
    if (complaint !== undefined) return { path: file.path, why: `the name ${complaint}` };
    return file.path === mainPath ? { path: file.path, why: "the program itself has that name" } : file;
  });
  return sort(named);
}

async function measure(wanted: readonly Wanted[]): Promise<Kept<Sized>> {
  return sort(
    await inBatches(wanted, async (file): Promise<Sized | LeftOut> => {
      const document = openDocument(file.uri);
      const glob = file.globs[0];
      if (document !== undefined) return { ...file, document, glob, bytes: Buffer.byteLength(document.getText()) };
      try {
        return { ...file, document, glob, bytes: (await workspace.fs.stat(file.uri)).size };
      } catch (error) {
        return unreadable(file, error);
      }
    }),
  );
}

async function readAll(sized: readonly Sized[]): Promise<Kept<SentDocument>> {
  return sort(
    await inBatches(sized, async (file): Promise<SentDocument | LeftOut> => {
      const { path, uri, document } = file;
      if (document !== undefined) {
        return { path, uri, content: document.getText(), version: document.version, indent: 0 };
      }
      try {
        return { path, uri, content: await workspace.fs.readFile(uri), version: undefined, indent: 0 };
      } catch (error) {
        return unreadable(file, error);
      }
    }),
  );
}

function unreadable({ path }: Wanted, error: unknown): LeftOut {
  return { path, why: `it can't be read: ${messageOf(error)}` };
}

function sort<Each extends object>(results: readonly (Each | LeftOut)[]): Kept<Each> {
  const kept = results.filter((each): each is Each => !("why" in each));
  return { kept, leftOut: results.filter((each): each is LeftOut => "why" in each) };
}
