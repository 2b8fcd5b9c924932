import { posix } from "node:path";

/** The deepest folder that all of these lie in; paths begin at the same folder, which is "". */
export function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map(partsOf);
  const length = others.reduce((most, parts) => {
    const differs = parts.findIndex((part, index) => index >= most || part !== first[index]);
    return differs === -1 ? Math.min(most, parts.length) : differs;
  }, first.length);
  return first.slice(0, length).join("/");
}

/** The folder of a file, "" for the one that paths begin at. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
}

/** A path that begins at a folder, for one that lies in it. */
export function pathWithin(folder: string, path: string): string {
  return folder === "" ? path : path.slice(folder.length + 1);
}

/** Where a program that lies `at` a folder was sent as `sentPath`, the folder that the sent paths begin at. */
export function sentRoot(at: string, sentPath: string): string {
  const folder = folderOf(sentPath);
  return folder === "" ? at : at.slice(0, Math.max(0, at.length - folder.length - 1));
}

function partsOf(folder: string): string[] {
  return folder === "" ? [] : folder.split("/");
}
