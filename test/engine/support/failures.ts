import assert from "node:assert/strict";
import { RunFailure } from "../../../src/index.ts";

/** The failure that a run ends with. */
export async function failureOf(run: Promise<unknown>): Promise<RunFailure> {
  const failure: unknown = await run.catch((reason) => reason);
  assert.ok(failure instanceof RunFailure, failure instanceof Error ? failure.stack : JSON.stringify(failure));
  return failure;
}
