import type { PhaseLimits } from "./language.ts";

/** What a limit may be, in its own unit. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;

/** What each limit of a phase may be. The engine's own bounds: 6 MB of memory, a CPU weight of 2, 0.01 of a core. */
export const PHASE_RANGES: Readonly<Record<keyof PhaseLimits, Range>> = {
  timeoutMs: { least: 1, most: 24 * 60 * 60 * 1000, whole: true },
  memoryBytes: { least: 6 * MEBIBYTE, most: 1024 * GIBIBYTE, whole: true },
  cpus: { least: 0.01, most: 1024, whole: false },
  cpuShares: { least: 2, most: 262_144, whole: true },
  processes: { least: 4, most: 32_768, whole: true },
  diskBytes: { least: MEBIBYTE, most: 1024 * GIBIBYTE, whole: true },
};

/**
 * What a compiler may use where its row says nothing else.
 * A cold build of Go's fmt was killed at 256 MB and took 8–18 s at 512 MB (2 cores, Go 1.27).
 */
export const COMPILE_LIMITS: PhaseLimits = {
  timeoutMs: 120_000,
  memoryBytes: 1024 * MEBIBYTE,
  cpus: 2,
  cpuShares: 1024,
  processes: 256,
  diskBytes: 512 * MEBIBYTE,
};
