import { formatBytes, formatDuration, type Limits } from "./limits.ts";

/** How the user's program ended. A bad end is data, never an exception. */
export type Outcome =
  | "ok"
  | "failed"
  | "signalled"
  | "compile-failed"
  | "timeout"
  | "memory-limit"
  | "process-limit"
  | "disk-limit"
  | "output-limit"
  | "cancelled";

/** The facts an executor saw when a program ended. */
export interface Exit {
  /** Null where a signal ended it, or where it never started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the executor ended the program, where it did. */
  readonly stopped?: "timeout" | "cancelled";
  /** Who said that memory ran out, in words that end a sentence: "the engine reported that …". */
  readonly outOfMemory?: string;
  readonly peakMemoryBytes?: number;
  /** From the program's start to the news of its end, in milliseconds. */
  readonly runMs: number;
}

/** An outcome with the fact it rests on, and what to do next. */
export interface Ending {
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence. */
  readonly evidence: string;
  readonly hint?: string;
}

/** Names what happened to a program. The cause wins over the mechanism: a time-out carried out with SIGKILL is `timeout`. */
export function decideEnding(exit: Exit, limits: Pick<Limits, "timeoutMs" | "memoryBytes">): Ending {
  const { exitCode, signal } = exit;
  const end = { exitCode, signal };
  if (exit.stopped === "cancelled") return { ...CANCELLED, ...end };
  if (exit.stopped === "timeout") return { outcome: "timeout", ...end, ...explainTimeout(limits.timeoutMs) };
  if (exit.outOfMemory !== undefined && exitCode !== 0)
    return { outcome: "memory-limit", ...end, ...explainMemory(exit.outOfMemory, limits.memoryBytes) };
  if (signal !== null) return { outcome: "signalled", ...end, evidence: explainSignal(exitCode, signal) };
  if (exitCode === 0) return { outcome: "ok", ...end, evidence: "It exited with status 0." };
  return { outcome: "failed", ...end, evidence: `It exited with status ${exitCode}.` };
}

/** The ending of a program whose compile step ended with `exit`, badly. */
export function decideCompileEnding(exit: Exit, limits: Pick<Limits, "timeoutMs" | "memoryBytes">): Ending {
  const ending = decideEnding(exit, limits);
  if (ending.outcome === "cancelled") return ending;
  const { exitCode, signal } = ending;
  const evidence =
    ending.outcome === "failed"
      ? `The compiler exited with status ${exitCode}.`
      : `The compiler did not finish: ${ending.evidence}`;
  return { outcome: "compile-failed", exitCode, signal, evidence };
}

/** The ending of a run whose compiler made a program that does not fit into the run's work folder. */
export function programTooLarge(bytes: number, diskBytes: number): Ending {
  const evidence = `The compiled program has ${formatBytes(bytes)}, and the work folder holds ${formatBytes(diskBytes)}.`;
  return { outcome: "compile-failed", exitCode: null, signal: null, evidence };
}

/** The ending of a program that was stopped and could not tell how it took it. */
export const CANCELLED: Ending = {
  outcome: "cancelled",
  exitCode: null,
  signal: null,
  evidence: "It was stopped on request.",
};

/** The ending of a run that was stopped before its program started. */
export const CANCELLED_BEFORE_START: Ending = {
  outcome: "cancelled",
  exitCode: null,
  signal: null,
  evidence: "It was stopped on request before the program started.",
};

function explainTimeout(timeoutMs: number): Pick<Ending, "evidence" | "hint"> {
  const seconds = Math.ceil((timeoutMs * 2) / 1000);
  return {
    evidence: `It was still running after ${formatDuration(timeoutMs)} and was ended.`,
    hint: `Give it more time with --timeout=${seconds}s, or the setting forgeai.timeout.`,
  };
}

function explainMemory(outOfMemory: string, memoryBytes: number): Pick<Ending, "evidence" | "hint"> {
  const megabytes = Math.ceil((memoryBytes * 2) / (1024 * 1024));
  return {
    evidence: `It wanted more than ${formatBytes(memoryBytes)}: ${outOfMemory}.`,
    hint: `Give it more memory with --memory-limit=${megabytes}, or the setting forgeai.memory.`,
  };
}

function explainSignal(exitCode: number | null, signal: string): string {
  return exitCode === null ? `${signal} ended it.` : `It exited with status ${exitCode}, which stands for ${signal}.`;
}

/** Signals by number on Linux, those whose normal effect is to end a process. */
const FATAL_SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

/** The signal behind a status of 128 + n, as shells, tini and the engine report one; null for any other status. */
export function signalOfStatus(status: number): string | null {
  return FATAL_SIGNALS[status - 128] ?? null;
}

/** The status of 128 + n that stands for a signal. */
export function statusOfSignal(signal: string): number {
  const number = Object.entries(FATAL_SIGNALS).find(([, name]) => name === signal)?.[0];
  return 128 + Number(number ?? 0);
}
