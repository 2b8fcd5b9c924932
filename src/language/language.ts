/** Names a family of error messages; `matcher.ts` maps it to the code that reads them. */
export type ProblemFormat = "python" | "node" | "go";

/** Ceilings of one phase. The executors hold a program to them. */
export interface PhaseLimits {
  /** Wall clock from the program's start, in milliseconds. */
  readonly timeoutMs: number;
  /** Resident memory of all processes and of every file they write, in bytes. */
  readonly memoryBytes: number;
  /** Hard ceiling, in cores. */
  readonly cpus: number;
  /** Weight among busy containers; the engine's normal weight is 1024. */
  readonly cpuShares: number;
  /** Processes and threads. */
  readonly processes: number;
  /** Each of the two writable folders (the work folder and /tmp), in bytes; held in memory. */
  readonly diskBytes: number;
}

/**
 * A command line. `{file}` stands for the file to run, `{sources}` for all files of the language,
 * `{artefact}` for what the compile step makes. There is no shell: each element is one argument.
 */
export type Command = readonly [program: string, ...args: string[]];

export interface CompileStep {
  readonly command: Command;
  readonly limits: PhaseLimits;
}

/** A release of a language, and the image that has it. */
export interface Version {
  readonly version: string;
  readonly image: string;
}

/** A language is one row of the catalog: data, no code. */
export interface Language {
  readonly id: string;
  readonly name: string;
  /** Other names that people type; lower case. */
  readonly aliases: readonly string[];
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  /** VS Code's language ids. */
  readonly editorIds: readonly string[];
  /** In the order in which people are shown them. */
  readonly versions: readonly Version[];
  readonly defaultVersion: string;
  /** What a source without a name is called. */
  readonly fileName: string;
  readonly compile?: CompileStep;
  readonly run: Command;
  /** Environment of every phase, in a container and locally. */
  readonly environment: Readonly<Record<string, string>>;
  /** How a local toolchain is asked for its version, and what must be found in the answer. */
  readonly localVersion: Command;
  readonly problems: ProblemFormat;
}
