import type { PhaseLimits } from "../language/language.ts";
import { PHASE_RANGES, type Range } from "../language/phase-limits.ts";
import { badRequest } from "./failure.ts";

/** What a run may use. Every number is held to, or the run is refused. */
export interface Limits extends PhaseLimits {
  /** How much of each output stream `collect` keeps, in bytes; the program is stopped by it only where the request says so. */
  readonly outputBytes: number;
}

/** Limits that somebody asks for; what is left out has its default. */
export type WantedLimits = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const GIBIBYTE = 1024 * MEBIBYTE;

/** All files of a request together: far above what people write by hand, far below what fits the work folder. */
export const MOST_SOURCE_BYTES = 16 * MEBIBYTE;

/** The limits of a run that asks for none: those of the first ForgeAI (30 s, 128 MB), and what must be bounded with them. */
export const DEFAULT_LIMITS: Limits = {
  timeoutMs: 30_000,
  memoryBytes: 128 * MEBIBYTE,
  cpus: 1,
  cpuShares: 1024,
  processes: 64,
  diskBytes: 64 * MEBIBYTE,
  outputBytes: 10_000_000,
};

const plain = (value: number): string => String(value);

/** What each limit may be, and how people write it. */
const RANGES: Readonly<Record<keyof Limits, Range & { readonly say: (value: number) => string }>> = {
  timeoutMs: { ...PHASE_RANGES.timeoutMs, say: formatDuration },
  memoryBytes: { ...PHASE_RANGES.memoryBytes, say: formatBytes },
  cpus: { ...PHASE_RANGES.cpus, say: plain },
  cpuShares: { ...PHASE_RANGES.cpuShares, say: plain },
  processes: { ...PHASE_RANGES.processes, say: plain },
  diskBytes: { ...PHASE_RANGES.diskBytes, say: formatBytes },
  // A result's output is one text each, which V8 bounds to 512 million characters.
  outputBytes: { least: 0, most: 256 * MEBIBYTE, whole: true, say: formatBytes },
};

const NAMES: Readonly<Record<keyof Limits, string>> = {
  timeoutMs: "time-out",
  memoryBytes: "memory limit",
  cpus: "CPU limit",
  cpuShares: "CPU weight",
  processes: "process limit",
  diskBytes: "disk limit",
  outputBytes: "output limit",
};

/** Fills up what was asked for with the defaults. Throws a `bad-request` that names the first limit that can't be. */
export function resolveLimits(wanted: WantedLimits = {}): Limits {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!isLimitName(name))
      throw badRequest(`There is no limit "${name}".`, `The limits are ${Object.keys(RANGES).join(", ")}.`);
    checkLimit(name, value);
  }
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}

/** The largest value that a limit may have, in its own unit. */
export function mostOf(name: keyof Limits): number {
  return RANGES[name].most;
}

function isLimitName(name: string): name is keyof Limits {
  return Object.hasOwn(RANGES, name);
}

function checkLimit(name: keyof Limits, value: unknown): void {
  const { least, most, whole, say } = RANGES[name];
  const fits =
    typeof value === "number" &&
    value >= least &&
    value <= most &&
    (whole ? Number.isInteger(value) : Number.isFinite(value));
  if (fits) return;
  const shown = typeof value === "number" && Number.isFinite(value) ? say(value) : String(value);
  throw badRequest(
    `The ${NAMES[name]} can't be ${shown}.`,
    `Choose a ${NAMES[name]} from ${say(least)} to ${say(most)}.`,
  );
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads "10s", "500ms", "1m" or a number of seconds. Returns milliseconds, or undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = "s"] = DURATION.exec(text.trim()) ?? [];
  const factor = MILLISECONDS[unit];
  return digits === undefined || factor === undefined ? undefined : Math.round(Number(digits) * factor);
}

const SIZE = /^(\d+(?:\.\d+)?)(?:([kmg])(?:i?b)?|b)?$/;
const BYTES: Readonly<Record<string, number>> = { k: KIBIBYTE, m: MEBIBYTE, g: GIBIBYTE };

/** Reads "64", "64m" or "1g", as Docker does (1 m = 1,048,576 bytes); MB where no unit is given. Returns bytes. */
export function parseMemory(text: string): number | undefined {
  const lower = text.trim().toLowerCase();
  const [, digits, unit] = SIZE.exec(lower) ?? [];
  if (digits === undefined) return undefined;
  const factor = unit === undefined ? (lower.endsWith("b") ? 1 : MEBIBYTE) : (BYTES[unit] ?? 1);
  return Math.round(Number(digits) * factor);
}

/** "350 ms", "1.35 s", "30 s", "1 m 5 s": as people write it. */
export function formatDuration(milliseconds: number): string {
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (Math.round(seconds * 10) < 600) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  const [minutes, rest] = [Math.floor(Math.round(seconds) / 60), Math.round(seconds) % 60];
  return rest === 0 ? `${minutes} m` : `${minutes} m ${rest} s`;
}

/** "128 MB", "1.5 GB": in the engine's units, 1 MB = 1,048,576 bytes. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ["bytes", "KB", "MB"]) {
    const rounded = Number(size.toFixed(1));
    if (rounded < KIBIBYTE) return `${rounded} ${unit}`;
    size /= KIBIBYTE;
  }
  return `${Number(size.toFixed(1))} GB`;
}
