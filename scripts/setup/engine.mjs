// A Docker engine: the one that is there, or one that the set-up installs and starts itself.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { canInstallPackages, installPackages } from "./apt.mjs";
import { adviseOnEngine } from "./advice.mjs";
import { findEndpoints, standardSocket } from "./endpoint.mjs";
import { answersPing, readEngineVersion, readRuntimes } from "./engineApi.mjs";
import { isInPath, isRunning, run } from "./processes.mjs";
import { startService, waitUntilItAnswers } from "./services.mjs";
import { inStateFolder, readState, updateState } from "./state.mjs";
import { alreadyThere, SetupFailure } from "./steps.mjs";

/**
 * @typedef {object} Engine
 * @property {import("./endpoint.mjs").Endpoint} endpoint
 * @property {boolean} own whether the set-up started it: only then it may be configured or stopped
 */

const logFile = inStateFolder("engine.log");
const configurationFile = inStateFolder("daemon.json");

/** Both the package and the runtime that it brings. */
const GVISOR = "runsc";
const gvisorFile = "/usr/bin/runsc";

/** Neither of its own platforms for bare machines nor its network work inside another sandbox, where these tests may run. */
const gvisorRuntime = { path: gvisorFile, runtimeArgs: ["--network=none", "--platform=ptrace"] };

const ownEndpoint = { socketPath: standardSocket };

/**
 * @param {(line: string) => void} say
 * @returns {Promise<{ outcome: string, result: Engine }>}
 */
export async function provideEngine(say) {
  const found = await findAnsweringEngine();
  if (found !== undefined) return describeEngine(found, alreadyThere);
  if (!canInstallPackages()) throw new SetupFailure(adviseOnEngine());
  const installed = await isInPath("dockerd");
  // No recommended packages: iptables is one, and the engine does not start without it.
  await installPackages(installed ? ["iptables"] : ["docker.io", "iptables"], say);
  if (existsSync("/run/systemd/system")) await run("systemctl", ["start", "docker"]);
  const started = await findAnsweringEngine();
  if (started !== undefined) return describeEngine(started, "started by systemd");
  await startOwnEngine();
  return describeEngine({ endpoint: ownEndpoint, own: true }, installed ? "started" : "installed and started");
}

/** @returns {Promise<Engine | undefined>} */
async function findAnsweringEngine() {
  const { named, endpoints } = await findEndpoints();
  for (const endpoint of endpoints) {
    if (await answersPing(endpoint)) return { endpoint, own: isOwn(endpoint) };
  }
  if (named !== undefined)
    throw new SetupFailure(`${named} names an engine that does not answer. Start it, or unset that.`);
  return undefined;
}

/** @param {import("./endpoint.mjs").Endpoint} endpoint */
function isOwn(endpoint) {
  return "socketPath" in endpoint && endpoint.socketPath === standardSocket && isRunning(readState().engine);
}

/** @param {Engine} engine @param {string} what */
async function describeEngine(engine, what) {
  const whose = engine.own ? ", an engine of this set-up" : "";
  return { outcome: `${await readEngineVersion(engine.endpoint)}: ${what}${whose}`, result: engine };
}

async function startOwnEngine() {
  const { noPublicRegistry, registryPort } = readState();
  writeConfiguration(noPublicRegistry ? registryPort : undefined);
  const mark = startService(
    "dockerd",
    ["--config-file", configurationFile, "--host", `unix://${standardSocket}`],
    logFile,
  );
  updateState({ engine: mark });
  await waitUntilItAnswers("The engine", { mark, logFile, answers: () => answersPing(ownEndpoint), seconds: 60 });
}

/**
 * Makes our own engine look into a registry on loopback first. The engine reads this anew without a restart.
 * @param {number} registryPort
 */
export function useMirror(registryPort) {
  if (writeConfiguration(registryPort)) rereadConfiguration();
}

/**
 * Gives our own engine a runtime that is stronger than its own, as the tests of isolation need one.
 * @param {Engine} engine
 * @param {(line: string) => void} say
 * @returns {Promise<{ outcome: string, result: boolean }>} whether the engine has it
 */
export async function provideGvisor({ endpoint, own }, say) {
  if ((await readRuntimes(endpoint)).includes(GVISOR)) return { outcome: alreadyThere, result: true };
  if (!own) return { outcome: "the engine has none, and isn't this set-up's to configure", result: false };
  await installPackages([GVISOR], say);
  const { noPublicRegistry, registryPort } = readState();
  if (writeConfiguration(noPublicRegistry ? registryPort : undefined)) rereadConfiguration();
  const answers = async () => (await readRuntimes(endpoint)).includes(GVISOR);
  const mark = readState().engine;
  if (mark !== undefined) await waitUntilItAnswers("gVisor", { mark, logFile, answers, seconds: 20 });
  return { outcome: "installed", result: true };
}

function rereadConfiguration() {
  const { engine } = readState();
  if (engine !== undefined && isRunning(engine)) process.kill(engine.pid, "SIGHUP");
}

/** @param {number | undefined} registryPort @returns {boolean} whether it is another than before */
function writeConfiguration(registryPort) {
  const mirrors = registryPort === undefined ? [] : [`http://127.0.0.1:${registryPort}`];
  const machines = readMachinesConfiguration();
  const runtimes = { ...(existsSync(gvisorFile) && { [GVISOR]: gvisorRuntime }), ...machines["runtimes"] };
  const text = `${JSON.stringify({ ...machines, "registry-mirrors": mirrors, runtimes }, undefined, 2)}\n`;
  if (existsSync(configurationFile) && readFileSync(configurationFile, "utf8") === text) return false;
  writeFileSync(configurationFile, text);
  return true;
}

/** What whoever owns the machine chose for engines on it, such as where data lies, holds for ours too. */
function readMachinesConfiguration() {
  const file = "/etc/docker/daemon.json";
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
