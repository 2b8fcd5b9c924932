import { posix } from "node:path";
import { splitLines } from "./lines.ts";
import type { Place, Report } from "./problem.ts";

/** The files that were sent, as a tool that ran in the report's folder names them. */
export class SentFiles {
  readonly #folder: string;
  readonly #sources: Report["sources"];
  readonly #names = new Map<string, string>();
  readonly #lines = new Map<string, readonly string[]>();

  constructor({ folder, sources }: Pick<Report, "folder" | "sources">) {
    this.#folder = withSlashes(folder);
    this.#sources = sources;
    for (const name of sources.keys()) this.#names.set(this.nameOf(name) ?? name, name);
  }

  /** `path` relative to the report's folder, whether there is such a file or not. Undefined where it's elsewhere. */
  nameOf(path: string): string | undefined {
    const plain = path.startsWith("file://") ? pathOfUrl(path) : withSlashes(path);
    if (plain === undefined) return undefined;
    if (plain.startsWith(`${this.#folder}/`)) return posix.normalize(plain.slice(this.#folder.length + 1));
    return isAbsolute(plain) ? undefined : posix.normalize(plain);
  }

  /** The request's name for the file at `path`, a path or a file URL. Undefined where it wasn't sent. */
  find(path: string): string | undefined {
    const name = this.nameOf(path);
    return name === undefined ? undefined : this.#names.get(name);
  }

  /** Like `find`, with anything before the path: a report may begin in the middle of a line that the program began. */
  findAtEnd(text: string): string | undefined {
    const starts = [0, text.lastIndexOf("file://"), text.lastIndexOf(`${this.#folder}/`)];
    const found = starts.filter((start) => start >= 0).map((start) => this.find(text.slice(start)));
    return found.find((file) => file !== undefined);
  }

  /** One line of a sent file, without its end. Undefined where the file has no such line. */
  line(file: string, line: number): string | undefined {
    return this.linesOf(file)[line - 1];
  }

  linesOf(file: string): readonly string[] {
    const known = this.#lines.get(file);
    if (known !== undefined) return known;
    const lines = splitLines(this.#sources.get(file) ?? "");
    this.#lines.set(file, lines);
    return lines;
  }

  /** A place in a sent file, or undefined: not sent, or no such line. A column that the line doesn't have is left out. */
  place(path: string, line: number, column?: number): Place | undefined {
    return this.#placeIn(this.find(path), line, column);
  }

  /** Like `place`, with anything before the path. */
  placeAtEnd(text: string, line: number): Place | undefined {
    return this.#placeIn(this.findAtEnd(text), line);
  }

  #placeIn(file: string | undefined, line: number, column?: number): Place | undefined {
    const text = file === undefined ? undefined : this.line(file, line);
    if (file === undefined || text === undefined) return undefined;
    const exists = column !== undefined && column >= 1 && column <= text.length + 1;
    return exists ? { file, line, column } : { file, line };
  }
}

function withSlashes(path: string): string {
  return /^[A-Za-z]:\\/.test(path) ? path.replaceAll("\\", "/") : path;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:\//.test(path);
}

function pathOfUrl(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.slice("file://".length).replace(/[?#].*$/, ""));
    return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
  } catch {
    // A stray percent sign: not an address that a tool wrote.
    return undefined;
  }
}
