import type { Runner } from "../runner.ts";

/** More than a person watches; fewer than any engine takes. Programs that wait at a terminal for their input need no core. */
const RUNS_AT_A_TIME = 8;

/** The runner of a window. There is another for another engine; nothing is loaded before the first run. */
export class Runners implements AsyncDisposable {
  #current: { readonly host: string | undefined; readonly runner: Promise<Runner> } | undefined;
  readonly #earlier = new Set<Promise<void>>();

  /** The runner over the engine at `host`, an address, or over the one that Docker's own command line would use. */
  async over(host: string | undefined): Promise<Runner> {
    if (this.#current?.host !== host) this.#end();
    this.#current ??= { host, runner: start(host) };
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

async function start(host: string | undefined): Promise<Runner> {
  const { createRunner } = await import("../runner.ts");
  return createRunner({
    executor: "container",
    concurrency: RUNS_AT_A_TIME,
    ...(host !== undefined && { engine: { host, from: "the setting forgeai.engine.host" } }),
  });
}
