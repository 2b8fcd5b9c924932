import { FileType, Uri, workspace, type TextDocument } from "vscode";
import type { Language } from "../../language/language.ts";
import { PACKAGE_FILES } from "../../packages/packageFiles.ts";

/** The files beside a document that say which packages it asks for, as far as they are there. */
export async function findPackageFiles({ uri, isUntitled }: TextDocument, { packages }: Language): Promise<Uri[]> {
  if (packages === undefined || isUntitled) return [];
  const candidates = PACKAGE_FILES[packages].map((name) => Uri.joinPath(uri, "..", name));
  const found = await Promise.all(candidates.map(isFile));
  return candidates.filter((_, index) => found[index] === true);
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    // A link to a file is one as well.
    return ((await workspace.fs.stat(uri)).type & FileType.File) !== 0;
  } catch {
    return false;
  }
}
