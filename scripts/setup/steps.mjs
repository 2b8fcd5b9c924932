// Each part of the set-up is a step: it prints one line with its time, and more only where something new is made.

/** What a step did; "already there" where it had nothing to do. */
export const alreadyThere = "already there";

/** Something that went wrong and that the reader can mend: shown as a sentence, without a stack trace. */
export class SetupFailure extends Error {}

/**
 * Runs one step and prints how it ended and how long it took.
 * @template Result
 * @param {string} title
 * @param {(say: (line: string) => void) => Promise<{ outcome: string, result: Result }>} work `say` prints a line about work that takes its time.
 * @returns {Promise<Result>}
 */
export async function step(title, work) {
  const started = Date.now();
  const print = (/** @type {string} */ text) => console.log(`${title.padEnd(16)} ${text}`);
  try {
    const { outcome, result } = await work((line) => print(`… ${line}`));
    print(`${outcome} (${secondsSince(started)})`);
    return result;
  } catch (error) {
    print(`failed (${secondsSince(started)})`);
    throw error;
  }
}

/** @param {number} started milliseconds, of Date.now() */
export function secondsSince(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/** @param {unknown} error */
export function describeFailure(error) {
  if (error instanceof SetupFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
