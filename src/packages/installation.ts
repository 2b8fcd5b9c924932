import type { PackageManager } from "../language/language.ts";
import type { JobFile } from "../run/plan.ts";

/** What a program asks for, in the words of its package manager. */
export interface Wanted {
  /** For people, sorted: "left-pad@^1.3.0". Nothing has to be installed where it is empty. */
  readonly packages: readonly string[];
  /** What the package manager reads. */
  readonly files: readonly JobFile[];
}

/** How packages get into an image, and how a program finds them there. */
export interface Installer {
  /** Reads what a program asks for. Throws a `RunFailure` for what can't be installed. */
  readonly read: (program: Program) => Wanted;
  /**
   * Run by /bin/sh in the folder with the files, as root, with a network. Nothing of the program's is in it, and what it runs of a
   * package is nothing. Leaves what was installed in the file `INSTALLED`.
   */
  readonly script: string;
  /** The file by which the package manager is told of another index. */
  readonly indexFile: (address: URL) => JobFile;
  /** Reads `INSTALLED`: "left-pad@1.3.0". */
  readonly installed: (report: string) => readonly string[];
  /** The environment of the compiler and of the program. */
  readonly environment: (languages: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Files without which a compiler doesn't find the packages, unless the program has its own of that name. */
  readonly beside: readonly JobFile[];
}

/** The program's files, and those of them that are of its language; the first is the one that is run. */
export interface Program {
  readonly files: readonly JobFile[];
  readonly sources: ReadonlyMap<string, string>;
}

/** What has to be done for a program: everything that tells one installation from another. */
export interface Installation {
  readonly manager: PackageManager;
  readonly wanted: readonly string[];
  readonly files: readonly JobFile[];
  readonly index: string | undefined;
}

/** Where packages are in an image, where the package manager leaves the choice. */
export const PACKAGE_FOLDER = "/opt/forgeai/packages";

/** What the script of an installer leaves. */
export const INSTALLED = "installed";

/** The text of the file of that name beside the program, if there is one. */
export function textBeside({ files }: Program, name: string): string | undefined {
  const [main] = files;
  const folder = main === undefined ? "" : main.path.slice(0, main.path.lastIndexOf("/") + 1);
  const found = files.find(({ path }) => path === folder + name);
  return found && new TextDecoder().decode(found.content);
}

/** A file of text. */
export function textFile(path: string, text: string): JobFile {
  return { path, content: new TextEncoder().encode(text) };
}
