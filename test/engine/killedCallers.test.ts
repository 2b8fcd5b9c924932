import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { engine } from "./support/engine.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { Random } from "./support/random.ts";
import { collectRun } from "./support/runs.ts";
import { Wiretap } from "./support/wiretap.ts";

/** FORGEAI_TEST_KILLS makes more. */
const TRIALS = Number(process.env["FORGEAI_TEST_KILLS"] ?? 100);

/** So many at a time: a part of each trial is waiting. */
const LANES = 4;

const TIMEOUT_MS = 1000;

/** From before the command line has begun to after its program's time is over. */
const LATEST_KILL_MS = 2500;

/** As expiry labels have it: what was never started has no process that could end it, and is left to a later start's sweep. */
const SWEEP_MS = 65_000;

/** Programs that end only when they are ended, in various states of mind. */
const PROGRAMS = [
  "while True: pass",
  "import time\ntime.sleep(1000)",
  "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(1000)",
  "import os, time\nos.kill(-1, 19)\ntime.sleep(1000)",
];

let tap: Wiretap;
let killedAt = 0;

describe("a caller that is killed by SIGKILL at any instant", () => {
  before(async () => {
    tap = await Wiretap.start();
  });
  after(() => tap[Symbol.asyncDispose]());

  it(`leaves no container that runs on, in ${TRIALS} trials`, async function trials() {
    this.timeout(240_000);
    const random = new Random(4);
    let left = TRIALS;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await killAfter(random.below(LATEST_KILL_MS), PROGRAMS[left % PROGRAMS.length] ?? "");
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    killedAt = Date.now();
    assert.ok(tap.containers.length > TRIALS / 4, `${tap.containers.length} were made`);
    await eventuallyNone("running containers of killed callers", async () => ours(await (await engine()).running()));
  });

  async function killAfter(ms: number, program: string): Promise<void> {
    const words = ["dist/cli.js", "--container", `--timeout=${TIMEOUT_MS}ms`, "run", "python@3.9", program];
    const env = { ...process.env, DOCKER_HOST: tap.host };
    const child: ChildProcess = spawn(process.execPath, words, { stdio: ["pipe", "ignore", "ignore"], env });
    const ended = once(child, "exit");
    await Promise.race([wait(ms), ended]);
    child.kill("SIGKILL");
    await ended;
  }
});

function ours(names: readonly string[]): string[] {
  return names.filter((name) => tap.containers.includes(name));
}

// A hook of the whole run: when all other tests have run as well, so that nobody waits for it.
after("a later start has swept what was never started", async function sweep() {
  this.timeout(SWEEP_MS + 30_000);
  if (killedAt === 0) return;
  const view = await engine();
  if (ours(await view.containers()).length > 0) await wait(Math.max(0, killedAt + SWEEP_MS - Date.now()));
  await collectRun({ language: "python@3.9", source: "" });
  await eventuallyNone("containers of killed callers", async () => ours(await view.containers()));
});
