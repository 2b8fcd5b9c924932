import type { KernelFacts } from "../run/isolation.ts";
import { KERNEL } from "./boot.ts";

/** What a boot script told of the kernel that it runs on, and what it said after that. */
export interface ToldKernel {
  readonly kernel: KernelFacts;
  readonly rest: Uint8Array;
}

/** In a terminal lines end with CR and LF. */
const LINE = `${KERNEL}(.*?)\\r?\\n`;

const LINES = new RegExp(`^${LINE}${LINE}`);

/** Undefined where it hasn't told all of it. */
export function readKernel(said: Buffer): ToldKernel | undefined {
  const told = LINES.exec(said.toString("latin1"));
  if (told === null) return undefined;
  const [{ length }, version = "", commandLine = ""] = told;
  return { kernel: { version, commandLine }, rest: said.subarray(length) };
}
