import type { KeptOutput } from "./output.ts";

/** How ForgeAI itself failed to run a program. How the program ended is an `Outcome`, never a failure. */
export type FailureCode =
  | "engine-unavailable"
  | "engine-lost"
  | "image-unavailable"
  | "packages-unavailable"
  | "start-failed"
  | "isolation-unavailable"
  | "unknown-language"
  | "bad-request"
  | "busy";

/** One way that was tried before giving up, and why it did not work. */
export interface Attempt {
  readonly what: string;
  readonly why: string;
}

/** What a failure says: a sentence, the way out, what was tried, and what there was before it. */
export interface FailureFacts {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
  readonly tried?: readonly Attempt[];
  /** What the program had printed until then, where somebody kept it. */
  readonly output?: KeptOutput | undefined;
  readonly cause?: unknown;
}

/** Thrown when a program could not be run. Tell failures apart by `code`, never by the text. */
export class RunFailure extends Error implements FailureFacts {
  override readonly name = "RunFailure";
  readonly code: FailureCode;
  readonly hint: string;
  readonly tried: readonly Attempt[];
  readonly output: KeptOutput | undefined;

  constructor({ code, message, hint, tried = [], output, cause }: FailureFacts) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
    this.tried = tried;
    this.output = output;
  }

  /** The same failure, with what the program had printed until then. */
  withOutput(output: KeptOutput): RunFailure {
    const { code, message, hint, tried, cause } = this;
    return new RunFailure({ code, message, hint, tried, output, cause });
  }

  /** All but the cause, which is for whoever debugs. */
  toJSON(): FailureFacts {
    const { code, message, hint, tried, output } = this;
    return { code, message, hint, ...(tried.length > 0 && { tried }), ...(output && { output }) };
  }
}

/** A request that no executor could carry out: `message` says what is wrong, `hint` what would be right. */
export function badRequest(message: string, hint: string): RunFailure {
  return new RunFailure({ code: "bad-request", message, hint });
}

/** What a caught value says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
