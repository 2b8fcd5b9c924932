import type { PhaseLimits } from "../language/language.ts";
import type { Refusals, Resource } from "../language/refusal.ts";
import { formatBytes, formatDuration, type Limits, mostOf } from "./limits.ts";

const KIBIBYTE = 1024;

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
  /** Why the program was ended, where it didn't end by itself. */
  readonly stopped?: "timeout" | "cancelled" | "output-limit";
  readonly refused?: Refusals;
  /** The most memory that all its processes and files held at a time, where the kernel tells. */
  readonly peakMemoryBytes?: number;
  /** What all its processes together took of the processors, in milliseconds, where the kernel tells. */
  readonly cpuMs?: number;
  /** From the program's start to the news of its end, in milliseconds. */
  readonly runMs: number;
}

/** Where a program ran: some limits are ours only in a container. */
export type Place = "container" | "local";

/** An outcome with the fact it rests on, and what to do next. */
export interface Ending {
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence. */
  readonly evidence: string;
  /** What to do next, with the exact flag and setting. */
  readonly hint?: string;
  /** The limits that the hint speaks of, with values to run again with. */
  readonly remedy?: Partial<Limits>;
}

/** Names what happened to a program. The cause wins over the mechanism: a time-out carried out with SIGKILL is `timeout`. */
export function decideEnding(exit: Exit, limits: Limits, place: Place): Ending {
  const { exitCode, signal } = exit;
  const end = { exitCode, signal };
  if (exit.stopped === "cancelled") return { ...CANCELLED, ...end };
  if (exit.stopped !== undefined) return { outcome: exit.stopped, ...end, ...explainStop(exit.stopped, limits) };
  if (exitCode === 0) return { outcome: "ok", ...end, evidence: "It exited with status 0." };
  for (const { resource, outcome, explain, explainLocally = explain } of SHORTAGES) {
    const words = exit.refused?.[resource];
    if (words === undefined) continue;
    return { outcome, ...end, ...(place === "local" ? explainLocally : explain)(words, limits) };
  }
  if (signal !== null) return { outcome: "signalled", ...end, evidence: explainSignal(exitCode, signal) };
  return { outcome: "failed", ...end, evidence: `It exited with status ${exitCode}.` };
}

/** The ending of a program whose compile step ended with `exit`, badly. */
export function decideCompileEnding(exit: Exit, limits: PhaseLimits, place: Place): Ending {
  // What a compiler prints isn't held to the run's limit.
  const ending = decideEnding(exit, { ...limits, outputBytes: Number.POSITIVE_INFINITY }, place);
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

type Explanation = Pick<Ending, "evidence" | "hint" | "remedy">;

function explainStop(reason: "timeout" | "output-limit", limits: Limits): Explanation {
  const { timeoutMs, outputBytes } = limits;
  if (reason === "timeout") {
    const wholeSeconds = Math.ceil((timeoutMs * 2) / 1000);
    return {
      evidence: `It was still running after ${formatDuration(timeoutMs)} and was ended.`,
      ...advise("Give it more time", { timeoutMs: wholeSeconds * 1000 }, limits),
    };
  }
  return {
    evidence: `It printed more than ${formatBytes(outputBytes)} on one stream and was ended.`,
    ...advise("Let it print more", { outputBytes: Math.max(KIBIBYTE, outputBytes * 2) }, limits),
  };
}

/** A resource that a bad end may come from the want of. */
interface Shortage {
  readonly resource: Resource;
  readonly outcome: Outcome;
  /** `words` say who saw it. */
  readonly explain: (words: string, limits: Limits) => Explanation;
  /** Where a local run isn't held to a limit of ours, but to the machine's own. */
  readonly explainLocally?: (words: string) => Explanation;
}

/** The first that a program was refused counts: lack of memory shows as lack of other things as well. */
const SHORTAGES: readonly Shortage[] = [
  {
    resource: "memory",
    outcome: "memory-limit",
    explain: (words, limits) => ({
      evidence: `It ran out of memory, of which it may have ${formatBytes(limits.memoryBytes)}: ${words}.`,
      ...advise("Give it more memory", { memoryBytes: limits.memoryBytes * 2 }, limits),
    }),
  },
  {
    resource: "processes",
    outcome: "process-limit",
    explain: (words, limits) => ({
      evidence: `It wanted more than ${limits.processes} processes and threads: ${words}.`,
      ...advise("Allow it more", { processes: limits.processes * 2 }, limits),
    }),
    explainLocally: (words) => ({
      evidence: `This machine gave it no further process: ${words}.`,
      hint: "The limit is the machine's own, not ForgeAI's: ulimit -u shows it.",
    }),
  },
  {
    resource: "disk",
    outcome: "disk-limit",
    explain: (words, limits) => {
      const { diskBytes, memoryBytes } = limits;
      // Files lie in memory: room for them alone would end at the next limit.
      const remedy = { diskBytes: diskBytes * 2, memoryBytes: memoryBytes + diskBytes };
      return {
        evidence: `It filled a folder that holds ${formatBytes(diskBytes)}: ${words}.`,
        ...advise("Give its files more room", remedy, limits),
      };
    },
    explainLocally: (words) => ({
      evidence: `It found no room on a disk: ${words}.`,
      hint: "The disk is the machine's own, not ForgeAI's: df shows where it is full.",
    }),
  },
];

interface Knob {
  readonly limit: keyof Limits;
  readonly flag: (value: number) => string;
  readonly setting: string;
}

/** What each limit that can be advised is called by those who set it. */
const KNOBS: readonly Knob[] = [
  { limit: "timeoutMs", flag: (value) => `--timeout=${value / 1000}s`, setting: "forgeai.timeout" },
  { limit: "processes", flag: (value) => `--processes=${value}`, setting: "forgeai.processes" },
  { limit: "diskBytes", flag: (value) => `--disk-limit=${megabytes(value)}`, setting: "forgeai.disk" },
  { limit: "memoryBytes", flag: (value) => `--memory-limit=${megabytes(value)}`, setting: "forgeai.memory" },
  { limit: "outputBytes", flag: (value) => `--output-limit=${value}b`, setting: "forgeai.output.limit" },
];

function megabytes(bytes: number): number {
  return Math.ceil(bytes / (KIBIBYTE * KIBIBYTE));
}

/** The same advice for people and for the button that follows it; none where a limit can't grow any more. */
function advise(what: string, wanted: Partial<Limits>, limits: Limits): Pick<Ending, "hint" | "remedy"> {
  const steps = KNOBS.flatMap(({ limit, flag, setting }) => {
    const value = Math.min(wanted[limit] ?? 0, mostOf(limit));
    return limit in wanted ? [{ limit, value, flag: flag(value), setting }] : [];
  });
  if (steps.some(({ limit, value }) => value <= limits[limit])) return {};
  const flags = steps.map(({ flag }) => flag).join(" ");
  const settings = steps.map(({ setting }) => setting).join(" and ");
  return {
    hint: `${what} with ${flags}, or the setting${steps.length > 1 ? "s" : ""} ${settings}.`,
    remedy: Object.fromEntries(steps.map(({ limit, value }) => [limit, value])),
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
  16: "SIGSTKFLT",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  26: "SIGVTALRM",
  27: "SIGPROF",
  29: "SIGIO",
  30: "SIGPWR",
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
