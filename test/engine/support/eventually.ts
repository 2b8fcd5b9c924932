import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/** Looks again and again until there is nothing left to see. Fails with what is still there. */
export async function eventuallyNone<T>(what: string, look: () => Promise<readonly T[]>): Promise<void> {
  const seen = await lookUntil(look, (found) => found.length === 0, PATIENCE_MS);
  assert.deepEqual(seen, [], `${what} should be gone`);
}

/** Looks again and again until there is something to see, and resolves with that. */
export async function eventually<T>(
  what: string,
  look: () => Promise<readonly T[]>,
  patienceMs = PATIENCE_MS,
): Promise<readonly T[]> {
  const seen = await lookUntil(look, (found) => found.length > 0, patienceMs);
  assert.notDeepEqual(seen, [], `${what} should be there`);
  return seen;
}

async function lookUntil<T>(
  look: () => Promise<readonly T[]>,
  isEnough: (seen: readonly T[]) => boolean,
  patienceMs: number,
): Promise<readonly T[]> {
  const end = performance.now() + patienceMs;
  let seen = await look();
  while (!isEnough(seen) && performance.now() < end) {
    await wait(PAUSE_MS);
    seen = await look();
  }
  return seen;
}
