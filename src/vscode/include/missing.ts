import type { SentFiles } from "../../language/sent-files.ts";

/**
 * Something that a program looked for and that wasn't sent. Paths are relative to the folder that the program ran in; one
 * that begins with `..` lies above it.
 */
export type Missing =
  /** The first of these that is there. */
  | { readonly kind: "file"; readonly paths: readonly string[] }
  /** A file by the name that the program opened, from wherever it runs. */
  | { readonly kind: "data"; readonly path: string }
  /** Files of a folder ("" or "lib") and a package that define something. */
  | {
      readonly kind: "definition";
      readonly folder: string;
      readonly name: string;
      readonly packageName: string | undefined;
    };

/** What a runtime or a compiler complained about, and in which line (from 1 on). */
export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What was sent. */
export interface Sent {
  /** The path of the file that was run. */
  readonly main: string;
  readonly files: SentFiles;
}

/** What the program opened by this path, relative or of its container. */
export function missingData(path: string, { files }: Sent): readonly Missing[] {
  const name = files.nameOf(path);
  if (name === undefined) return [];
  return [path.startsWith("/") ? { kind: "file", paths: [name] } : { kind: "data", path: name }];
}
