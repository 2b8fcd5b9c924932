import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/** Looks again and again until there is nothing left to see. Fails with what is still there. */
export async function eventuallyNone<T>(what: string, look: () => Promise<readonly T[]>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let seen = await look();
  while (seen.length > 0 && performance.now() < end) {
    await wait(PAUSE_MS);
    seen = await look();
  }
  assert.deepEqual(seen, [], `${what} should be gone`);
}
