import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import * as v from "valibot";
import { formatBytes } from "../run/limits.ts";
import type { Endpoint } from "./endpoint.ts";

/** Of one answer. An image takes about a kilobyte of the longest, which is the list of all of them. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

/** Of what an engine or a registry says is wrong, in UTF-16 units. */
export const MOST_WORDS_UNITS = 4000;

/** A call that the engine refused. `status` is HTTP's, the message the engine's own words, cut where they are endless. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message.slice(0, MOST_WORDS_UNITS));
    this.status = status;
  }
}

export interface EngineCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(
  endpoint: Endpoint,
  { method, path, body, headers: asked }: EngineCall,
  signal: AbortSignal,
  upgrade: http.OutgoingHttpHeaders = {},
): http.ClientRequest {
  const headers = { ...upgrade, ...asked, ...(body !== undefined && { "content-type": "application/json" }) };
  const options = { method, path, headers, agent: false as const, signal };
  const request =
    "socketPath" in endpoint
      ? http.request({ ...options, socketPath: endpoint.socketPath })
      : endpoint.tls === undefined
        ? http.request({ ...options, host: endpoint.host, port: endpoint.port })
        : https.request({ ...options, ...endpoint.tls, host: endpoint.host, port: endpoint.port });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return request;
}

/** Sends a request and resolves with the head of its answer. Rejects with the connection's error: ABORT_ERR after an abort. */
export async function requestOf(
  endpoint: Endpoint,
  call: EngineCall,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const request = send(endpoint, call, signal);
  const [answer]: http.IncomingMessage[] = await once(request, "response");
  if (answer === undefined) throw new TypeError("A response comes with its message.");
  return answer;
}

/** Reads an answer to its end. Rejects, and breaks it off, where it is larger than any engine's. */
export async function readAnswer(answer: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) throw new Error(`its answer is larger than ${formatBytes(MOST_ANSWER_BYTES)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const Message = v.pipe(v.string(), v.parseJson(), v.object({ message: v.string() }));

const Json = v.pipe(v.string(), v.parseJson());

/**
 * Makes a call whose answer is short, and resolves with what it says; undefined for an empty answer.
 * Rejects with an `EngineRefusal`, or the connection's error.
 */
export async function callEngine(endpoint: Endpoint, call: EngineCall, signal: AbortSignal): Promise<unknown> {
  const body = await readAnswer(await openAnswer(endpoint, call, signal));
  return body === "" ? undefined : v.parse(Json, body);
}

/** Makes a call that is answered bit by bit, and resolves with what comes. Rejects as `callEngine` does. */
export async function openAnswer(
  endpoint: Endpoint,
  call: EngineCall,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const answer = await requestOf(endpoint, call, signal);
  const { statusCode = 0 } = answer;
  if (statusCode >= 200 && statusCode < 400) return answer;
  throw refusalOf(statusCode, await readAnswer(answer));
}

/** Makes a call on which the engine hands the connection over, and resolves with that. Rejects as `callEngine` does. */
export async function openStream(endpoint: Endpoint, call: EngineCall, signal: AbortSignal): Promise<Duplex> {
  const request = send(endpoint, call, signal, { connection: "Upgrade", upgrade: "tcp" });
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    request.once("upgrade", (_answer, socket, first) => {
      if (first.length > 0) socket.unshift(first);
      resolve(socket);
    });
    request.once("response", (answer) => {
      readAnswer(answer).then((body) => reject(refusalOf(answer.statusCode ?? 0, body)), reject);
    });
  });
}

function refusalOf(status: number, body: string): EngineRefusal {
  return new EngineRefusal(status, messageIn(body) ?? body.slice(0, 200).trim());
}

/** What an engine says in an answer that isn't a success; undefined where the answer isn't an engine's. */
export function messageIn(body: string): string | undefined {
  const parsed = v.safeParse(Message, body);
  return parsed.success ? parsed.output.message : undefined;
}
