import { createHash } from "node:crypto";
import type { Warming } from "../language/language.ts";
import type { Shape } from "../run/plan.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import { type ContainerOptions, lockDown } from "./lockdown.ts";
import { expiryLabel } from "./reaper.ts";

/** On every image that ForgeAI made of another; its value is the image's id that it was made of. */
export const SNAPSHOT_LABEL = "dev.forgeai.snapshot";

/** What a shape says about its snapshot: the official image, and how it is made quick. */
export type WarmShape = Shape & { readonly warm: Warming };

export function isWarm(shape: Shape): shape is WarmShape {
  return shape.warm !== undefined;
}

type SnapshotEngine = Pick<Engine, "imageId" | "create" | "start" | "watch" | "commit" | "remove">;

/**
 * Images that ForgeAI derives from those of languages: a compiler's caches are filled once, in a container without a network and
 * without anybody's code, and kept as an image. They are told apart by the image that they are made of and by how, so that none
 * outlives a tag that has moved. Where there is none, the language's own image does.
 */
export class Snapshots {
  readonly #engine: SnapshotEngine;
  readonly #labels: Readonly<Record<string, string>>;
  /** Those that couldn't be made: tried once by each process. */
  readonly #hopeless = new Set<string>();

  /** @param labels put on the containers in which they are made, and so on them */
  constructor(engine: SnapshotEngine, labels: Readonly<Record<string, string>> = {}) {
    this.#engine = engine;
    this.#labels = labels;
  }

  /**
   * The name of the snapshot that serves for a shape; undefined where it is yet to be made, or its image to be pulled, and where
   * the engine doesn't say: whoever creates the container then hears why.
   */
  async find(shape: WarmShape): Promise<string | undefined> {
    try {
      const base = await this.#engine.imageId(shape.image);
      const name = base === undefined ? undefined : snapshotName(base, shape);
      return name !== undefined && (await this.#engine.imageId(name)) !== undefined ? name : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Makes the snapshot for a shape, unless it is there, or somebody else is making it. The shape's image has to be there.
   * Rejects with the signal's reason, an error of the engine, or one that says how the warming ended.
   */
  async make(shape: WarmShape, signal: AbortSignal): Promise<void> {
    const base = await this.#engine.imageId(shape.image);
    if (base === undefined) return;
    const name = snapshotName(base, shape);
    if (this.#hopeless.has(name) || (await this.#engine.imageId(name)) !== undefined) return;
    try {
      await this.#warm(name, base, shape, signal);
    } catch (error) {
      if (!signal.aborted) this.#hopeless.add(name);
      throw error;
    }
  }

  async #warm(name: string, base: string, shape: WarmShape, signal: AbortSignal): Promise<void> {
    // The same for whoever makes it: of two at a time the engine refuses the second.
    const container = name.replace(/[/:]/g, "-");
    using watch = await this.#engine.watch(container);
    try {
      await this.#engine.create(container, warmingOptions(shape, base, this.#labels));
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 409) return;
      throw error;
    }
    try {
      await this.#engine.start(container);
      const { status } = await orAborted(
        watch.exit,
        AbortSignal.any([signal, AbortSignal.timeout(shape.warm.timeoutMs)]),
      );
      if (status !== 0) throw new Error(`${shape.warm.command.join(" ")} ended with status ${status}`);
      signal.throwIfAborted();
      await this.#engine.commit(container, name, { [SNAPSHOT_LABEL]: base });
    } finally {
      await this.#engine.remove(container);
    }
  }
}

/** Of the image by its id and of how it is made quick: whichever of them changes, it is another. */
function snapshotName(base: string, { warm, environment }: WarmShape): string {
  const recipe = JSON.stringify([base, warm.command, warm.environment, environment]);
  return `forgeai/snapshot:${createHash("sha256").update(recipe).digest("hex").slice(0, 24)}`;
}

/** Below every run: a machine that is busy with those makes snapshots last. */
const LEAST_SHARES = 2;

/** Locked down like a run, but for a root file system that can be written: that is what is kept. Root owns it. */
function warmingOptions(shape: WarmShape, base: string, labels: Readonly<Record<string, string>>): ContainerOptions {
  const { command, environment, timeoutMs } = shape.warm;
  const limits = { ...shape.limits, cpuShares: LEAST_SHARES };
  const options = lockDown(
    {
      ...shape,
      image: base,
      limits,
      network: "none",
      readOnlyRoot: false,
      terminal: false,
      environment: { ...shape.environment, ...environment },
    },
    { uid: 0, labels: { ...labels, ...expiryLabel(timeoutMs) } },
  );
  return { ...options, Entrypoint: [...command], HostConfig: { ...options.HostConfig, AutoRemove: false } };
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
