/** A place in a file that was sent. Lines and columns are 1-based; columns count UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
  /** The column after the last one that is meant. */
  readonly endColumn?: number;
}

/** Another place that belongs to a problem: a caller, a cause, a note. */
export interface RelatedPlace extends Place {
  readonly message: string;
}

/** What a toolchain reported about the sent files. */
export interface Problem extends Place {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly code?: string;
  readonly related: readonly RelatedPlace[];
}

/** What a problem matcher looks at: the end of the error stream of one phase, and what was sent. */
export interface Report {
  readonly text: string;
  /** The folder in which the program found its files, without a trailing slash. */
  readonly folder: string;
  /** The text of each sent file by the name the request gave it. */
  readonly sources: ReadonlyMap<string, string>;
  /** Whether the phase ended well, or was ended from outside: then only warnings and lost tasks are problems. */
  readonly succeeded: boolean;
}

/** Reads the reports of one family of toolchains. Pure; linear in the length of the text, which may be hostile. */
export type ProblemMatcher = (report: Report) => Problem[];
