import { randomBytes, randomInt } from "node:crypto";
import type { Language } from "../language/language.ts";
import type { EngineReport } from "../run/engineReport.ts";
import type { Installation } from "../packages/installation.ts";
import type { InstallingEvent, PullEvent } from "../run/event.ts";
import { messageOf, RunFailure } from "../run/failure.ts";
import type { Shape } from "../run/plan.ts";
import { connectToEngine, findEngine } from "./connect.ts";
import type { AcquiredEvent, Executor, Provided } from "./container.ts";
import { type ContainerOwner, DockerContainer } from "./dockerContainer.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import { type ImagePuller, imageMissing, imageUnavailable } from "./image.ts";
import { type NamedEngine, readSurroundings, type Surroundings } from "./endpoint.ts";
import { examineEngine } from "./examine.ts";
import { imagePuller } from "./puller.ts";
import { Runtimes, type Sandbox } from "./isolation.ts";
import { type ContainerOptions, lockDown } from "./lockdown.ts";
import type { OpenNetwork } from "./openNetwork.ts";
import { expiryLabel, removeExpired } from "./reaper.ts";
import { isWarm, Snapshots, type WarmShape } from "./snapshot.ts";

export interface DockerOptions {
  /** Put on every container, beside ForgeAI's own. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long a registry may say nothing during a pull, in milliseconds. */
  readonly stallMs?: number;
  /** The engine; where none is named, the one that the docker command would use. */
  readonly engine?: NamedEngine | undefined;
  /** Where engines are looked for. */
  readonly surroundings?: Surroundings;
  /** Whether images that make a language quick are made where they are missed, between runs, or only used where they are. */
  readonly snapshots?: SnapshotPolicy | undefined;
  /** Where ForgeAI's own images come from, as `throughMirror` has it: it needs one to filter open networks. */
  readonly mirror?: string | undefined;
}

export type SnapshotPolicy = "make" | "use";

interface Connection {
  readonly engine: Engine;
  readonly images: ImagePuller;
  readonly snapshots: Snapshots;
  readonly runtimes: Runtimes;
}

/** Runs each job in a Docker container of its own. The engine is looked for when the first is wanted, and anew after a failure. */
export class DockerExecutor implements Executor {
  readonly kind = "container";
  readonly #options: DockerOptions;
  readonly #open = new Set<DockerContainer>();
  readonly #disposed = new AbortController();
  /** Snapshots that runs missed, by the image that they are made of. */
  readonly #missed = new Map<string, WarmShape>();
  #making: Promise<void> | undefined;
  #connection: Promise<Connection> | undefined;

  constructor(options: DockerOptions = {}) {
    this.#options = options;
  }

  async check(): Promise<void> {
    // Whatever a plan can ask for, the engine can be asked for: it answers when the container is created.
  }

  async *acquire(shape: Shape, signal: AbortSignal): AsyncGenerator<PullEvent | AcquiredEvent, void, void> {
    const connection = await this.#connect();
    const { images, runtimes } = connection;
    if (shape.pull === "always") yield* images.pull(shape.image, signal, shape.platform);
    const sandboxes = await runtimes.candidates(shape.isolation);
    for (const sandbox of sandboxes) {
      try {
        return yield* this.#acquireIn(sandbox, shape, connection, signal);
      } catch (error) {
        const isBroken = error instanceof RunFailure && error.code === "isolation-unavailable";
        if (!isBroken || sandbox === sandboxes.at(-1)) throw error;
        runtimes.disprove(sandbox);
      }
    }
  }

  async *#acquireIn(
    sandbox: Sandbox,
    shape: Shape,
    connection: Connection,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent | AcquiredEvent, void, void> {
    const { engine, snapshots } = connection;
    const owner: ContainerOwner = {
      released: () => {
        this.#open.delete(container);
        this.#makeMissed(snapshots);
      },
      lost: () => {
        this.#connection = undefined;
      },
    };
    const container = new DockerContainer(engine, `forgeai-${randomBytes(8).toString("hex")}`, shape, owner, sandbox);
    this.#open.add(container);
    let handedOver = false;
    try {
      const network = shape.network === "none" ? undefined : await this.#openNetwork(connection);
      const place = await network?.place();
      yield* this.#create(container, connection, place?.name, signal);
      await container.start();
      if (network !== undefined && place !== undefined) yield* network.filter(container, place, signal);
      signal.throwIfAborted();
      handedOver = true;
      yield { type: "acquired", container };
    } finally {
      if (!handedOver) await container[Symbol.asyncDispose]();
    }
  }

  async *install(
    installation: Installation,
    shape: Shape,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent | InstallingEvent, Provided, void> {
    const connection = await this.#connect();
    const { labels = {} } = this.#options;
    const { PackageImages } = await import("./packageImages.ts");
    return yield* new PackageImages({ ...connection, labels }).provide(installation, shape, signal);
  }

  async examine(languages: readonly Language[], signal: AbortSignal): Promise<EngineReport> {
    const { surroundings, engine: named } = this.#options;
    // Not the connection that runs have: that may have been made before the engine was stopped, or another chosen.
    return examineEngine(await findEngine(surroundings, named, signal), languages, signal);
  }

  /** Loaded when it is needed: few runs open the network. */
  async #openNetwork({ engine, images }: Connection): Promise<OpenNetwork> {
    const { OpenNetwork } = await import("./openNetwork.ts");
    const { labels = {}, mirror, surroundings = readSurroundings() } = this.#options;
    return new OpenNetwork({ engine, images, labels, mirror, surroundings });
  }

  async *#create(
    container: DockerContainer,
    { images, snapshots }: Pick<Connection, "images" | "snapshots">,
    network: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent, void, void> {
    const { image, pull } = container.shape;
    if (await this.#createFromSnapshot(container, snapshots, network)) return;
    try {
      await container.create(this.#lockDown(container, { image, network }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (pull === "never") throw imageMissing(image);
      if (pull === "always") throw imageUnavailable(image, messageOf(error));
      yield* images.pull(image, signal, container.shape.platform);
      await this.#createAgain(container, network);
    }
    signal.throwIfAborted();
  }

  /** The image has just been pulled; that it isn't there after all is no reason to pull again. */
  async #createAgain(container: DockerContainer, network: string | undefined): Promise<void> {
    const { image } = container.shape;
    try {
      await container.create(this.#lockDown(container, { image, network }));
    } catch (error) {
      throw error instanceof EngineRefusal ? imageUnavailable(image, messageOf(error)) : error;
    }
  }

  /** Whether there was a snapshot to create the container from. */
  async #createFromSnapshot(
    container: DockerContainer,
    snapshots: Snapshots,
    network: string | undefined,
  ): Promise<boolean> {
    const { shape } = container;
    if (!isWarm(shape)) return false;
    const image = await container.unlessLost(snapshots.find(shape));
    if (image === undefined) {
      this.#missed.set(shape.image, shape);
      return false;
    }
    try {
      await container.create(this.#lockDown(container, { image, network }));
      return true;
    } catch (error) {
      // Somebody has removed it since: its own image does as well.
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Makes what runs missed, while none goes on. That it can't be made is no run's failure: they are as slow as before. */
  #makeMissed(snapshots: Snapshots): void {
    if (this.#options.snapshots !== "make" || this.#open.size > 0 || this.#disposed.signal.aborted) return;
    for (const shape of this.#missed.values()) {
      this.#missed.delete(shape.image);
      const before = this.#making ?? Promise.resolve();
      this.#making = before.then(() => snapshots.make(shape, this.#disposed.signal)).catch(() => undefined);
    }
  }

  /** Made anew for each attempt: the time at which a container expires counts from its creation, not from before a long pull. */
  #lockDown(
    { shape, sandbox: { runtime, proof } }: DockerContainer,
    { image, network }: { readonly image: string; readonly network: string | undefined },
  ): ContainerOptions {
    const { labels = {} } = this.#options;
    // A user id that hardly any other living container has: some of the kernel's quotas are counted per user.
    const uid = randomInt(10_000, 60_000);
    const ownLabels = { ...labels, ...expiryLabel(shape.limits.timeoutMs) };
    const identity = { uid, labels: ownLabels, runtime, network, tellsKernel: proof !== undefined };
    return lockDown({ ...shape, image }, identity);
  }

  async #connect(): Promise<Connection> {
    const { surroundings = readSurroundings(), engine: named } = this.#options;
    this.#connection ??= connectToEngine(surroundings, named).then((engine) => {
      // Off the critical path, and no reason to fail: what can't be removed now is there for the next start.
      removeExpired(engine).catch(() => undefined);
      const images = imagePuller(engine, { surroundings, stallMs: this.#options.stallMs });
      return { engine, images, snapshots: new Snapshots(engine, this.#options.labels), runtimes: new Runtimes(engine) };
    });
    try {
      return await this.#connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    await Promise.all(
      [...this.#open].map(async (container) => {
        await container[Symbol.asyncDispose]();
        await container.gone();
      }),
    );
    await this.#making;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof EngineRefusal && error.status === 404;
}
