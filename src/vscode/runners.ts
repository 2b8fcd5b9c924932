import type { Runner, SnapshotPolicy } from "../runner.ts";

/** More than a person watches; fewer than any engine takes. Programs that wait at a terminal for their input need no core. */
const RUNS_AT_A_TIME = 8;

/** Which engine a window's programs run on, what may be kept there, and where its images come from. */
export interface EngineChoice {
  /** An address; undefined where it is the one that Docker's own command line would use. */
  readonly host: string | undefined;
  readonly snapshots: SnapshotPolicy;
  /** Undefined where official images come from Docker's own registry. */
  readonly mirror: string | undefined;
}

/** The runner of a window. There is another for another engine; nothing is loaded before the first run. */
export class Runners implements AsyncDisposable {
  #current: (EngineChoice & { readonly runner: Promise<Runner> }) | undefined;
  readonly #earlier = new Set<Promise<void>>();

  async over(engine: EngineChoice): Promise<Runner> {
    const { host, snapshots, mirror } = engine;
    const current = this.#current;
    if (current?.host !== host || current?.snapshots !== snapshots || current?.mirror !== mirror) this.#end();
    this.#current ??= { host, snapshots, mirror, runner: start(engine) };
    return this.#current.runner;
  }

  #end(): void {
    const { runner } = this.#current ?? {};
    this.#current = undefined;
    if (runner === undefined) return;
    const ended = runner.then((each) => each[Symbol.asyncDispose]()).finally(() => this.#earlier.delete(ended));
    this.#earlier.add(ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await Promise.allSettled(this.#earlier);
  }
}

async function start({ host, snapshots, mirror }: EngineChoice): Promise<Runner> {
  const { createRunner } = await import("../runner.ts");
  return createRunner({
    executor: "container",
    concurrency: RUNS_AT_A_TIME,
    snapshots,
    mirror,
    ...(host !== undefined && { engine: { host, from: "the setting forgeai.engine.host" } }),
  });
}
