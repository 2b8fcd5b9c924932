// What the tests run in: an engine with images old and new, a registry to pull from, a VS Code.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, installDependencies } from "./dependencies.mjs";
import { provideEngine, provideGvisor } from "./engine.mjs";
import { defaultImages, furtherImages, olderImages, provideImages } from "./images.mjs";
import { provideTestRegistry } from "./standInImages.mjs";
import { inStateFolder } from "./state.mjs";
import { describeFailure, step } from "./steps.mjs";
import { provideToolchains } from "./toolchains.mjs";
import { provideVscode } from "./vscode.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export const suiteNames = /** @type {const} */ (["unit", "engine", "vscode"]);
/** @typedef {typeof suiteNames[number]} SuiteName */

/**
 * What the suites are told about where they run; they read it from the file that FORGEAI_TEST_ENVIRONMENT names.
 * @typedef {object} TestEnvironment
 * @property {string | null} engineSocket null where the engine is not on a socket, or not there
 * @property {number | null} registryPort of a registry on loopback that holds forgeai-test/tiny:1
 * @property {boolean} ownEngine
 * @property {boolean} gvisor whether the engine has gVisor's runtime
 * @property {boolean} standIns whether images are stand-ins for the official ones
 * @property {string | null} vscodeExecutable the desktop VS Code, where there is one
 */

/**
 * Prepares what the suites need. What one of them lacks is no reason not to run the others.
 * @param {readonly SuiteName[]} names
 * @returns {Promise<{ lacks: Partial<Record<SuiteName, string>>, env: Record<string, string> }>}
 */
export async function prepareTests(names) {
  await step("Dependencies", (say) => installDependencies(root, say));
  await step("Build", () => build(root));
  await step("Tests", () => build(root, ["--tests"]));
  if (names.includes("engine")) await step("Toolchains", provideToolchains);
  const needsEngine = names.includes("engine") || names.includes("vscode");
  const engine = needsEngine ? await attempt(prepareEngine) : { value: noEngine };
  const vscode = names.includes("vscode") ? await attempt(() => step("VS Code", provideVscode)) : {};
  const environmentFile = inStateFolder("test-environment.json");
  writeFileSync(environmentFile, JSON.stringify(describeEnvironment(engine.value, vscode.value), undefined, 2));
  return {
    lacks: lacksOf(engine.failure, vscode.failure),
    env: {
      FORGEAI_TEST_ENVIRONMENT: environmentFile,
      // What tests pull is not the user's.
      XDG_STATE_HOME: inStateFolder("user-state"),
      ...hostVariable(vscode.value),
    },
  };
}

/** @typedef {Omit<TestEnvironment, "vscodeExecutable">} EngineEnvironment */
/** @typedef {import("./vscode.mjs").VscodeHost} VscodeHost */

/** @type {EngineEnvironment} */
const noEngine = { engineSocket: null, registryPort: null, ownEngine: false, gvisor: false, standIns: false };

/** @returns {Promise<EngineEnvironment>} */
async function prepareEngine() {
  const engine = await step("Engine", provideEngine);
  const gvisor = await step("gVisor", (say) => provideGvisor(engine, say));
  const images = [...defaultImages, ...olderImages, ...furtherImages];
  const { standIns } = await step("Images", (say) => provideImages(engine, images, say));
  const registryPort = await step("Test registry", (say) => provideTestRegistry(engine, say));
  const engineSocket = "socketPath" in engine.endpoint ? engine.endpoint.socketPath : null;
  return { engineSocket, registryPort, ownEngine: engine.own, gvisor, standIns };
}

/**
 * @template Value
 * @param {() => Promise<Value>} prepare
 * @returns {Promise<{ value?: Value, failure?: string }>}
 */
async function attempt(prepare) {
  try {
    return { value: await prepare() };
  } catch (error) {
    return { failure: describeFailure(error) };
  }
}

/** @param {string | undefined} engine @param {string | undefined} vscode @returns {Partial<Record<SuiteName, string>>} */
function lacksOf(engine, vscode) {
  const forVscode = engine ?? vscode;
  return { ...(engine !== undefined && { engine }), ...(forVscode !== undefined && { vscode: forVscode }) };
}

/** @param {EngineEnvironment | undefined} engine @param {VscodeHost | undefined} vscode @returns {TestEnvironment} */
function describeEnvironment(engine = noEngine, vscode = { server: "" }) {
  return { ...engine, vscodeExecutable: "executable" in vscode ? vscode.executable : null };
}

/** test/vscode/run.ts takes the server where this is set, and the desktop VS Code otherwise. @param {VscodeHost | undefined} vscode */
function hostVariable(vscode) {
  return vscode !== undefined && "server" in vscode ? { FORGEAI_VSCODE_HOST: vscode.server } : {};
}
