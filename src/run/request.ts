import type { Language } from "../language/language.ts";
import type { WantedLimits } from "./limits.ts";
import type { Isolation } from "./isolation.ts";
import type { RequestTerminal } from "./terminal.ts";

/** Which network a program sees: none, or the internet by the engine's bridge. */
export type Network = "none" | "bridge";

/** When an image is fetched: where it isn't there, before every run, or never. */
export type PullPolicy = "missing" | "always" | "never";

/** Whether a program that prints too much goes on, with what is too much left out of results, or is ended. */
export type OutputPolicy = "drain" | "stop";

/** A file that is sent along. `path` is relative, with `/`, and is how the file is named in problems. */
export interface SourceFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What the program reads from its standard input. */
export type Input = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Where packages come from. */
export interface PackageSource {
  /** The address of another index than the package manager's own: a registry of npm's, a "simple" index of pip's, a proxy of Go's. */
  readonly index?: string | undefined;
}

/** What somebody wants run. Everything but the language and the code has a default that gives away nothing. */
export interface RunRequest {
  /** An id, a name or an alias, with a version where one is wanted: "python", "python@3.9". */
  readonly language: string;
  /** The languages to choose among; the built-in ones where they are left out. */
  readonly languages?: readonly Language[] | undefined;
  /** The code. Either this or `files`. */
  readonly source?: string | Uint8Array | undefined;
  /** The files; the first is the one that is run. */
  readonly files?: readonly SourceFile[] | undefined;
  readonly args?: readonly string[] | undefined;
  /** Nothing where it is left out: the program reads an end of file at once. */
  readonly stdin?: Input | undefined;
  /**
   * Makes the standard streams a terminal, in a container only. All output is then `stdout`, and `stdin` is what is typed: its end
   * comes as Ctrl+D does, which is an end for programs that leave the editing of lines to the terminal.
   */
  readonly terminal?: RequestTerminal | undefined;
  readonly limits?: WantedLimits | undefined;
  readonly network?: Network | undefined;
  /** How the container is kept apart from the host's kernel: never more weakly than asked for, or it isn't run. */
  readonly isolation?: Isolation | undefined;
  /** Runs in this image instead of the language's own. */
  readonly image?: string | undefined;
  readonly pull?: PullPolicy | undefined;
  /** The platform of the image, "linux/arm64", where it isn't to be the engine's own: that takes an engine that can emulate it. In a container only. */
  readonly platform?: string | undefined;
  /** What happens where the program prints more than `limits.outputBytes` on a stream: nothing ("drain"), or it is ended ("stop"). */
  readonly onOutputLimit?: OutputPolicy | undefined;
  /**
   * Installs the packages that the program asks for, in a container of their own that has a network and runs nobody's code; they are
   * kept as an image, in which the program then runs. In a container only.
   */
  readonly packages?: PackageSource | undefined;
  /** False makes the root file system writable. */
  readonly readOnlyRoot?: boolean | undefined;
}
