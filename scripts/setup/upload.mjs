// Makes an image of a root file system and uploads it to the registry, without an engine: that would unpack it for nothing.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import http from "node:http";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { splitName } from "./engineApi.mjs";
import { nameInMirror } from "./registry.mjs";
import { SetupFailure } from "./steps.mjs";

/** @typedef {{ digest: string, size: number }} Blob */
/** @typedef {import("./recipes.mjs").ImageConfiguration} ImageConfiguration */

const mediaTypes = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  configuration: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};

/**
 * @typedef {object} NamedImage
 * @property {string} image as the engine calls it
 * @property {ImageConfiguration} config
 */

/**
 * Uploads one root file system under each of the names.
 * @param {number} port
 * @param {string} tarFile
 * @param {readonly [NamedImage, ...NamedImage[]]} images
 */
export async function uploadImages(port, tarFile, images) {
  const [first] = images.map(({ image }) => splitName(nameInMirror(image)).repository);
  const root = await uploadLayer(baseOf(port, first ?? ""), tarFile);
  for (const { image, config } of images) {
    const { repository, tag } = splitName(nameInMirror(image));
    const base = baseOf(port, repository);
    if (repository !== first) await mountLayer(base, root.layer, first ?? "");
    await uploadManifest(base, tag, root, config);
  }
}

/** @param {number} port @param {string} repository */
function baseOf(port, repository) {
  return `http://127.0.0.1:${port}/v2/${repository}`;
}

/** Makes the registry share what it has got already. @param {string} base @param {Blob} layer @param {string} from */
async function mountLayer(base, { digest }, from) {
  const query = new URLSearchParams({ mount: digest, from });
  const { status } = await fetch(`${base}/blobs/uploads/?${query.toString()}`, { method: "POST" });
  if (status !== 201) throw new SetupFailure(`The registry refused to share a layer (${status}).`);
}

/**
 * @param {string} base
 * @param {string} tag
 * @param {{ layer: Blob, rawDigest: string }} root
 * @param {ImageConfiguration} config
 */
async function uploadManifest(base, tag, { layer, rawDigest }, config) {
  const configuration = await uploadJson(base, {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created: new Date().toISOString(),
    config,
    rootfs: { type: "layers", diff_ids: [rawDigest] },
    history: [{ created: new Date().toISOString(), created_by: "stand-in made of Debian's packages" }],
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.configuration, ...configuration },
    layers: [{ mediaType: mediaTypes.layer, ...layer }],
  };
  await put(`${base}/manifests/${tag}`, Buffer.from(JSON.stringify(manifest)), mediaTypes.manifest);
}

/**
 * Compresses while it uploads; the layer has two names, one for each form.
 * @param {string} base
 * @param {string} tarFile
 * @returns {Promise<{ layer: Blob, rawDigest: string }>}
 */
async function uploadLayer(base, tarFile) {
  const raw = meter();
  const compressed = meter();
  const location = await startUpload(base);
  // Level 1: three times as quick as the default and hardly larger; the way is only one of loopback.
  const stream = createReadStream(tarFile)
    .pipe(raw.stream)
    .pipe(createGzip({ level: 1 }))
    .pipe(compressed.stream);
  const next = await sendStream(location, stream);
  const layer = compressed.result();
  await put(withDigest(next, layer.digest), Buffer.alloc(0), "application/octet-stream");
  return { layer, rawDigest: raw.result().digest };
}

/** A stream that passes everything on and knows its digest and size at the end. */
function meter() {
  const hash = createHash("sha256");
  let size = 0;
  const stream = new PassThrough();
  stream.on("data", (/** @type {Buffer} */ chunk) => {
    hash.update(chunk);
    size += chunk.length;
  });
  return { stream, result: () => ({ digest: `sha256:${hash.digest("hex")}`, size }) };
}

/** @param {string} base @param {unknown} value @returns {Promise<Blob>} */
async function uploadJson(base, value) {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await put(withDigest(await startUpload(base), digest), bytes, "application/octet-stream");
  return { digest, size: bytes.length };
}

/** @param {string} base */
async function startUpload(base) {
  const response = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
  return locationOf(response.status, response.headers.get("location"));
}

/** @param {string} url @param {import("node:stream").Readable} body @returns {Promise<string>} where to go on */
function sendStream(url, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: "PATCH", headers: { "Content-Type": "application/octet-stream" } });
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(locationOf(response.statusCode ?? 0, response.headers.location ?? null)));
    });
    pipeline(body, request).catch(reject);
  });
}

/** @param {string} url @param {Buffer} body @param {string} type */
async function put(url, body, type) {
  const response = await fetch(url, { method: "PUT", headers: { "Content-Type": type }, body });
  if (!response.ok)
    throw new SetupFailure(`The registry refused an upload (${response.status}): ${await response.text()}`);
}

/** @param {number} status @param {string | null} location */
function locationOf(status, location) {
  if (status === 202 && location !== null) return location;
  throw new SetupFailure(`The registry refused an upload (${status}).`);
}

/** @param {string} location @param {string} digest */
function withDigest(location, digest) {
  const url = new URL(location);
  url.searchParams.set("digest", digest);
  return url.href;
}
