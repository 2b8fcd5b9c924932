import type { Row } from "./row.ts";
import { MEBIBYTE } from "./row.ts";

/** What all rows that end alike have in common. */
type Family = Partial<Row>;

/** Long enough for a program to have begun, on a machine that has other things to do. */
export const TIMEOUT_MS = 2000;

/** A limit that a program that fills its memory reaches soon. */
export const MEMORY_BYTES = 64 * MEBIBYTE;

export const PROCESSES = 16;

export const DISK_BYTES = 4 * MEBIBYTE;

export const OUTPUT_BYTES = 1000;

export function failed(status: number): Family {
  return { outcome: "failed", exitCode: status, evidence: `It exited with status ${status}.` };
}

export function signalled(signal: string): Family {
  return { outcome: "signalled", exitCode: null, signal, evidence: `${signal} ended it.` };
}

/** About these two a shell keeps silent. */
export function asShellsTell(status: 130 | 141): Family {
  const signal = status === 130 ? "SIGINT" : "SIGPIPE";
  const evidence = `It exited with status ${status}, which stands for ${signal}.`;
  return { outcome: "signalled", exitCode: status, signal, evidence };
}

export function timeout(end: Pick<Family, "exitCode" | "signal">): Family {
  return {
    limits: { timeoutMs: TIMEOUT_MS },
    outcome: "timeout",
    evidence: "It was still running after 2 s and was ended.",
    hint: "Give it more time with --timeout=4s, or the setting forgeai.timeout.",
    remedy: { timeoutMs: 2 * TIMEOUT_MS },
    ...end,
  };
}

export const endedPolitely = { exitCode: null, signal: "SIGTERM" } as const;

export const endedByForce = { exitCode: null, signal: "SIGKILL" } as const;

export const cancelled: Family = { outcome: "cancelled", evidence: "It was stopped on request." };

export const cancelledBeforeStart: Family = {
  outcome: "cancelled",
  stopped: "before its start",
  exitCode: null,
  evidence: "It was stopped on request before the program started.",
};

/** `words` say who noticed that memory ran out. */
export function memoryLimit(words: string | RegExp, memoryBytes = MEMORY_BYTES): Family {
  const megabytes = memoryBytes / MEBIBYTE;
  return {
    limits: { memoryBytes },
    outcome: "memory-limit",
    evidence: sentence(`It ran out of memory, of which it may have ${megabytes} MB: `, words),
    hint: `Give it more memory with --memory-limit=${2 * megabytes}, or the setting forgeai.memory.`,
    remedy: { memoryBytes: 2 * memoryBytes },
  };
}

export const noticedByKernel = /the kernel ended [1-9]\d* of its processes for it/;

/** In gVisor the whole sandbox ends for want of memory, with whoever could tell more. */
export const memoryGvisorHad: Family = {
  evidence: /the engine reported that the kernel ended a process for it/,
  exitCode: null,
  signal: "SIGKILL",
  stdout: "",
};

export const noticedByWatching = /its processes held .+ when they were measured/;

export function processLimit(words: string | RegExp, processes = PROCESSES): Family {
  return {
    limits: { processes },
    outcome: "process-limit",
    evidence: sentence(`It wanted more than ${processes} processes and threads: `, words),
    hint: `Allow it more with --processes=${2 * processes}, or the setting forgeai.processes.`,
    remedy: { processes: 2 * processes },
  };
}

export const refusedByKernel = /the kernel refused it [1-9]\d* more/;

const refusedByGvisor =
  "gVisor's own threads count as well, and its sandbox ended with status 2, as it does where it gets no more";

/** Where gVisor gets no more threads the whole sandbox ends. */
export function processesGvisorHad(processes = PROCESSES): Family {
  return { ...processLimit(refusedByGvisor, processes), exitCode: null, stdout: "" };
}

/** Where the limit is the machine's own, there is no other to run with. */
export function processLimitOfMachine(words: string): Family {
  return {
    limits: {},
    outcome: "process-limit",
    evidence: `This machine gave it no further process: ${words}.`,
    hint: "The limit is the machine's own, not ForgeAI's: ulimit -u shows it.",
    remedy: undefined,
  };
}

export function diskLimit(words: string | RegExp): Family {
  return {
    limits: { diskBytes: DISK_BYTES },
    outcome: "disk-limit",
    evidence: sentence("It filled a folder that holds 4 MB: ", words),
    hint: "Give its files more room with --disk-limit=8 --memory-limit=132, or the settings forgeai.disk and forgeai.memory.",
    remedy: { diskBytes: 8 * MEBIBYTE, memoryBytes: 132 * MEBIBYTE },
  };
}

export function diskLimitOfMachine(words: string | RegExp): Family {
  return {
    limits: {},
    outcome: "disk-limit",
    evidence: sentence("It found no room on a disk: ", words),
    hint: "The disk is the machine's own, not ForgeAI's: df shows where it is full.",
    remedy: undefined,
  };
}

/** The program's output is cut at the limit. */
export const outputLimit: Family = {
  limits: { outputBytes: OUTPUT_BYTES },
  onOutputLimit: "stop",
  outcome: "output-limit",
  evidence: "It printed more than 1000 bytes on one stream and was ended.",
  hint: "Let it print more with --output-limit=2000b, or the setting forgeai.output.limit.",
  remedy: { outputBytes: 2 * OUTPUT_BYTES },
};

export function compileFailed(): Family {
  return { outcome: "compile-failed", exitCode: /^[12]$/, evidence: /^The compiler exited with status [12]\.$/ };
}

/** Something was quoted from the end of the program's error output. */
export function reported(words: string): string {
  return `it reported "${words}"`;
}

function sentence(beginning: string, words: string | RegExp): string | RegExp {
  return typeof words === "string" ? `${beginning}${words}.` : new RegExp(`^${beginning}${words.source}\\.$`);
}
