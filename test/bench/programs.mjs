// What is measured: programs that are started and waited for.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, accessSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

export const image = "python:3.14-alpine";
export const hello = "print('hello')";

/** Throws where it does not end well. @param {string} command @param {readonly string[]} args */
export async function start(command, args) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${command} ended with status ${status}: ${complaint}`);
}

/** The same through the docker command, which is what most people would do. */
export function dockerRun() {
  return start("docker", ["run", "--rm", image, "python3", "-c", hello]);
}

/**
 * A run through the library, in a container of its own.
 * @param {import("../../src/runner.ts").Runner} runner
 * @param {string} source
 * @returns {Promise<{ bytes: number, phases: import("../../src/run/event.ts").PhaseTimes }>}
 */
export async function runThrough(runner, source) {
  let bytes = 0;
  for await (const event of runner.run({ language: "python", source })) {
    if (event.type === "stdout") bytes += event.data.length;
    if (event.type !== "ended") continue;
    if (event.outcome !== "ok") throw new Error(`${event.outcome}: ${event.evidence}`);
    return { bytes, phases: event.phases };
  }
  throw new Error("The run did not end.");
}

/** @param {string} name of a command @returns {string | undefined} */
export function findInPath(name) {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The interpreter itself: what a version manager puts into the path costs more than the interpreter. */
export function findPython() {
  return ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"]
    .filter(isExecutable)
    .map((path) => realpathSync(path))[0];
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
