import type { Duplex } from "node:stream";
import { messageOf, RunFailure } from "../run/failure.ts";
import { signalOfStatus } from "../run/outcome.ts";
import type { Job, Shape } from "../run/plan.ts";
import { encodeJob, WORK_FOLDER } from "./boot.ts";
import type { Container, ExitEvent, Output } from "./container.ts";
import { Deadline } from "./deadline.ts";
import { EndMark } from "./endMark.ts";
import { type Engine, type EngineExit, EngineRefusal, type Watch } from "./engine.ts";
import { InputWriter, inputFailed } from "./input.ts";
import type { ContainerOptions } from "./lockdown.ts";
import { Demultiplexer } from "./output.ts";

/** An engine that was told to kill a container and doesn't report its end within this time is lost. */
const END_TIMEOUT_MS = 10_000;

/** One Docker container, from its creation to its removal. */
export class DockerContainer implements Container {
  readonly folder = WORK_FOLDER;
  readonly shape: Shape;
  readonly #engine: Engine;
  readonly #name: string;
  readonly #release: () => void;
  readonly #lost: Promise<never>;
  /** What has to stop as well where the caller never comes back to the run's events. */
  readonly #watchers: Disposable[] = [];
  #giveUp: (error: unknown) => void = () => undefined;
  #watch: Promise<Watch> | undefined;
  #socket: Duplex | undefined;
  #patience: NodeJS.Timeout | undefined;
  #removed: Promise<void> | undefined;
  #ended = false;
  /** Its own word, which the engine hasn't confirmed. */
  #saidToEnd = false;

  constructor(engine: Engine, name: string, shape: Shape, release: () => void) {
    this.#engine = engine;
    this.#name = name;
    this.shape = shape;
    this.#release = release;
    this.#lost = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.#lost.catch((error: Error) => this.#socket?.destroy(error));
  }

  /** Throws the `EngineRefusal` with status 404 where the image isn't there, for other reasons a `RunFailure`. */
  async create(options: ContainerOptions, signal: AbortSignal): Promise<void> {
    this.#watch ??= this.#engine.watch(this.#name, signal);
    try {
      await Promise.all([this.#watch, this.#engine.create(this.#name, options, signal)]);
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) throw error;
      throw signal.aborted ? error : couldNotStart(error);
    }
  }

  /** Leaves the container waiting for its job. */
  async start(signal: AbortSignal): Promise<void> {
    try {
      this.#socket = await this.#engine.attach(this.#name, signal);
      // Whoever reads it sees what broke; until then nobody does, and an error that nobody hears ends the process.
      this.#socket.on("error", () => undefined);
      await this.#engine.start(this.#name, signal);
    } catch (error) {
      throw signal.aborted ? error : couldNotStart(error);
    }
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Output | ExitEvent, void, void> {
    if (this.#socket === undefined) throw new TypeError("The container has not been started.");
    const startedAt = performance.now();
    const { timeoutMs } = this.shape.limits;
    using deadline = new Deadline({ timeoutMs, signal, end: (how) => void this.#end(how) });
    const mark = new EndMark();
    using input = new InputWriter(this.#socket, encodeJob(job, mark.text), job.stdin);
    this.#watchers.push(deadline, input);
    try {
      yield* this.#read(this.#socket, mark);
      const { status, outOfMemory } = await this.#exit(mark);
      if (input.failure !== undefined) throw inputFailed(input.failure.error);
      yield {
        type: "exit",
        exitCode: status,
        signal: signalOfStatus(status),
        ...(deadline.reason && { stopped: deadline.reason }),
        ...(outOfMemory && { outOfMemory: "the engine reported that the kernel ended a process for it" }),
        runMs: performance.now() - startedAt,
      };
    } catch (error) {
      throw error instanceof RunFailure ? error : engineLost(error);
    }
  }

  async *#read(socket: Duplex, mark: EndMark): AsyncGenerator<Output, void, void> {
    const output = new Demultiplexer();
    for await (const chunk of socket) {
      for (const piece of output.push(chunk)) yield* mark.take(piece);
      if (mark.status === 0) return;
    }
    if (output.truncated) throw new Error("the program's output broke off in the middle");
    yield* mark.rest();
  }

  /** A good end can be taken from the container itself; why one was bad is the engine's to say. */
  async #exit(mark: EndMark): Promise<EngineExit> {
    if (mark.status === 0) {
      this.#saidToEnd = true;
      return { status: 0, outOfMemory: false };
    }
    const watch = await this.#watch;
    if (watch === undefined) throw new TypeError("The container has not been created.");
    const exit = await Promise.race([watch.exit, this.#lost]);
    this.#ended = true;
    return exit;
  }

  async #end(how: "politely" | "by-force"): Promise<void> {
    if (how === "by-force") {
      const lost = new Error(`it did not end the container within ${END_TIMEOUT_MS / 1000} s`);
      this.#patience = setTimeout(() => this.#giveUp(lost), END_TIMEOUT_MS);
    }
    try {
      await this.#engine.kill(this.#name, how === "politely" ? "SIGTERM" : "SIGKILL");
    } catch (error) {
      // A refusal says that the program has ended meanwhile, which the watch will tell as well.
      if (!(error instanceof EngineRefusal)) this.#giveUp(error);
    }
  }

  /** Ends whatever runs and removes the container. Doesn't wait for that where nothing should run any more; `gone` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#removed ??= this.#remove();
    if (!this.#saidToEnd) await this.#removed;
  }

  async gone(): Promise<void> {
    await this.#removed;
  }

  async #remove(): Promise<void> {
    clearTimeout(this.#patience);
    for (const watcher of this.#watchers) watcher[Symbol.dispose]();
    this.#socket?.destroy();
    const watch = await this.#watch?.catch(() => undefined);
    watch?.[Symbol.dispose]();
    // An ended container is removed by the engine; where the engine is lost, the next start sweeps.
    if (!this.#ended) await this.#engine.remove(this.#name).catch(() => undefined);
    this.#release();
  }
}

function couldNotStart(error: unknown): RunFailure {
  if (!(error instanceof EngineRefusal)) return engineLost(error);
  return new RunFailure({
    code: "start-failed",
    message: `The engine did not start the container: ${error.message}`,
    hint: explainRefusal(error.message),
    cause: error,
  });
}

/** What the engine's words mean for the user. The first that fits counts. */
const REFUSALS: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  { pattern: /range of CPUs/i, hint: "Ask for fewer cores with --cpus." },
  { pattern: /minimum memory|memory limit/i, hint: "Ask for another amount with --memory-limit." },
  {
    pattern: /"\/bin\/sh"|no such file or directory/i,
    hint: "The image needs a shell at /bin/sh: choose another with --image.",
  },
  { pattern: /exec format error/i, hint: "The image is for another platform: choose another with --image." },
];

function explainRefusal(message: string): string {
  return (
    REFUSALS.find(({ pattern }) => pattern.test(message))?.hint ??
    "The engine's log may say more: journalctl -u docker."
  );
}

function engineLost(error: unknown): RunFailure {
  return new RunFailure({
    code: "engine-lost",
    message: `The connection to the engine broke: ${messageOf(error)}.`,
    hint: "See whether the engine still runs (docker info), then run again.",
    cause: error,
  });
}
