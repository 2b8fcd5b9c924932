// Runs a test suite as a program of its own and reads what it counted.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} pending tests that were left out
 * @property {readonly string[]} failures what failed, in words
 */

const limitMinutes = 20;

/** @param {string} what @returns {Counts} */
export function countFailure(what) {
  return { passed: 0, failed: 1, pending: 0, failures: [what] };
}

/** @param {readonly Counts[]} all @returns {Counts} */
export function addCounts(all) {
  const sum = (/** @type {"passed" | "failed" | "pending"} */ name) =>
    all.reduce((total, counts) => total + counts[name], 0);
  const failures = all.flatMap((counts) => counts.failures);
  return { passed: sum("passed"), failed: sum("failed"), pending: sum("pending"), failures };
}

/** The line that everything ends with. @param {Counts} counts */
export function summarize({ passed, failed, pending }) {
  return `${passed} passed, ${failed} failed${pending > 0 ? `, ${pending} skipped` : ""}`;
}

/**
 * @param {string} name
 * @param {readonly string[]} args of node
 * @param {{ root: string, env: Record<string, string> }} surroundings
 * @returns {Promise<Counts>}
 */
export async function runSuite(name, args, { root, env }) {
  console.log(`\n── ${name} tests`);
  const folder = mkdtempSync(join(tmpdir(), "forgeai-report-"));
  const report = join(folder, "report.json");
  try {
    const ending = await runInOwnGroup(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env, FORGEAI_TEST_REPORT: report },
    });
    return judge(name, ending, readReport(report));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A suite that counted no failure and yet ended badly has failed, and so has one that left no count.
 * @param {string} name
 * @param {string | undefined} ending what was wrong with its end
 * @param {Counts | undefined} counts
 */
export function judge(name, ending, counts) {
  if (counts === undefined)
    return countFailure(`the ${name} tests ended without a report${ending ? `: ${ending}` : ""}`);
  if (ending !== undefined && counts.failed === 0)
    return addCounts([counts, countFailure(`the ${name} tests: ${ending}`)]);
  return counts;
}

/** @param {string} file @returns {Counts | undefined} */
export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Runs a program to its end; nothing that it started and left behind survives it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<string | undefined>} what was wrong with its end
 */
function runInOwnGroup(command, args, options) {
  return new Promise((resolve) => {
    const grouped = process.platform !== "win32";
    const child = spawn(command, args, { ...options, stdio: ["ignore", "inherit", "inherit"], detached: grouped });
    const stop = (/** @type {NodeJS.Signals} */ signal) => signalGroup(child, grouped, signal);
    let tooLong = false;
    const limit = setTimeout(() => {
      tooLong = true;
      stop("SIGKILL");
    }, limitMinutes * 60_000);
    // A group of its own gets no Ctrl+C from the terminal.
    process.on("SIGINT", stop).on("SIGTERM", stop);
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (status, signal) => {
      clearTimeout(limit);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      stop("SIGKILL");
      if (tooLong) resolve(`no end after ${limitMinutes} minutes`);
      else resolve(status === 0 ? undefined : `status ${status ?? signal}`);
    });
  });
}

/** @param {import("node:child_process").ChildProcess} child @param {boolean} grouped @param {NodeJS.Signals} signal */
function signalGroup(child, grouped, signal) {
  if (child.pid === undefined) return;
  try {
    if (grouped) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // Nobody of the group is left.
  }
}
