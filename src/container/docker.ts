import { randomBytes, randomInt } from "node:crypto";
import type { Language } from "../language/language.ts";
import type { EngineReport } from "../run/engineReport.ts";
import type { PullEvent } from "../run/event.ts";
import { messageOf } from "../run/failure.ts";
import type { Shape } from "../run/plan.ts";
import { connectToEngine, findEngine } from "./connect.ts";
import type { AcquiredEvent, Executor } from "./container.ts";
import { DockerContainer } from "./dockerContainer.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import { ImagePuller, imageMissing, imageUnavailable } from "./image.ts";
import type { NamedEngine, Surroundings } from "./endpoint.ts";
import { examineEngine } from "./examine.ts";
import { type ContainerOptions, lockDown } from "./lockdown.ts";
import { expiryLabel, removeExpired } from "./reaper.ts";

export interface DockerOptions {
  /** Put on every container, beside ForgeAI's own. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long a registry may say nothing during a pull, in milliseconds. */
  readonly stallMs?: number;
  /** The engine; where none is named, the one that the docker command would use. */
  readonly engine?: NamedEngine | undefined;
  /** Where engines are looked for. */
  readonly surroundings?: Surroundings;
}

interface Connection {
  readonly engine: Engine;
  readonly images: ImagePuller;
}

/** Runs each job in a Docker container of its own. The engine is looked for when the first is wanted, and anew after a failure. */
export class DockerExecutor implements Executor {
  readonly kind = "container";
  readonly #options: DockerOptions;
  readonly #open = new Set<DockerContainer>();
  #connection: Promise<Connection> | undefined;

  constructor(options: DockerOptions = {}) {
    this.#options = options;
  }

  async check(): Promise<void> {
    // Whatever a plan can ask for, the engine can be asked for: it answers when the container is created.
  }

  async *acquire(shape: Shape, signal: AbortSignal): AsyncGenerator<PullEvent | AcquiredEvent, void, void> {
    const { engine, images } = await this.#connect();
    if (shape.pull === "always") yield* images.pull(shape.image, signal);
    const container = new DockerContainer(engine, `forgeai-${randomBytes(8).toString("hex")}`, shape, {
      released: () => this.#open.delete(container),
      lost: () => {
        this.#connection = undefined;
      },
    });
    this.#open.add(container);
    let handedOver = false;
    try {
      yield* this.#create(container, images, signal);
      await container.start();
      signal.throwIfAborted();
      handedOver = true;
      yield { type: "acquired", container };
    } finally {
      if (!handedOver) await container[Symbol.asyncDispose]();
    }
  }

  async examine(languages: readonly Language[], signal: AbortSignal): Promise<EngineReport> {
    const { surroundings, engine: named } = this.#options;
    // Not the connection that runs have: that may have been made before the engine was stopped, or another chosen.
    return examineEngine(await findEngine(surroundings, named, signal), languages, signal);
  }

  async *#create(
    container: DockerContainer,
    images: ImagePuller,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent, void, void> {
    const { image, pull } = container.shape;
    try {
      await container.create(this.#lockDown(container.shape));
    } catch (error) {
      if (!(error instanceof EngineRefusal && error.status === 404)) throw error;
      if (pull === "never") throw imageMissing(image);
      if (pull === "always") throw imageUnavailable(image, messageOf(error));
      yield* images.pull(image, signal);
      await this.#createAgain(container);
    }
    signal.throwIfAborted();
  }

  /** The image has just been pulled; that it isn't there after all is no reason to pull again. */
  async #createAgain(container: DockerContainer): Promise<void> {
    try {
      await container.create(this.#lockDown(container.shape));
    } catch (error) {
      throw error instanceof EngineRefusal ? imageUnavailable(container.shape.image, messageOf(error)) : error;
    }
  }

  /** Made anew for each attempt: the time at which a container expires counts from its creation, not from before a long pull. */
  #lockDown(shape: Shape): ContainerOptions {
    const { labels = {} } = this.#options;
    // A user id that hardly any other living container has: some of the kernel's quotas are counted per user.
    const uid = randomInt(10_000, 60_000);
    return lockDown(shape, { uid, labels: { ...labels, ...expiryLabel(shape.limits.timeoutMs) } });
  }

  async #connect(): Promise<Connection> {
    const { surroundings, engine: named } = this.#options;
    this.#connection ??= connectToEngine(surroundings, named).then((engine) => {
      // Off the critical path, and no reason to fail: what can't be removed now is there for the next start.
      removeExpired(engine).catch(() => undefined);
      return { engine, images: new ImagePuller(engine, this.#options.stallMs) };
    });
    try {
      return await this.#connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#open].map(async (container) => {
        await container[Symbol.asyncDispose]();
        await container.gone();
      }),
    );
  }
}
