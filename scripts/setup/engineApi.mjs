// The few requests to a Docker engine that the set-up makes, over Node's own http.
import http from "node:http";
import https from "node:https";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { SetupFailure } from "./steps.mjs";

/** @typedef {import("./endpoint.mjs").Endpoint} Endpoint */
/** @typedef {{ method?: string, headers?: Record<string, string>, idleMs?: number, bodyFile?: string }} RequestOptions */

/** A pull, push or import that the engine reported as failed. */
export class EngineFailure extends SetupFailure {}

/**
 * @param {Endpoint} endpoint
 * @param {string} path
 * @param {RequestOptions} [options] idleMs: how long nothing may arrive
 * @returns {Promise<http.IncomingMessage>}
 */
function send(endpoint, path, { method = "GET", headers = {}, idleMs = 60_000, bodyFile } = {}) {
  const { tls, ...address } = { tls: undefined, ...endpoint };
  const options = { ...address, path, method, headers, timeout: idleMs, ...tls };
  return new Promise((resolve, reject) => {
    const request = (tls === undefined ? http : https).request(options, resolve);
    request.on("timeout", () => request.destroy(new EngineFailure("the engine sent nothing for too long")));
    request.on("error", reject);
    if (bodyFile === undefined) request.end();
    else pipeline(createReadStream(bodyFile), request).catch(reject);
  });
}

/** @param {http.IncomingMessage} response */
async function readText(response) {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}

/** @param {Endpoint} endpoint */
export async function answersPing(endpoint) {
  try {
    const response = await send(endpoint, "/_ping", { idleMs: 3000 });
    return (await readText(response)) === "OK" && response.statusCode === 200;
  } catch {
    return false;
  }
}

/** @param {Endpoint} endpoint @returns {Promise<string>} "Docker 28.5.1" */
export async function readEngineVersion(endpoint) {
  const { Version, Components } = JSON.parse(await readText(await send(endpoint, "/version")));
  const name = String(Components?.[0]?.Name ?? "Docker");
  return `${name.startsWith("Podman") ? "Podman" : "Docker"} ${Version}`;
}

/** @param {Endpoint} endpoint @returns {Promise<string[]>} the names of the runtimes that start its containers */
export async function readRuntimes(endpoint) {
  const { Runtimes } = JSON.parse(await readText(await send(endpoint, "/info")));
  return Object.keys(Runtimes ?? {});
}

/**
 * @param {Endpoint} endpoint
 * @param {string} image
 * @returns {Promise<{ Config?: { Labels?: Record<string, string> | null } } | undefined>} undefined where the engine has no such image
 */
export async function inspectImage(endpoint, image) {
  const response = await send(endpoint, `/images/${image}/json`);
  const text = await readText(response);
  if (response.statusCode === 404) return undefined;
  if (response.statusCode !== 200) throw new EngineFailure(`${image} can't be looked at: ${text}`);
  return JSON.parse(text);
}

/** @param {Endpoint} endpoint @param {string} image @param {number} [idleMs] */
export async function pullImage(endpoint, image, idleMs = 120_000) {
  const { repository, tag } = splitName(image);
  await post(endpoint, "/images/create", { fromImage: repository, tag }, { idleMs });
}

/**
 * Makes an image of a root file system in a tar file.
 * @param {Endpoint} endpoint
 * @param {string} image
 * @param {string} tarFile
 * @param {import("./recipes.mjs").ImageConfiguration & { Labels: Record<string, string> }} configuration
 */
export async function importImage(endpoint, image, tarFile, configuration) {
  const { repository, tag } = splitName(image);
  const query = { fromSrc: "-", repo: repository, tag, changes: toDockerfile(configuration) };
  const headers = { "Content-Type": "application/x-tar" };
  await post(endpoint, "/images/create", query, { idleMs: 300_000, headers, bodyFile: tarFile });
}

/** @param {Parameters<typeof importImage>[3]} configuration */
function toDockerfile({ Env, Cmd, Entrypoint, WorkingDir, Labels }) {
  return [
    ...Env.map((pair) => `ENV ${pair}`),
    ...Object.entries(Labels).map(([name, value]) => `LABEL ${name}=${value}`),
    ...(Entrypoint ? [`ENTRYPOINT ${JSON.stringify(Entrypoint)}`] : []),
    ...(Cmd ? [`CMD ${JSON.stringify(Cmd)}`] : []),
    ...(WorkingDir ? [`WORKDIR ${WorkingDir}`] : []),
  ];
}

/**
 * @param {Endpoint} endpoint
 * @param {string} path
 * @param {Record<string, string | readonly string[]>} query
 * @param {RequestOptions} options
 */
async function post(endpoint, path, query, options) {
  const parameters = new URLSearchParams();
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) parameters.append(name, value);
  const response = await send(endpoint, `${path}?${parameters.toString()}`, { ...options, method: "POST" });
  const text = await readText(response);
  const failure = response.statusCode === 200 ? findError(text) : readMessage(text);
  if (failure !== undefined) throw new EngineFailure(failure);
}

/** @param {string} text a refusal: {"message":"…"} */
function readMessage(text) {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text;
  }
}

/** The engine answers 200 before it begins; what goes wrong then is one of the lines. @param {string} lines */
function findError(lines) {
  for (const line of lines.split("\n").filter((each) => each.trim() !== "")) {
    const { error } = JSON.parse(line);
    if (error !== undefined) return String(error);
  }
  return undefined;
}

/** @param {string} image */
export function splitName(image) {
  const colon = image.lastIndexOf(":");
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
}
