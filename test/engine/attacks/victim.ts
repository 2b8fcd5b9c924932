import assert from "node:assert/strict";
import type { RunEvent, Runner } from "../../../src/index.ts";
import { hostProcesses } from "../support/processes.ts";
import { firstOutput } from "../support/runs.ts";
import type { Isolation } from "./attack.ts";
import { attackProgram } from "./programs.ts";

interface Facts {
  /** In its words, and in the names and the content of its files. */
  readonly secret: string;
  /** At its loopback. */
  readonly port: number;
  /** Its number on this machine, where that tells. */
  readonly pid: number;
}

/** A run that goes on while others look for it. Dispose of it. */
export class Victim implements AsyncDisposable {
  readonly facts: Facts;
  readonly #events: AsyncGenerator<RunEvent, void, void>;

  private constructor(events: AsyncGenerator<RunEvent, void, void>, facts: Facts) {
    this.#events = events;
    this.facts = facts;
  }

  /** Resolves once there is all to be seen of it that there will be. */
  static async start(runner: Runner, secret: string, isolation: Isolation): Promise<Victim> {
    const program = attackProgram("neighbours/victim.py");
    const events = runner.run({ ...program, args: [secret], isolation, limits: { timeoutMs: 600_000 } });
    const port = Number(await firstOutput(events));
    const processes = await hostProcesses();
    const own = processes.find(({ command }) => command.includes(secret));
    // gVisor's processes aren't the host's.
    if (processes.length > 0 && isolation === "default") assert.ok(own !== undefined, "the host sees it");
    return new Victim(events, { secret, port, pid: own?.pid ?? 999_999 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events.return();
  }
}
