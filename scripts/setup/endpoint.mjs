// Where an engine may listen: the same places, in the same order, as src/container/endpoint.ts. It can't be shared,
// because the set-up runs before there is a compiler.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SetupFailure } from "./steps.mjs";

/**
 * @typedef {{ socketPath: string } | { host: string, port: number, tls?: Tls }} Endpoint
 * @typedef {{ ca?: string, cert?: string, key?: string }} Tls
 */

/** The socket that every Docker client tries first; an engine of our own listens there. */
export const standardSocket = "/var/run/docker.sock";

/**
 * The endpoints to try. Whoever names an engine means that one and no other: then `named` says by what.
 * @returns {{ named?: string, endpoints: Endpoint[] }}
 */
export function findEndpoints() {
  const host = process.env["DOCKER_HOST"];
  if (host) return { named: `DOCKER_HOST (${host})`, endpoints: [parseHost(host, certificateFolder())] };
  const context = process.env["DOCKER_CONTEXT"] || readCurrentContext();
  if (context && context !== "default") return readContext(context);
  return { endpoints: usualSockets().map((socketPath) => ({ socketPath })) };
}

function usualSockets() {
  if (process.platform === "win32") {
    return ["docker_engine", "dockerDesktopLinuxEngine", "podman-machine-default"].map((name) => `//./pipe/${name}`);
  }
  const inHome = [".docker/run", ".docker/desktop", ".colima/default", ".orbstack/run", ".rd", ".lima/docker/sock"];
  const runtimeFolder = process.env["XDG_RUNTIME_DIR"] ?? `/run/user/${process.getuid?.()}`;
  return [
    standardSocket,
    ...inHome.map((folder) => join(homedir(), folder, "docker.sock")),
    join(runtimeFolder, "docker.sock"),
    join(runtimeFolder, "podman/podman.sock"),
    "/run/podman/podman.sock",
  ].filter((path) => existsSync(path));
}

function configurationFolder() {
  return process.env["DOCKER_CONFIG"] || join(homedir(), ".docker");
}

function certificateFolder() {
  if (!process.env["DOCKER_TLS_VERIFY"]) return undefined;
  return process.env["DOCKER_CERT_PATH"] || configurationFolder();
}

/** @returns {string | undefined} */
function readCurrentContext() {
  try {
    return JSON.parse(readFileSync(join(configurationFolder(), "config.json"), "utf8")).currentContext;
  } catch {
    return undefined;
  }
}

/** @param {string} name */
function readContext(name) {
  const id = createHash("sha256").update(name).digest("hex");
  const contexts = join(configurationFolder(), "contexts");
  const named = `the Docker context "${name}"`;
  try {
    const meta = JSON.parse(readFileSync(join(contexts, "meta", id, "meta.json"), "utf8"));
    const certificates = join(contexts, "tls", id, "docker");
    return {
      named,
      endpoints: [parseHost(meta.Endpoints.docker.Host, existsSync(certificates) ? certificates : undefined)],
    };
  } catch (error) {
    throw new SetupFailure(`${named} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * @param {string} host `unix:///path`, `npipe:////./pipe/name` or `tcp://host:port`
 * @param {string | undefined} certificates folder with ca.pem, cert.pem, key.pem
 * @returns {Endpoint}
 */
function parseHost(host, certificates) {
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(host) ?? [];
  if (scheme === "unix" || scheme === "npipe") return { socketPath: rest };
  if (!["tcp", "http", "https"].includes(scheme)) {
    throw new SetupFailure(
      `The engine's address ${host} is not one that ForgeAI can use; name a socket or tcp://host:port.`,
    );
  }
  const { hostname, port } = new URL(`http://${rest}`);
  if (certificates === undefined && scheme !== "https") return { host: hostname, port: Number(port) || 2375 };
  return { host: hostname, port: Number(port) || 2376, tls: readCertificates(certificates ?? configurationFolder()) };
}

/** @param {string} folder @returns {Tls} */
function readCertificates(folder) {
  const files = Object.entries({ ca: "ca.pem", cert: "cert.pem", key: "key.pem" });
  const there = files.filter(([, file]) => existsSync(join(folder, file)));
  return Object.fromEntries(there.map(([name, file]) => [name, readFileSync(join(folder, file), "utf8")]));
}
