// `npm test`: the set-up of `npm start` and what only tests need, then all tests. `npm test -- unit` runs one suite.
import { withLock } from "./setup/lock.mjs";
import { runNpmVisibly } from "./setup/npm.mjs";
import { listServices, stopStartedServices } from "./setup/services.mjs";
import { describeFailure, SetupFailure } from "./setup/steps.mjs";
import { addCounts, countFailure, runSuite, summarize } from "./setup/suites.mjs";
import { prepareTests, root, suiteNames } from "./setup/testSurroundings.mjs";

/** @typedef {import("./setup/suites.mjs").Counts} Counts */
/** @typedef {import("./setup/testSurroundings.mjs").SuiteName} SuiteName */

/** @type {Record<SuiteName, readonly string[]>} */
const programs = {
  unit: ["node_modules/mocha/bin/mocha.js", "--config", "test/unit/.mocharc.json"],
  engine: ["node_modules/mocha/bin/mocha.js", "--config", "test/engine/.mocharc.json"],
  vscode: ["out/test/vscode/run.cjs"],
};

/** @param {readonly string[]} words @returns {readonly SuiteName[]} */
function readNames(words) {
  const names = suiteNames.filter((name) => words.includes(name));
  const unknown = words.filter((word) => !suiteNames.some((name) => name === word));
  if (unknown.length > 0) throw new SetupFailure(`There is no suite "${unknown[0]}", only ${suiteNames.join(", ")}.`);
  return names.length > 0 ? names : suiteNames;
}

/** @param {readonly string[]} words @returns {Promise<Counts>} */
async function test(words) {
  const names = readNames(words);
  const { lacks, env } = await withLock(() => prepareTests(names));
  const counts = words.length === 0 ? [await check()] : [];
  for (const name of names) {
    const lack = lacks[name];
    if (lack === undefined) counts.push(await runSuite(name, programs[name], { root, env }));
    else counts.push(countFailure(`the ${name} tests could not run: ${lack}`));
  }
  return addCounts(counts);
}

/** Types, lint and format; only what is wrong counts. @returns {Promise<Counts>} */
async function check() {
  console.log("\n── npm run check");
  const status = await runNpmVisibly(["run", "--silent", "check"], { cwd: root });
  return status === 0 ? addCounts([]) : countFailure("npm run check");
}

async function cleanUp() {
  if (process.env["CI"] === "true") return stopStartedServices();
  const services = listServices();
  if (services.length > 0) console.log(`\nStays up for the next time: ${services.join(", ")}.`);
}

const counts = await test(process.argv.slice(2)).catch((error) => countFailure(describeFailure(error)));
await cleanUp();
if (counts.failures.length > 0)
  console.log(`\nFailed:\n${counts.failures.map((failure) => `  ${failure}`).join("\n")}`);
console.log(`\n${summarize(counts)}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
