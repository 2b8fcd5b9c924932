import { Duplex, Readable } from "node:stream";
import type Docker from "dockerode";
import * as v from "valibot";
import type { Endpoint } from "./endpoint.ts";
import { readJsonLines } from "./jsonLines.ts";
import type { ContainerOptions } from "./lockdown.ts";

/** A call that the engine refused. `status` is HTTP's, the message the engine's own words. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How the engine says that a container ended. */
export interface EngineExit {
  readonly status: number;
  readonly outOfMemory: boolean;
}

/** Listens for the end of one container. */
export interface Watch extends Disposable {
  /** Rejects when the engine stops talking before the container has ended. */
  readonly exit: Promise<EngineExit>;
}

const PING_TIMEOUT_MS = 3000;

const Message = v.object({ message: v.string() });

const ContainerEvent = v.object({
  Action: v.string(),
  Actor: v.object({ Attributes: v.object({ exitCode: v.optional(v.string()) }) }),
});

const ListedContainer = v.object({ Id: v.string(), Labels: v.record(v.string(), v.string()) });

/** dockerode, with what its type declarations leave out. */
type Client = Docker & { ping(options: { abortSignal: AbortSignal }): Promise<unknown> };

/**
 * The few calls of the engine's API that ForgeAI makes, over dockerode, which is imported nowhere else, and only when an
 * engine is talked to: it takes a while to load. Containers go by name, so that one can be removed whose creation was cut off.
 * Calls reject with an `EngineRefusal`, or with the connection's error.
 */
export class Engine {
  readonly #docker: Client;

  private constructor(docker: Client) {
    this.#docker = docker;
  }

  /** Connects, and asks for a sign of life. */
  static async connect(endpoint: Endpoint): Promise<Engine> {
    const { default: Dockerode } = await import("dockerode");
    const engine = new Engine(new Dockerode(connectionOptions(endpoint)));
    await refusalsOf(engine.#docker.ping({ abortSignal: AbortSignal.timeout(PING_TIMEOUT_MS) }));
    return engine;
  }

  async create(name: string, options: ContainerOptions, signal: AbortSignal): Promise<void> {
    await refusalsOf(this.#docker.createContainer({ ...options, name, abortSignal: signal }));
  }

  /** Opens the standard streams. What is written is the program's input; `end` closes it and leaves the output open. */
  async attach(name: string, signal: AbortSignal): Promise<Duplex> {
    const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true, abortSignal: signal };
    const socket = await refusalsOf(this.#docker.getContainer(name).attach(options));
    if (!(socket instanceof Duplex)) throw new TypeError("The engine's client gave no socket to attach to.");
    return socket;
  }

  /** Resolves when the engine listens, which may be before the container exists. An abort after that changes nothing. */
  async watch(name: string, signal: AbortSignal): Promise<Watch> {
    const filters = { container: [name], event: ["oom", "die"] };
    // The client would cut the stream off at an abort: just when the news of the end is waited for.
    const opening = new AbortController();
    const abort = (): void => opening.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const listening = refusalsOf(this.#docker.getEvents({ filters, abortSignal: opening.signal }));
    const stream = readable(await listening.finally(() => signal.removeEventListener("abort", abort)));
    const exit = readExit(stream);
    // Whoever needs the exit awaits it; where nobody does any more, its rejection is no news.
    exit.catch(() => undefined);
    return { exit, [Symbol.dispose]: () => void stream.destroy() };
  }

  async start(name: string, signal: AbortSignal): Promise<void> {
    await refusalsOf(this.#docker.getContainer(name).start({ abortSignal: signal }));
  }

  async kill(name: string, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await refusalsOf(this.#docker.getContainer(name).kill({ signal }));
  }

  /** Ends a container and removes it with its volumes. Resolves as well where there is none, or where it is going already. */
  async remove(name: string): Promise<void> {
    try {
      await refusalsOf(this.#docker.getContainer(name).remove({ force: true, v: true }));
    } catch (error) {
      if (!(error instanceof EngineRefusal && (error.status === 404 || error.status === 409))) throw error;
    }
  }

  /** Containers, running or not, that carry the label. */
  async list(label: string): Promise<{ readonly id: string; readonly labels: Readonly<Record<string, string>> }[]> {
    const listed = await refusalsOf(this.#docker.listContainers({ all: true, filters: { label: [label] } }));
    return v.parse(v.array(ListedContainer), listed).map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
  }

  async hasImage(image: string): Promise<boolean> {
    try {
      await refusalsOf(this.#docker.getImage(image).inspect());
      return true;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return false;
      throw error;
    }
  }

  /** Starts to fetch an image and yields the lines that the engine says about it. */
  async *pull(image: string, signal: AbortSignal): AsyncGenerator<unknown, void, void> {
    const stream = readable(await refusalsOf(this.#docker.pull(image, { abortSignal: signal })));
    const stop = (): void => void stream.destroy(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      yield* readJsonLines(stream);
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }
}

/** Every field, so that nothing of dockerode's own reading of the environment is left. */
function connectionOptions(endpoint: Endpoint): Docker.DockerOptions {
  const none = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  if ("socketPath" in endpoint) return { ...none, protocol: "http", socketPath: endpoint.socketPath };
  const { host, port, tls } = endpoint;
  return { ...none, ...tls, protocol: tls === undefined ? "http" : "https", host, port };
}

function readable(stream: NodeJS.ReadableStream): Readable {
  if (stream instanceof Readable) return stream;
  throw new TypeError("The engine's client gave no stream to read.");
}

async function readExit(events: Readable): Promise<EngineExit> {
  let outOfMemory = false;
  for await (const line of readJsonLines(events)) {
    const { Action, Actor } = v.parse(ContainerEvent, line);
    if (Action === "oom") outOfMemory = true;
    if (Action === "die") return { status: Number(Actor.Attributes.exitCode ?? Number.NaN), outOfMemory };
  }
  throw new Error("The engine stopped telling what happens.");
}

/** Turns dockerode's errors for an answer that isn't a success into refusals; others pass. */
async function refusalsOf<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error && "statusCode" in error && typeof error.statusCode === "number")) throw error;
    const answer = v.safeParse(Message, "json" in error ? error.json : undefined);
    // For calls that answer with a stream, dockerode has the engine's words only behind a preface of its own.
    const words = answer.success
      ? answer.output.message
      : error.message.replace(/^\(HTTP code \d+\) .*? - /, "").trim();
    throw new EngineRefusal(error.statusCode, words);
  }
}
