// Runs other programs to their end, and recognises processes.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { SetupFailure } from "./steps.mjs";

/**
 * A process that can be recognised later: a process id alone may by then be another's.
 * @typedef {object} ProcessMark
 * @property {number} pid
 * @property {string} [startedAt] the kernel's start time; unknown where there is no /proc
 */

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} RunOptions */

/**
 * Runs a program to its end and returns what it printed. Throws a SetupFailure with its last lines where it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} standard output
 */
export async function run(command, args, options) {
  const { status, stdout, stderr } = await tryToRun(command, args, options);
  if (status === 0) return stdout;
  const lastLines = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
  throw new SetupFailure(`${command} ${args[0] ?? ""} failed (${status ?? "not started"}):\n${lastLines}`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string }>} status null where there is no such program
 */
export function tryToRun(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
    child.on("error", (error) => resolve({ status: null, stdout: "", stderr: error.message }));
    child.on("close", (status) => resolve({ status: status ?? 1, ...output }));
  });
}

/**
 * Runs a program whose output goes to the screen.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function runVisibly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (status) => resolve(status ?? 1));
  });
}

/** @param {string} command */
export async function isInPath(command) {
  return (await tryToRun(process.platform === "win32" ? "where" : "which", [command])).status === 0;
}

/** @param {number} pid @returns {ProcessMark} */
export function markProcess(pid) {
  const startedAt = readStartTime(pid);
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/** @param {ProcessMark | undefined} mark */
export function isRunning(mark) {
  if (mark === undefined) return false;
  try {
    process.kill(mark.pid, 0);
  } catch {
    return false;
  }
  return mark.startedAt === undefined || readStartTime(mark.pid) === mark.startedAt;
}

/** @param {number} pid @returns {string | undefined} undefined for a process that is gone, or dead and not yet collected */
function readStartTime(pid) {
  try {
    // The program's name, in parentheses, may hold spaces: fields are counted from behind it. The first is the 3rd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
