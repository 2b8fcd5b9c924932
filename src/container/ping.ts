import { addAbortSignal } from "node:stream";
import type { Endpoint } from "./endpoint.ts";
import { MOST_WORDS_UNITS, messageIn, readAnswer, requestOf } from "./engineCall.ts";

/** The first version of the engine's API that can be asked for all of the lockdown: Docker 20.10, of December 2020. */
const OLDEST_API = "1.41";

/**
 * Asks for a sign of life. Not through the engine's client: it takes long to load, and hides the headers in which engines say
 * what they are. Throws an Error whose message says what answered instead, or the connection's error: ABORT_ERR after an abort.
 */
export async function ping(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const answer = await requestOf(endpoint, { method: "GET", path: "/_ping" }, signal);
  const { statusCode = 0, headers } = answer;
  if (statusCode !== 200) {
    const body = await readAnswer(addAbortSignal(signal, answer));
    throw new Error(messageIn(body)?.slice(0, MOST_WORDS_UNITS) ?? explainStranger(statusCode));
  }
  // What breaks behind the headers is no news: they have said it all.
  answer.on("error", () => undefined).resume();
  const version = headers["api-version"];
  if (typeof version !== "string") throw new Error(explainStranger(statusCode));
  if (headers["ostype"] === "windows") throw new Error("it runs Windows containers: switch it to Linux containers");
  if (isOlder(version, OLDEST_API))
    throw new Error(`its API is ${version}; ${OLDEST_API} (Docker 20.10) or newer is needed`);
}

/** Engines answer plain HTTP on their TLS port with 400. */
function explainStranger(status: number): string {
  const what = `something answers there, but it isn't a Docker engine (HTTP ${status})`;
  return status === 400 ? `${what}, or one that wants TLS` : what;
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = than.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
