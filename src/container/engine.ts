import { once } from "node:events";
import type { Duplex, Readable } from "node:stream";
import * as v from "valibot";
import type { TerminalSize } from "../run/terminal.ts";
import type { Credentials } from "./credentials.ts";
import { DETACH_KEYS_QUERY } from "./detachKeys.ts";
import type { Endpoint } from "./endpoint.ts";
import { callEngine, type EngineCall, EngineRefusal, MOST_WORDS_UNITS, openAnswer, openStream } from "./engineCall.ts";
import { readJsonLines } from "./jsonLines.ts";
import type { ContainerOptions } from "./lockdown.ts";
import { ping } from "./ping.ts";
import { Pulse } from "./pulse.ts";

/** How the engine says that a container ended. */
export interface EngineExit {
  readonly status: number;
  readonly outOfMemory: boolean;
}

/** How an image is fetched. */
export interface PullChoices {
  readonly credentials?: Credentials | undefined;
  /** "linux/arm64"; the engine's own where it is left out. */
  readonly platform?: string | undefined;
}

/** Listens for the end of one container. */
export interface Watch extends Disposable {
  /** Rejects when the engine stops talking before the container has ended. */
  readonly exit: Promise<EngineExit>;
}

/** How long an engine may take to give a sign of life, in milliseconds. */
export const PING_MS = 3000;

/** How long an engine may take to answer a call. Creating and starting take well under a second; a machine may be very busy. */
const ANSWER_MS = 30_000;

/** How long it may take to keep an image: 183 MB in 3,000 files took 3 s. */
const COMMIT_MS = 300_000;

const ContainerEvent = v.object({
  Action: v.string(),
  Actor: v.object({ Attributes: v.object({ exitCode: v.optional(v.string()) }) }),
});

const Made = v.object({ Id: v.pipe(v.string(), v.hexadecimal()) });

const Created = v.object({ Warnings: v.nullish(v.array(v.string())) });

/** One for each limit, and some more. */
const MOST_WARNINGS = 20;

const ImageFacts = v.object({ Os: v.string(), Architecture: v.string() });

const Identified = v.object({ Id: v.string() });

const Labelled = v.object({ Config: v.object({ Labels: v.nullish(v.record(v.string(), v.string())) }) });

const Measured = v.object({ SizeRw: v.optional(v.number(), 0) });

const ListedContainer = v.object({ Id: v.string(), Labels: v.record(v.string(), v.string()) });

/**
 * The few calls of the engine's API that ForgeAI makes. Containers go by name, so that one can be removed whose creation was cut off.
 * Calls reject with an `EngineRefusal`, or with an error of the connection; that also where an answer doesn't come in time.
 */
export class Engine {
  /** Tells when the engine is lost. */
  readonly pulse: Pulse;
  readonly #endpoint: Endpoint;

  private constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.pulse = new Pulse((signal) => ping(endpoint, signal));
  }

  /** Asks for a sign of life. */
  static async connect(endpoint: Endpoint): Promise<Engine> {
    await ping(endpoint, AbortSignal.timeout(PING_MS));
    return new Engine(endpoint);
  }

  /**
   * Resolves with the engine's warnings: what of the options it can't do, a limit for which its kernel has no means among them.
   * @param platform "linux/arm64"; the engine's own where it is left out
   */
  async create(name: string, options: ContainerOptions, platform?: string): Promise<readonly string[]> {
    const on = platform === undefined ? "" : `&platform=${encodeURIComponent(platform)}`;
    const made = await this.call("create the container", {
      method: "POST",
      path: `/containers/create?name=${name}${on}`,
      body: options,
    });
    const { Warnings } = v.parse(Created, made);
    return (Warnings ?? []).slice(0, MOST_WARNINGS).map((warning) => warning.slice(0, MOST_WORDS_UNITS));
  }

  /** Opens the standard streams. What is written is the program's input; `end` closes it and leaves the output open. */
  async attach(name: string): Promise<Duplex> {
    return this.#attach(name, "");
  }

  /** Opens the terminal of a container. */
  async attachTerminal(name: string): Promise<Duplex> {
    return this.#attach(name, `&detachKeys=${DETACH_KEYS_QUERY}`);
  }

  async #attach(name: string, more: string): Promise<Duplex> {
    const path = `/containers/${name}/attach?stream=true&stdin=true&stdout=true&stderr=true${more}`;
    return answerTo("attach to the container", (signal) =>
      openStream(this.#endpoint, { method: "POST", path }, signal),
    );
  }

  /** Tells the programs in a container's terminal its new size. */
  async resize(name: string, { columns, rows }: TerminalSize): Promise<void> {
    const path = `/containers/${name}/resize?h=${rows}&w=${columns}`;
    await this.call("resize the terminal", { method: "POST", path });
  }

  /** Resolves when the engine listens, which may be before the container exists. */
  async watch(name: string): Promise<Watch> {
    const filters = encodeURIComponent(JSON.stringify({ container: [name], event: ["oom", "die"] }));
    const call: EngineCall = { method: "GET", path: `/events?filters=${filters}` };
    const stream = await answerTo("tell what happens", (signal) => openAnswer(this.#endpoint, call, signal));
    const exit = readExit(stream);
    // Whoever needs the exit awaits it; where nobody does any more, its rejection is no news.
    exit.catch(() => undefined);
    return { exit, [Symbol.dispose]: () => void stream.destroy() };
  }

  async start(name: string): Promise<void> {
    await this.call("start the container", { method: "POST", path: `/containers/${name}/start` });
  }

  /** Ends all processes of a container by SIGKILL. */
  async kill(name: string): Promise<void> {
    await this.call("end the container", { method: "POST", path: `/containers/${name}/kill?signal=SIGKILL` });
  }

  /** Starts a further process in a container, as the user that it runs as, and doesn't wait for it. */
  async execute(name: string, command: readonly string[]): Promise<void> {
    const made = await this.call("make a process", {
      method: "POST",
      path: `/containers/${name}/exec`,
      body: { Cmd: command },
    });
    const { Id } = v.parse(Made, made);
    await this.call("start a process", { method: "POST", path: `/exec/${Id}/start`, body: { Detach: true } });
  }

  /** Ends a container and removes it with its volumes. Resolves with false where there is none. */
  async remove(name: string): Promise<boolean> {
    try {
      await this.call("remove the container", { method: "DELETE", path: `/containers/${name}?force=true&v=true` });
      return true;
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      if (error.status === 404) return false;
      // It is going already.
      if (error.status === 409) return true;
      throw error;
    }
  }

  /** Containers, running or not, that carry the label. */
  async list(label: string): Promise<{ readonly id: string; readonly labels: Readonly<Record<string, string>> }[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
    const path = `/containers/json?all=true&filters=${filters}`;
    const listed = await this.call("list its containers", { method: "GET", path });
    return v.parse(v.array(ListedContainer), listed).map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
  }

  /** "sha256:…", by which images on one machine are told apart; undefined where there is none of that name. */
  async imageId(image: string): Promise<string | undefined> {
    try {
      return v.parse(
        Identified,
        await this.call("look for the image", { method: "GET", path: `/images/${image}/json` }),
      ).Id;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Undefined where there is no image of that name. */
  async imageLabels(image: string): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const facts = await this.call("look at the image", { method: "GET", path: `/images/${image}/json` });
      return v.parse(Labelled, facts).Config.Labels ?? {};
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Gives an image another name. */
  async tag(image: string, name: string): Promise<void> {
    const [repository = "", tag = ""] = name.split(":");
    const path = `/images/${image}/tag?repo=${encodeURIComponent(repository)}&tag=${tag}`;
    await this.call("name the image", { method: "POST", path });
  }

  /** How much a container has written into its root file system, in bytes. */
  async writtenBytes(container: string): Promise<number> {
    const facts = await this.call("measure it", { method: "GET", path: `/containers/${container}/json?size=true` });
    return v.parse(Measured, facts).SizeRw;
  }

  /** Keeps what an ended container has in its files as an image, with its environment. */
  async commit(container: string, image: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const [repository = "", tag = ""] = image.split(":");
    const path = `/commit?container=${container}&repo=${encodeURIComponent(repository)}&tag=${tag}`;
    const call: EngineCall = { method: "POST", path, body: { Labels: labels } };
    await answerTo("keep the image", (signal) => callEngine(this.#endpoint, call, signal), COMMIT_MS);
  }

  /** What an image says that it is made for: "linux/arm64". */
  async platformOf(image: string): Promise<string> {
    const facts = await this.call("look at the image", { method: "GET", path: `/images/${image}/json` });
    const { Os, Architecture } = v.parse(ImageFacts, facts);
    return `${Os}/${Architecture}`;
  }

  /** Makes a call and resolves with its answer, read as JSON where it is that. `what` it is to do, for people. */
  async call(what: string, call: EngineCall): Promise<unknown> {
    return answerTo(what, (signal) => callEngine(this.#endpoint, call, signal));
  }

  /** Starts to fetch an image and yields the lines that the engine says about it. */
  async *pull(
    image: string,
    signal: AbortSignal,
    { credentials, platform }: PullChoices = {},
  ): AsyncGenerator<unknown, void, void> {
    const query = new URLSearchParams({ ...nameAndTag(image), ...(platform !== undefined && { platform }) });
    const call: EngineCall = {
      method: "POST",
      path: `/images/create?${query.toString()}`,
      ...(credentials && { headers: { "x-registry-auth": encodeCredentials(credentials) } }),
    };
    const stream = await openAnswer(this.#endpoint, call, signal);
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

/** Engines want the padding, which Node's own base64url leaves out. */
function encodeCredentials(credentials: Credentials): string {
  return Buffer.from(JSON.stringify(credentials)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** An engine takes an image's name apart from its tag, or from its digest: for a name alone it would fetch all tags. */
function nameAndTag(image: string): { readonly fromImage: string; readonly tag: string } {
  const [, fromImage = image, digest, tag = "latest"] = /^(.+?)(?:@(.+)|:([^:/]+))?$/.exec(image) ?? [];
  return { fromImage, tag: digest ?? tag };
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

/** Makes a call and waits for its answer, but not for ever. */
async function answerTo<T>(
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  patienceMs = ANSWER_MS,
): Promise<T> {
  const patience = new AbortController();
  const impatience = once(patience.signal, "abort").then(() => {
    throw new Error(`it did not ${what} within ${patienceMs / 1000} s`);
  });
  // Ended with the answer: what streams behind it isn't to be cut off.
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    // Raced, for what an abort breaks off says only that.
    return await Promise.race([impatience, call(patience.signal)]);
  } finally {
    clearTimeout(timer);
  }
}
