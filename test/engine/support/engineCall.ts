import { createHash } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import * as v from "valibot";
import { makeTar, type TarEntry } from "./tar.ts";

/** Whatever opens connections to an engine. */
export interface EngineDoor {
  connect(): Socket;
}

export interface EngineCall {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** JSON, or a tar file. */
  readonly body?: Readonly<Record<string, unknown>> | Uint8Array | Readable;
}

const Containers = v.array(v.object({ Id: v.string(), Names: v.array(v.string()) }));

/** Makes a call without ForgeAI's own code or any client's. Rejects where the answer is no success. */
export async function callEngine(
  door: EngineDoor,
  { method = "GET", path, body }: EngineCall,
): Promise<IncomingMessage> {
  const isTar = body instanceof Uint8Array || body instanceof Readable;
  const headers = body === undefined ? {} : { "Content-Type": isTar ? "application/x-tar" : "application/json" };
  const call = request({ createConnection: () => door.connect(), method, path, headers });
  const answered = once(call, "response");
  const bytes = body === undefined ? [] : [isTar ? body : JSON.stringify(body)].flat();
  const [[answer]]: [IncomingMessage[], void] = await Promise.all([
    answered,
    pipeline(body instanceof Readable ? body : Readable.from(bytes), call),
  ]);
  if (answer === undefined) throw new TypeError("A response comes with its message.");
  const { statusCode = 0 } = answer;
  if (statusCode < 200 || statusCode > 299) throw new Error(`${method} ${path}: ${statusCode} ${await text(answer)}`);
  return answer;
}

/** The same, for an answer that isn't long; an error that comes after the engine has begun to answer counts as one. */
export async function askEngine(door: EngineDoor, call: EngineCall): Promise<string> {
  const answer = await text(await callEngine(door, call));
  if (answer.includes('"errorDetail"')) throw new Error(`${call.path}: ${answer}`);
  return answer;
}

/** All containers of an engine, running or not, whoever made them: their names by their ids. */
export async function allContainers(door: EngineDoor): Promise<Map<string, string>> {
  const listed = v.parse(Containers, JSON.parse(await askEngine(door, { path: "/containers/json?all=true" })));
  return new Map(listed.map(({ Id, Names }) => [Id, Names[0]?.slice(1) ?? Id]));
}

/** Brings an image from one engine into another. */
export async function copyImage(image: string, from: EngineDoor, to: EngineDoor): Promise<void> {
  const body = await callEngine(from, { path: `/images/${image}/get` });
  await askEngine(to, { method: "POST", path: "/images/load?quiet=1", body });
}

/** Brings an image into the registry that its name says. */
export async function pushImage(door: EngineDoor, name: string): Promise<void> {
  const [, repository = "", tag = ""] = /^(.*):([^:/]+)$/.exec(name) ?? [];
  // The credentials: none.
  await askEngine(door, { method: "POST", path: `/images/${repository}/push?tag=${tag}`, body: {} });
}

export interface NewImage {
  readonly name: string;
  readonly files: readonly TarEntry[];
  readonly label?: readonly [name: string, value: string];
  /** What the image says that it is made for, as Go names it; this machine's where nothing is said. */
  readonly architecture?: string;
}

/** Makes an image that holds no more than the files. */
export async function makeImage(door: EngineDoor, { name, files, label, architecture }: NewImage): Promise<void> {
  const layer = makeTar(files);
  const configuration = {
    architecture: architecture ?? (process.arch === "x64" ? "amd64" : process.arch),
    os: "linux",
    config: { Labels: label === undefined ? {} : Object.fromEntries([label]) },
    rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] },
  };
  const manifest = [{ Config: "configuration.json", RepoTags: [name], Layers: ["layer.tar"] }];
  const body = makeTar([
    { path: "manifest.json", content: Buffer.from(JSON.stringify(manifest)) },
    { path: "configuration.json", content: Buffer.from(JSON.stringify(configuration)) },
    { path: "layer.tar", content: layer },
  ]);
  await askEngine(door, { method: "POST", path: "/images/load?quiet=1", body });
}
