import * as v from "valibot";
import type { PhaseLimits } from "./language.ts";
import { COMPILE_LIMITS, PHASE_RANGES } from "./phase-limits.ts";
import { object } from "./row-fields.ts";

const MEBIBYTE = 1024 * 1024;

interface Amount {
  /** As the setting is called that means the same. */
  readonly name: string;
  readonly limit: keyof PhaseLimits;
  /** How many of the limit's units are one of the setting's. */
  readonly factor: number;
  readonly unit: string;
}

const AMOUNTS: readonly Amount[] = [
  { name: "timeout", limit: "timeoutMs", factor: 1000, unit: " of seconds" },
  { name: "memory", limit: "memoryBytes", factor: MEBIBYTE, unit: " of MB" },
  { name: "cpus", limit: "cpus", factor: 1, unit: "" },
  { name: "cpuShares", limit: "cpuShares", factor: 1, unit: "" },
  { name: "processes", limit: "processes", factor: 1, unit: "" },
  { name: "disk", limit: "diskBytes", factor: MEBIBYTE, unit: " of MB" },
];

function amountSchema({ limit, factor, unit }: Amount): v.GenericSchema<number | undefined> {
  const { least, most, whole } = PHASE_RANGES[limit];
  const counts = whole && factor === 1;
  const isIt = (value: unknown): boolean =>
    typeof value === "number" &&
    value * factor >= least &&
    value * factor <= most &&
    (!counts || Number.isInteger(value));
  const expected = `a ${counts ? "whole " : ""}number${unit}, from ${least / factor} to ${most / factor}`;
  return v.optional(v.custom<number>(isIt, expected));
}

/** Limits of a compiler, with the names and the units of the settings. */
export const Limits = v.pipe(
  object(`an object with any of ${AMOUNTS.map(({ name }) => name).join(", ")}`),
  v.strictObject(Object.fromEntries(AMOUNTS.map((amount) => [amount.name, amountSchema(amount)]))),
);

/** Limits as a row has them. */
export function amountsOf(limits: PhaseLimits): object {
  return Object.fromEntries(AMOUNTS.map(({ name, limit, factor }) => [name, limits[limit] / factor]));
}

/** The limits that a row asks for, with the usual ones where it says nothing. */
export function limitsOf(amounts: v.InferOutput<typeof Limits>): PhaseLimits {
  const given = AMOUNTS.flatMap(({ name, limit, factor }) => {
    const value = amounts[name];
    return value === undefined ? [] : [[limit, factor === 1 ? value : Math.round(value * factor)]];
  });
  return { ...COMPILE_LIMITS, ...Object.fromEntries(given) };
}
