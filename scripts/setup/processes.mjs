// Runs other programs: to their end, or as services that outlive the set-up and are recognised by a later one.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SetupFailure } from "./steps.mjs";

/**
 * A process that can be recognised later: a process id alone may by then be another's.
 * @typedef {object} ProcessMark
 * @property {number} pid
 * @property {string} [startedAt] the kernel's start time; unknown where there is no /proc
 */

/**
 * Runs a program to its end and returns what it printed. Throws a SetupFailure with its last lines where it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<string>} standard output
 */
export async function run(command, args, options = {}) {
  const { status, stdout, stderr } = await tryToRun(command, args, options);
  if (status === 0) return stdout;
  const lastLines = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
  throw new SetupFailure(`${command} ${args.join(" ")} failed (${status ?? "not found"}):\n${lastLines}`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string }>} status null where there is no such program
 */
export function tryToRun(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
    child.on("error", (error) => resolve({ status: null, stdout: "", stderr: error.message }));
    child.on("close", (status, signal) => resolve({ status: status ?? (signal ? 128 : null), ...output }));
  });
}

/** @param {string} command */
export async function isInPath(command) {
  return (await tryToRun(process.platform === "win32" ? "where" : "which", [command])).status === 0;
}

/**
 * Starts a program that goes on when the set-up ends, in a session of its own so that no Ctrl+C reaches it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} logFile
 * @returns {ProcessMark}
 */
export function startService(command, args, logFile) {
  const log = openSync(logFile, "w");
  const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  // Without a listener a missing program would end the set-up; whoever waits for the service reports it.
  child.on("error", () => {});
  child.unref();
  if (child.pid === undefined) throw new SetupFailure(`${command} could not be started`);
  return markProcess(child.pid);
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

/**
 * Waits until a service answers; watches that it still runs meanwhile.
 * @param {string} name
 * @param {{ mark: ProcessMark, logFile: string, answers: () => Promise<boolean>, seconds: number }} service
 */
export async function waitUntilItAnswers(name, { mark, logFile, answers, seconds }) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await answers())) {
    if (!isRunning(mark)) throw new SetupFailure(`${name} ended while starting:\n${lastLinesOf(logFile)}`);
    if (Date.now() > deadline) throw new SetupFailure(`${name} did not start in time:\n${lastLinesOf(logFile)}`);
    await sleep(100);
  }
}

/** Asks a service to end and waits until it has. @param {ProcessMark | undefined} mark */
export async function stopService(mark) {
  if (mark === undefined || !isRunning(mark)) return;
  process.kill(mark.pid, "SIGTERM");
  const deadline = Date.now() + 20_000;
  while (isRunning(mark)) {
    if (Date.now() > deadline) throw new SetupFailure(`process ${mark.pid} does not end`);
    await sleep(100);
  }
}

/** @param {number} pid @returns {string | undefined} undefined for a process that is gone or dead and not yet collected */
function readStartTime(pid) {
  try {
    // The program's name, in parentheses, may hold spaces: count the fields from behind it. State is the 3rd, start time the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function lastLinesOf(file) {
  return readFileSync(file, "utf8").trim().split("\n").slice(-15).join("\n");
}
