import assert from "node:assert/strict";
import type { Outcome, RunRequest, RunResult } from "../../../src/index.ts";
import type { Bait } from "./bait.ts";
import type { Victim } from "./victim.ts";

/** How a run is kept apart from the host's kernel. */
export type Isolation = "default" | "gvisor";

/** How something that a program tried ended: "done", or the name of the error. Where kernels differ, any one of several. */
export type Sight = string | readonly string[];

/** What a program is expected to see from inside, by what it tried, and how it ends. */
export interface Expectation {
  /** Absent for a program that prints none. */
  readonly sees?: Readonly<Record<string, Sight>>;
  /** "ok" where it isn't named. */
  readonly outcome?: Outcome | readonly Outcome[];
  /** What else has to hold. */
  readonly check?: (result: RunResult) => void;
}

/** A hostile program of the fixtures, and what it has to see. */
export interface Attack extends Expectation {
  /** Its file, in the folder of its class. */
  readonly program: string;
  readonly args?: (bait: Bait) => readonly string[];
  /** For a program that looks for another run. */
  readonly stdin?: (victim: Victim) => string;
  readonly limits?: RunRequest["limits"];
  /** What differs where the kernel is gVisor's. Sights that aren't named are the same. */
  readonly gvisor?: Expectation;
}

/** Several attempts that end alike. */
export function all(sight: Sight, ...attempts: readonly string[]): Record<string, Sight> {
  return Object.fromEntries(attempts.map((what) => [what, sight]));
}

/** What is expected of an attack at a level of isolation. */
export function expectationOf(attack: Attack, isolation: Isolation): Expectation {
  if (isolation === "default") return attack;
  const { outcome = attack.outcome ?? "ok", ...others } = attack.gvisor ?? {};
  // Where the sandbox ends, nobody is left to tell.
  const endsSandbox = outcome !== "ok" && attack.gvisor !== undefined;
  const sees = endsSandbox ? attack.gvisor?.sees : attack.sees && { ...attack.sees, ...attack.gvisor?.sees };
  return {
    ...(attack.check && { check: attack.check }),
    ...others,
    ...(sees && { sees }),
    // The kernel ends the whole sandbox, and the engine isn't always told why before it is gone.
    outcome: outcome === "memory-limit" ? ["memory-limit", "signalled"] : outcome,
  };
}

/** Holds a result against what was expected: the same attempts, each with one of the endings that it may have. */
export function assertExpected(result: RunResult, { sees, outcome = "ok", check }: Expectation): void {
  const told = `${result.evidence}\n${result.stdout.slice(0, 2000)}\n${result.stderr.slice(0, 2000)}`;
  assert.ok([outcome].flat().includes(result.outcome), `${result.outcome}: ${told}`);
  check?.(result);
  if (sees === undefined) return;
  const seen = readSights(result.stdout);
  const wanted = Object.entries(sees).map(([what, sight]) => [what, sightLike(sight, seen[what])]);
  assert.deepEqual(seen, Object.fromEntries(wanted), told);
}

/** Of the endings that are expected the one that was seen; the first where it is none of them. */
function sightLike(sight: Sight, seen: string | undefined): string | undefined {
  if (typeof sight === "string") return sight;
  return sight.find((each) => each === seen) ?? sight[0];
}

/** Reads `what: ending`, a line for each. */
function readSights(stdout: string): Record<string, string> {
  const lines = stdout.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [what = "", ...ending] = line.split(": ");
      return [what, ending.join(": ")];
    }),
  );
}
