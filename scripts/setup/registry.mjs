// An image registry on loopback: holds the stand-ins, so that our own engine really pulls them by their official names.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { installPackages } from "./apt.mjs";
import { splitName } from "./engineApi.mjs";
import { isRunning } from "./processes.mjs";
import { startService, waitUntilItAnswers } from "./services.mjs";
import { inStateFolder, readState, updateState } from "./state.mjs";

const logFile = inStateFolder("registry.log");
const configurationFile = inStateFolder("registry.yml");

/**
 * Starts the registry unless it runs.
 * @param {(line: string) => void} say
 * @returns {Promise<number>} its port
 */
export async function provideRegistry(say) {
  const { registry, registryPort } = readState();
  if (registryPort !== undefined && isRunning(registry)) return registryPort;
  await installPackages(["docker-registry"], say);
  const port = await findFreePort(registryPort);
  writeConfiguration(port);
  const mark = startService("docker-registry", ["serve", configurationFile], logFile);
  updateState({ registry: mark, registryPort: port });
  await waitUntilItAnswers("The registry", {
    mark,
    logFile,
    answers: () => answers(`${baseOf(port)}/v2/`),
    seconds: 20,
  });
  return port;
}

/** @param {number} port @param {string} image as the engine calls it */
export function registryHolds(port, image) {
  const { repository, tag } = splitName(nameInMirror(image));
  return answers(`${baseOf(port)}/v2/${repository}/manifests/${tag}`);
}

/** The name under which the mirror must hold an image; official ones lie in a folder of their own. @param {string} image */
export function nameInMirror(image) {
  return image.includes("/") ? image : `library/${image}`;
}

/** @param {number} port */
function baseOf(port) {
  return `http://127.0.0.1:${port}`;
}

/** @param {string} url */
async function answers(url) {
  const accept = "application/vnd.docker.distribution.manifest.v2+json";
  const response = await fetch(url, { method: "HEAD", headers: { accept } }).catch(() => undefined);
  return response?.ok === true;
}

/** @param {number} port */
function writeConfiguration(port) {
  const configuration = {
    version: "0.1",
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: inStateFolder("registry") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML.
  writeFileSync(configurationFile, JSON.stringify(configuration, undefined, 2));
}

/** @param {number | undefined} wanted @returns {Promise<number>} the one wanted, or another where that is taken */
function findFreePort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", (error) => (wanted === undefined ? reject(error) : resolve(findFreePort(undefined))));
    server.listen(wanted ?? 0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
