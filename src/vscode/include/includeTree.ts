import { realpath } from "node:fs/promises";
import { posix, sep } from "node:path";
import { FileType, type TextDocument, Uri, workspace } from "vscode";
import type { Entry, Tree } from "./includeSearch.ts";

/** The folder that files beside a document are taken from. */
export interface Surroundings {
  readonly tree: UriTree;
  /** Where in it the document lies: "src/app", or "" for the folder itself. */
  readonly at: string;
}

/**
 * Of a document in the workspace it is the workspace's folder that it lies in, of any other its own, and of one that was never
 * saved the workspace's first. Undefined where there is none: no workspace, or a document that lies in no file system.
 */
export function surroundingsOf(uri: Uri): Surroundings | undefined {
  const folder = workspace.getWorkspaceFolder(uri)?.uri;
  const parent = Uri.joinPath(uri, "..");
  if (folder !== undefined) return { tree: new UriTree(folder), at: relativePath(folder, parent) ?? "" };
  if (uri.scheme === "untitled") {
    const [first] = workspace.workspaceFolders ?? [];
    return first && { tree: new UriTree(first.uri), at: "" };
  }
  if (workspace.fs.isWritableFileSystem(uri.scheme) === undefined) return undefined;
  return { tree: new UriTree(parent), at: "" };
}

/** A folder of any file system that VS Code knows, with all that lies below it. */
export class UriTree implements Tree {
  readonly root: Uri;
  #realRoot: Promise<string> | undefined;

  constructor(root: Uri) {
    this.root = root;
  }

  uriOf(path: string): Uri {
    return Uri.joinPath(this.root, path);
  }

  /** Undefined for what lies elsewhere. */
  pathOf(uri: Uri): string | undefined {
    return relativePath(this.root, uri);
  }

  async list(path: string): Promise<readonly Entry[]> {
    const entries = await workspace.fs.readDirectory(this.uriOf(path));
    return entries.map(([name, type]) => ({ name, kind: kindOf(type), isLink: isLink(type) }));
  }

  /** Only the disk tells where a link leads: in other file systems none is followed. */
  async staysInside(path: string): Promise<boolean> {
    if (this.root.scheme !== "file") return this.#hasNoLink(path);
    try {
      this.#realRoot ??= realpath(this.root.fsPath);
      const [root, file] = [await this.#realRoot, await realpath(this.uriOf(path).fsPath)];
      return file.startsWith(root.endsWith(sep) ? root : root + sep);
    } catch {
      // It leads nowhere, or to where we may not look.
      return false;
    }
  }

  async #hasNoLink(path: string): Promise<boolean> {
    try {
      for (let part = path; part !== "."; part = posix.dirname(part)) {
        const { type } = await workspace.fs.stat(this.uriOf(part));
        if (isLink(type)) return false;
      }
      return true;
    } catch {
      return false;
    }
  }
}

function relativePath(root: Uri, uri: Uri): string | undefined {
  if (uri.scheme !== root.scheme || uri.authority !== root.authority) return undefined;
  const [front, path] = [withSlash(root.path), withSlash(uri.path)];
  return path.startsWith(front) ? path.slice(front.length, -1) : undefined;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

function kindOf(type: FileType): Entry["kind"] {
  if ((type & FileType.Directory) !== 0) return "folder";
  return (type & FileType.File) === 0 ? "other" : "file";
}

function isLink(type: FileType): boolean {
  return (type & FileType.SymbolicLink) !== 0;
}

/** The document of a file that is open in an editor. */
export function openDocument(uri: Uri): TextDocument | undefined {
  const wanted = uri.toString();
  return workspace.textDocuments.find((document) => document.uri.toString() === wanted);
}

/** How many files are looked at or read at a time; a virtual workspace may be far away. */
const AT_A_TIME = 16;

/** What `work` makes of each, in their order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_A_TIME)
    results.push(...(await Promise.all(items.slice(start, start + AT_A_TIME).map(work))));
  return results;
}
