import { collect, createRunner, type Runner, type RunResult } from "../../../src/index.ts";
import { TEST_LABEL } from "../support/runs.ts";
import type { Attack, Isolation } from "./attack.ts";
import { Bait } from "./bait.ts";
import { assertHostIsWell, type HostState, readHostState } from "./hostState.ts";
import { attackProgram } from "./programs.ts";
import { Victim } from "./victim.ts";

/** Enough that waiting for the engine costs nothing, and that no program is kept from its time by others. */
const AT_A_TIME = 4;

interface Parts {
  readonly kind: string;
  readonly isolation: Isolation;
  readonly runner: Runner;
  readonly bait: Bait;
  readonly host: HostState;
  /** Where the attacks look for one. */
  readonly victim: Victim | undefined;
}

/** Where the attacks of a class happen, all of them at once. Dispose of it. */
export class Scene implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #runs = new Map<Attack, Promise<RunResult>>();

  private constructor(parts: Parts, attacks: readonly Attack[]) {
    this.#parts = parts;
    for (const attack of attacks) {
      const run = this.#start(attack);
      // Asked for later, and so is what went wrong.
      run.catch(() => undefined);
      this.#runs.set(attack, run);
    }
  }

  /** Starts the attacks: `kind` is their folder. */
  static async set(kind: string, attacks: readonly Attack[], isolation: Isolation): Promise<Scene> {
    const [name, value] = TEST_LABEL;
    const bounds = { concurrency: AT_A_TIME + 1, queue: attacks.length };
    const runner = await createRunner({ executor: "container", labels: { [name]: value }, ...bounds });
    const host = await readHostState();
    const bait = await Bait.lay();
    const hasVictim = attacks.some(({ stdin }) => stdin !== undefined);
    const victim = hasVictim ? await Victim.start(runner, `${bait.marker}-victim`, isolation) : undefined;
    return new Scene({ kind, isolation, runner, bait, host, victim }, attacks);
  }

  async resultOf(attack: Attack): Promise<RunResult> {
    return (await this.#runs.get(attack)) ?? this.#start(attack);
  }

  /** Once all have ended: holds that nothing came of them. */
  async assertUnharmed(): Promise<void> {
    await Promise.allSettled(this.#runs.values());
    const { victim, host, bait } = this.#parts;
    await victim?.[Symbol.asyncDispose]();
    await assertHostIsWell(host);
    await bait.assertUntouched();
  }

  async #start({ program, args, stdin, limits }: Attack): Promise<RunResult> {
    const { kind, isolation, runner, bait, victim } = this.#parts;
    const input = victim === undefined ? undefined : stdin?.(victim);
    const request = { ...attackProgram(`${kind}/${program}`), limits, stdin: input, isolation };
    return collect(runner.run({ ...request, args: [...(args?.(bait) ?? []), bait.marker] }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.runner[Symbol.asyncDispose]();
    await this.#parts.bait[Symbol.asyncDispose]();
  }
}
