/** The families of error messages; `matcher.ts` maps each to the code that reads them. */
export const PROBLEM_FORMATS = [
  "python",
  "node",
  "go",
  "bash",
  "ruby",
  "php",
  "perl",
  "lua",
  "gcc",
  "rust",
  "java",
] as const;

export type ProblemFormat = (typeof PROBLEM_FORMATS)[number];

/** What installs a language's packages; `packages/` maps each to the code that knows it. */
export const PACKAGE_MANAGERS = ["npm", "pip", "go"] as const;

export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

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
 * A command line. `{file}` stands for the file to run, `{sources}` for it and all files of the language beside it,
 * `{artefact}` for what the compile step makes. There is no shell: each element is one argument.
 */
export type Command = readonly [program: string, ...args: string[]];

/** What makes an image quick: run once in it, and what that leaves behind in its files is kept as an image of its own. */
export interface Warming {
  readonly command: Command;
  /** Beside the language's; holds in the image that is kept as well. */
  readonly environment: Readonly<Record<string, string>>;
  /** Wall clock, in milliseconds. */
  readonly timeoutMs: number;
}

export interface CompileStep {
  readonly command: Command;
  readonly limits: PhaseLimits;
  /** Undefined where a compiler is as quick the first time. */
  readonly warm?: Warming;
}

/** A release of a language, and the image that has it. */
export interface Version {
  readonly version: string;
  readonly image: string;
}

/**
 * How code is told from comments and texts, and a program from a file that only defines things. It goes by single lines:
 * each pattern is the source of a regular expression for the beginning of a line's code.
 */
export interface Syntax {
  /** Begins a comment that runs to the end of its line; with `%%` behind it, a cell. */
  readonly lineComment: string;
  readonly blockComment?: readonly [begin: string, end: string];
  /** Quotes of texts that go on over lines. Those of texts that end with their line are ' and ". */
  readonly longQuotes: readonly string[];
  /** Whether what stands between slashes can be a regular expression. */
  readonly hasPatterns?: boolean;
  /** What a program begins at, whatever else its file defines. */
  readonly entryPoint: string;
  /** What defines something, together with the lines that are indented deeper beneath it. */
  readonly definition: string;
  /** What only stands around the lines that are indented deeper beneath it. */
  readonly frame?: string;
  /** What is written for people, though it is no comment. */
  readonly prose?: string;
  /** Ends the names of files that are never run by themselves. */
  readonly notRun?: string;
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
  /** How a local toolchain is asked for its version; undefined where the language runs in containers only. */
  readonly localVersion?: Command;
  /** Undefined where nothing is read from what its programs report. */
  readonly problems?: ProblemFormat;
  /** Undefined where no packages can be installed for its programs. */
  readonly packages?: PackageManager;
  /** Undefined where nothing is known of it: then every file is taken for a program. */
  readonly syntax?: Syntax;
}
