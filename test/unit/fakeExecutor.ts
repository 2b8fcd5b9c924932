import { once } from "node:events";
import type { AcquiredEvent, Container, Executor, ExitEvent, Output } from "../../src/container/container.ts";
import type { PullEvent } from "../../src/run/event.ts";
import type { GivenIsolation } from "../../src/run/isolation.ts";
import type { Exit } from "../../src/run/outcome.ts";
import type { Job, Plan, Shape } from "../../src/run/plan.ts";

/** What happens in one container; the default is a program that says nothing and ends well. */
export interface Scene {
  readonly pulls?: readonly PullEvent[];
  /** Thrown instead of giving a container. */
  readonly refusal?: Error;
  readonly folder?: string;
  readonly isolation?: GivenIsolation;
  readonly cautions?: readonly string[];
  readonly prints?: readonly Output[];
  /** Goes on after it has printed until it is aborted. */
  readonly hangs?: boolean;
  /** Goes on after it has printed until this is resolved. */
  readonly until?: Promise<void>;
  /** Thrown instead of telling an exit. */
  readonly failure?: Error;
  readonly exit?: Partial<Exit>;
}

/** An executor that plays scenes, one for each container, and notes what it was asked for. */
export class FakeExecutor implements Executor {
  readonly kind: Executor["kind"];
  /** What happened, in its order. */
  readonly log: string[] = [];
  readonly plans: Plan[] = [];
  readonly shapes: Shape[] = [];
  readonly jobs: Job[] = [];
  /** What each container was told to end by. */
  readonly signals: AbortSignal[] = [];
  /** Thrown by `check`. */
  objection: Error | undefined;
  readonly #scenes: Scene[];

  constructor(scenes: readonly Scene[] = [], kind: Executor["kind"] = "container") {
    this.#scenes = [...scenes];
    this.kind = kind;
  }

  async check(plan: Plan): Promise<void> {
    this.plans.push(plan);
    if (this.objection !== undefined) throw this.objection;
  }

  async *acquire(shape: Shape, signal: AbortSignal): AsyncGenerator<PullEvent | AcquiredEvent, void, void> {
    const scene = this.#scenes.shift() ?? {};
    signal.throwIfAborted();
    this.shapes.push(shape);
    this.log.push("acquire");
    yield* scene.pulls ?? [];
    signal.throwIfAborted();
    if (scene.refusal !== undefined) throw scene.refusal;
    yield { type: "acquired", container: new FakeContainer(scene, this) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.log.push("dispose executor");
  }
}

class FakeContainer implements Container {
  readonly folder: string;
  readonly isolation: Container["isolation"];
  readonly cautions: readonly string[];
  readonly #scene: Scene;
  readonly #executor: FakeExecutor;

  constructor(scene: Scene, executor: FakeExecutor) {
    this.folder = scene.folder ?? "/code";
    this.isolation = executor.kind === "local" ? "process" : (scene.isolation ?? "default");
    this.cautions = scene.cautions ?? [];
    this.#scene = scene;
    this.#executor = executor;
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Output | ExitEvent, void, void> {
    this.#executor.jobs.push(job);
    this.#executor.signals.push(signal);
    this.#executor.log.push("run");
    const { prints = [], hangs = false, until, failure, exit = {} } = this.#scene;
    yield* prints;
    await until;
    if (hangs && !signal.aborted) await once(signal, "abort");
    if (failure !== undefined) throw failure;
    const stopped = signal.aborted ? ({ exitCode: 137, signal: "SIGKILL", stopped: "cancelled" } as const) : {};
    yield { type: "exit", exitCode: 0, signal: null, runMs: 3, ...stopped, ...exit };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#executor.log.push("dispose");
  }
}
