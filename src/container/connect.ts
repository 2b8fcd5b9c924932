import { type Attempt, messageOf, RunFailure } from "../run/failure.ts";
import {
  type Candidate,
  type Endpoint,
  findEndpoints,
  type NamedEngine,
  readSurroundings,
  type Surroundings,
} from "./endpoint.ts";
import { Engine, PING_MS } from "./engine.ts";
import { ping } from "./ping.ts";

/**
 * Connects to the engine that is named or, where none is, to the first that answers.
 * Throws an `engine-unavailable` that tells each way that was tried and why it failed.
 */
export async function connectToEngine(
  surroundings: Surroundings = readSurroundings(),
  named?: NamedEngine,
): Promise<Engine> {
  const { reached } = await reachFirst({ surroundings, named }, (endpoint) => Engine.connect(endpoint));
  return reached;
}

/** Where an engine answers, and how it was found. */
export interface FoundEngine extends Candidate {
  /** The ways that weren't gone, or led to none, and why. */
  readonly otherWays: readonly Attempt[];
}

/** Looks for the engine that a run would take. Throws what `connectToEngine` throws, or the signal's reason. */
export async function findEngine(
  surroundings: Surroundings = readSurroundings(),
  named: NamedEngine | undefined,
  signal: AbortSignal,
): Promise<FoundEngine> {
  const { candidate, otherWays } = await reachFirst({ surroundings, named, signal }, (endpoint) =>
    ping(endpoint, AbortSignal.any([signal, AbortSignal.timeout(PING_MS)])),
  );
  return { ...candidate, otherWays };
}

interface Wanted {
  readonly surroundings: Surroundings;
  readonly named: NamedEngine | undefined;
  readonly signal?: AbortSignal;
}

interface Reached<T> {
  readonly reached: T;
  readonly candidate: Candidate;
  readonly otherWays: readonly Attempt[];
}

async function reachFirst<T>(
  { surroundings, named, signal }: Wanted,
  reach: (endpoint: Endpoint) => Promise<T>,
): Promise<Reached<T>> {
  const { candidates, attempts, passedOver } = await findEndpoints(surroundings, named);
  const tried: Attempt[] = [...attempts];
  for (const candidate of candidates) {
    signal?.throwIfAborted();
    try {
      const reached = await reach(candidate.endpoint);
      const isLast = candidate === candidates.at(-1);
      const later = isLast
        ? []
        : [{ what: "the other usual sockets", why: `${candidate.source} answered before them` }];
      return { reached, candidate, otherWays: [...passedOver, ...tried, ...later] };
    } catch (error) {
      tried.push({ what: candidate.source, why: explain(error) });
    }
  }
  signal?.throwIfAborted();
  if (candidates.length === 0 && named?.host) throw badAddress(named, tried);
  throw new RunFailure({
    code: "engine-unavailable",
    message: "No Docker engine answers.",
    hint: `${howToStart(surroundings.platform, tried)} Or run without a container, on purpose: leave out --container.`,
    tried,
  });
}

function badAddress({ host, from }: NamedEngine, tried: readonly Attempt[]): RunFailure {
  return new RunFailure({
    code: "engine-unavailable",
    message: `The address of the engine can't be ${JSON.stringify(host)}: ${tried.map(({ why }) => why).join("; ")}.`,
    hint: `Correct ${from}: an address is like unix:///var/run/docker.sock or tcp://127.0.0.1:2375.`,
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
