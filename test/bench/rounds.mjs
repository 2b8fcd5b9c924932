// Measures side by side: A B A B …, so that whatever else the machine does falls on all alike.

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => Promise<unknown>} once what is timed
 */

/** @typedef {{ median: number, p10: number, p90: number }} Spread in milliseconds */

/**
 * @param {readonly Contender[]} contenders
 * @param {{ rounds: number, warmUps: number }} options
 * @returns {Promise<Record<string, Spread>>} by name
 */
export async function compare(contenders, { rounds, warmUps }) {
  /** @type {Map<string, number[]>} */
  const times = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const { name, once } of contenders) {
      const startedAt = performance.now();
      await once();
      if (round >= 0) times.get(name)?.push(performance.now() - startedAt);
    }
  }
  return Object.fromEntries(Array.from(times, ([name, values]) => [name, spreadOf(values)]));
}

/** @param {readonly number[]} values @returns {Spread} */
export function spreadOf(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return { median: quantile(sorted, 0.5), p10: quantile(sorted, 0.1), p90: quantile(sorted, 0.9) };
}

/** Between two values it lies on the line from one to the other. @param {readonly number[]} sorted @param {number} share */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
