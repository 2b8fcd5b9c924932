import { posix } from "node:path";
import { FileType, type Uri, workspace } from "vscode";
import type { Problem } from "../../language/problem.ts";
import { MOST_SOURCE_BYTES } from "../../run/limits.ts";
import type { Snapshot } from "../document.ts";
import { startGlobs } from "./includeGlob.ts";
import { commonFolder, folderOf, pathWithin, sentRoot } from "./includePaths.ts";
import { searchFiles } from "./includeSearch.ts";
import { inBatches, openDocument, surroundingsOf, UriTree } from "./includeTree.ts";
import type { Missing } from "./missing.ts";
import { findMissing } from "./missingFiles.ts";
import { type Definitions, readDefinitions } from "./missingInGo.ts";

/** How many files of a folder are read to see what they define, and how large those may be. */
const MOST_DEFINING = 200;
const MOST_DEFINING_BYTES = 256 * 1024;

/** How large a package may be that is offered whole. */
const PACKAGE_BOUNDS = { mostFiles: 300, mostEntries: 5000 };

/**
 * The files that a run says it missed, where they lie beside the program and weren't sent; best first, by the names
 * that they will have when they are sent along. Never one outside of the workspace's folder (or the document's own, where it
 * lies in none), and never one with a name that begins with a dot.
 */
export async function findBeside(
  { piece, files }: Pick<Snapshot, "piece" | "files">,
  problems: readonly Problem[],
  stderr = "",
): Promise<ReadonlyMap<string, Uri>> {
  const [main] = files;
  const format = piece.language.problems;
  if (main === undefined || format === undefined) return new Map();
  const around = surroundingsOf(main.uri);
  if (around === undefined) return new Map();
  const { tree, at } = around;
  const root = sentRoot(at, main.path);
  const sent = new Set(files.map(({ uri }) => tree.pathOf(uri)));
  const found: Found[] = [];
  const beside = new Beside(tree, root);
  for (const missing of findMissing(format, files, problems, stderr)) found.push(...(await beside.find(missing)));
  const fresh = found.filter(({ path }) => !sent.has(path));
  const next = commonFolder([root, ...fresh.map(({ path }) => folderOf(path))]);
  const useful = fresh.filter(({ path, name }) => name === undefined || name === pathWithin(next, path));
  return new Map(useful.map(({ path }) => [pathWithin(next, path), tree.uriOf(path)]));
}

/** A file that is there; its path begins at the folder that files are taken from. */
interface Found {
  readonly path: string;
  /** The path that it must be sent under, where that matters. */
  readonly name?: string;
}

interface DefiningFile extends Definitions {
  readonly path: string;
}

/** Looks for what a program missed, in the folder that files are taken from. */
class Beside {
  readonly #tree: UriTree;
  /** The folder that the program's paths began at. */
  readonly #root: string;
  readonly #defining = new Map<string, Promise<readonly DefiningFile[]>>();

  constructor(tree: UriTree, root: string) {
    this.#tree = tree;
    this.#root = root;
  }

  async find(missing: Missing): Promise<readonly Found[]> {
    switch (missing.kind) {
      case "file":
        return this.#findFile(missing.paths.map((path) => posix.join(this.#root, path)));
      case "data": {
        const { path: name } = missing;
        const [found] = await this.#findFile([posix.join(this.#root, name), name]);
        return found === undefined ? [] : [{ ...found, name }];
      }
      case "definition":
        return this.#findDefinition(missing);
    }
  }

  async #findFile(paths: readonly string[]): Promise<readonly Found[]> {
    for (const path of paths) if (await this.#isFile(path)) return this.#withPackage(path);
    return [];
  }

  async #isFile(path: string): Promise<boolean> {
    if (path.startsWith("..")) return false;
    try {
      const { type, size } = await workspace.fs.stat(this.#tree.uriOf(path));
      return (type & FileType.File) !== 0 && size <= MOST_SOURCE_BYTES && (await this.#tree.staysInside(path));
    } catch {
      return false;
    }
  }

  /** A package of Python comes whole: its first file imports the others, and each would be a question of its own. */
  async #withPackage(path: string): Promise<readonly Found[]> {
    if (posix.basename(path) !== "__init__.py") return [{ path }];
    const folder = new UriTree(this.#tree.uriOf(folderOf(path)));
    const all = await searchFiles(folder, {
      globs: startGlobs(["**/*.py"]),
      excluded: new Set(),
      ...PACKAGE_BOUNDS,
    });
    const others = all.tooMany === undefined ? all.found : [];
    return [path, ...others.map((other) => posix.join(folderOf(path), other.path))]
      .filter((each, index, paths) => paths.indexOf(each) === index)
      .map((each) => ({ path: each }));
  }

  async #findDefinition({
    folder,
    name,
    packageName,
  }: Extract<Missing, { kind: "definition" }>): Promise<readonly Found[]> {
    const joined = posix.join(this.#root, folder);
    const place = joined === "." ? "" : joined;
    if (place.startsWith("..")) return [];
    const known = this.#defining.get(place) ?? this.#readDefining(place);
    this.#defining.set(place, known);
    const fitting = (await known).filter((file) => file.packageName === packageName && file.names.has(name));
    return fitting.map(({ path }) => ({ path }));
  }

  async #readDefining(folder: string): Promise<readonly DefiningFile[]> {
    try {
      const entries = await this.#tree.list(folder);
      const names = entries.filter(({ kind, name }) => kind === "file" && name.endsWith(".go")).map(({ name }) => name);
      const files = await inBatches(names.toSorted().slice(0, MOST_DEFINING), async (name) => {
        const path = posix.join(folder, name);
        const definitions = readDefinitions(name, (await this.#readText(path)) ?? "");
        return definitions === undefined ? [] : [{ ...definitions, path }];
      });
      return files.flat();
    } catch {
      // A folder that can't be listed has nothing to offer.
      return [];
    }
  }

  async #readText(path: string): Promise<string | undefined> {
    const uri = this.#tree.uriOf(path);
    const document = openDocument(uri);
    if (document !== undefined) return document.getText();
    try {
      const { size } = await workspace.fs.stat(uri);
      if (size > MOST_DEFINING_BYTES || !(await this.#tree.staysInside(path))) return undefined;
      return new TextDecoder().decode(await workspace.fs.readFile(uri));
    } catch {
      return undefined;
    }
  }
}
