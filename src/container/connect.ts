import { type Attempt, messageOf, RunFailure } from "../run/failure.ts";
import { findEndpoints, readSurroundings, type Surroundings } from "./endpoint.ts";
import { Engine, PING_MS } from "./engine.ts";

/** Connects to the first engine that answers. Throws an `engine-unavailable` that tells each way that was tried and why it failed. */
export async function connectToEngine(surroundings: Surroundings = readSurroundings()): Promise<Engine> {
  const { candidates, attempts } = await findEndpoints(surroundings);
  const tried: Attempt[] = [...attempts];
  for (const { endpoint, source } of candidates) {
    try {
      return await Engine.connect(endpoint);
    } catch (error) {
      tried.push({ what: source, why: explain(error) });
    }
  }
  throw new RunFailure({
    code: "engine-unavailable",
    message: "No Docker engine answers.",
    hint: `${howToStart(surroundings.platform, tried)} Or run without a container, on purpose: leave out --container.`,
    tried,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ECONNREFUSED: "nothing listens there",
  EACCES: "this user may not use it",
  EPERM: "this user may not use it",
  ENOTFOUND: "there is no such host",
  ENOTSOCK: "it isn't a socket",
  ECONNRESET: "it broke the connection off",
  EPIPE: "it broke the connection off",
  ETIMEDOUT: "it did not answer in time",
  EHOSTUNREACH: "it can't be reached",
  ENETUNREACH: "it can't be reached",
  // Nobody else breaks off a ping.
  ABORT_ERR: `it did not answer within ${PING_MS / 1000} s`,
  EPROTO: "it doesn't speak TLS",
};

function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("HPE_")) return "something answers there, but it doesn't speak the engine's protocol";
  return REASONS[code] ?? messageOf(error);
}

function howToStart(platform: NodeJS.Platform, tried: readonly Attempt[]): string {
  if (tried.some(({ why }) => why === REASONS["EACCES"])) {
    return "An engine is there, and you may not use it: sudo usermod -aG docker $USER, then log in anew.";
  }
  if (platform === "linux")
    return "Start it (sudo systemctl start docker) or install it (sudo apt-get install docker.io, or your system's package).";
  return "Start Docker Desktop, or another engine, or install one.";
}
