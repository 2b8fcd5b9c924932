// Programs that outlive the set-up, the engine and the registry: started, recognised by a later set-up, stopped.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, markProcess } from "./processes.mjs";
import { readState } from "./state.mjs";
import { SetupFailure } from "./steps.mjs";

/** @typedef {import("./processes.mjs").ProcessMark} ProcessMark */

/** Those that this very run started. @type {ProcessMark[]} */
const started = [];

/**
 * Starts a program in a session of its own, so that no Ctrl+C reaches it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} logFile
 * @returns {ProcessMark}
 */
export function startService(command, args, logFile) {
  const log = openSync(logFile, "w");
  const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  // Without a listener a missing program would end the set-up before it can say so.
  child.on("error", () => {});
  child.unref();
  if (child.pid === undefined) throw new SetupFailure(`${command} could not be started.`);
  const mark = markProcess(child.pid);
  started.push(mark);
  return mark;
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

/** @param {string} file */
function lastLinesOf(file) {
  return readFileSync(file, "utf8").trim().split("\n").slice(-15).join("\n");
}

/** What runs of ours, in words. */
export function listServices() {
  const { engine, registry } = readState();
  const all = Object.entries({ "the engine": engine, "the image registry": registry });
  return all.flatMap(([name, mark]) => (mark && isRunning(mark) ? [`${name} (process ${mark.pid})`] : []));
}

export async function stopStartedServices() {
  for (const mark of started.splice(0).toReversed()) await stopService(mark);
}

/** @param {ProcessMark} mark */
async function stopService(mark) {
  if (!isRunning(mark)) return;
  process.kill(mark.pid, "SIGTERM");
  const deadline = Date.now() + 20_000;
  while (isRunning(mark)) {
    if (Date.now() > deadline) throw new SetupFailure(`Process ${mark.pid} does not end.`);
    await sleep(100);
  }
}
