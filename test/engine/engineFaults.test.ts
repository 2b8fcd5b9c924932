import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { DockerExecutor } from "../../src/container/docker.ts";
import { collect, type RunEvent, RunFailure, type Runner, type RunRequest, type RunResult } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { engine as mainEngine } from "./support/engine.ts";
import { allContainers, copyImage } from "./support/engineCall.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { FaultyProxy } from "./support/faultyProxy.ts";
import { FaultyRegistry } from "./support/faultyRegistry.ts";
import { Gate } from "./support/gate.ts";
import { PrivateEngine } from "./support/privateEngine.ts";
import { hostProcesses } from "./support/processes.ts";

const IMAGE = "python:3.14-alpine";

/** From a fault to the news of it. */
const NEWS_MS = 5000;

const SHORT: RunRequest = { language: "python", source: 'print("again")' };

/** No other process of this machine has this in its command line. */
const MARK = `engine-faults-${process.pid}`;

/** Prints a line and goes on until its time is up. */
const LONG: RunRequest = {
  language: "python",
  source: 'import time\nprint("before\\n", end="", flush=True)\ntime.sleep(600)\n',
  args: [MARK],
  limits: { timeoutMs: 3000 },
};

interface Fault {
  readonly title: string;
  /** How the run of a program may end with it. */
  readonly ends: readonly string[];
  readonly strike: (engine: PrivateEngine) => Promise<void>;
  readonly mend: (engine: PrivateEngine) => Promise<void>;
}

const FAULTS: readonly Fault[] = [
  { title: "is killed", ends: ["engine-lost"], strike: (engine) => engine.kill(), mend: (engine) => engine.start() },
  // One that stops ends the programs first: that may be the news.
  {
    title: "is stopped",
    ends: ["engine-lost", "signalled"],
    strike: (engine) => engine.stop(),
    mend: (engine) => engine.restart(),
  },
  { title: "freezes", ends: ["engine-lost"], strike: (engine) => engine.freeze(), mend: (engine) => engine.thaw() },
];

describe("an engine that", () => {
  let engine: PrivateEngine;
  let runner: Runner;

  before(async function start() {
    if (!(await PrivateEngine.isPossible())) this.skip();
    engine = await PrivateEngine.start();
    await copyImage(IMAGE, await mainEngine(), engine);
  });

  after(async () => {
    await engine?.[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    runner = runnerOver(new DockerExecutor({ surroundings: engine.surroundings }));
  });

  /** Whatever became of a run: once the engine is back, the same runner runs, and no container is left. */
  afterEach(async () => {
    const { outcome, stdout } = await collect(runner.run(SHORT));
    await runner[Symbol.asyncDispose]();
    assert.deepEqual({ outcome, stdout }, { outcome: "ok", stdout: "again\n" });
    await eventuallyNone("containers", async () => [...(await allContainers(engine)).values()]);
  });

  /** How a run ends when the engine is struck, which is well again afterwards. */
  async function endUnder({ strike, mend }: Fault, run: () => Promise<RunResult>): Promise<RunResult | RunFailure> {
    const startedAt = performance.now();
    await strike(engine);
    try {
      const end = await endOf(run());
      const ms = performance.now() - startedAt;
      assert.ok(ms < NEWS_MS, `after ${ms} ms ${JSON.stringify(end)}`);
      return end;
    } finally {
      await mend(engine);
    }
  }

  for (const fault of FAULTS) {
    it(`${fault.title} before a run is unavailable, and each way to it is told`, async () => {
      const end = await endUnder(fault, () => collect(runner.run(SHORT)));
      const { tried } = demandFailure(end, "engine-unavailable");
      assert.match(tried[0]?.what ?? "", /^DOCKER_HOST \(unix:.*\)$/);
      assert.notEqual(tried[0]?.why ?? "", "");
    });

    it(`${fault.title} during a pull is lost, and not the image unavailable`, async () => {
      const asked = new Gate();
      await using registry = await FaultyRegistry.start({
        fault: (question, right) => (question === "layer" ? holdOpen(asked) : right),
      });
      const running = settle(collect(runner.run({ ...SHORT, image: registry.image })));
      await asked.opened;
      demandFailure(await endUnder(fault, running), "engine-lost");
    });

    it(`${fault.title} between a container's creation and its start is lost`, async () => {
      const [asked, released] = [new Gate(), new Gate()];
      await using proxy = await FaultyProxy.start(engine, async ({ call, bytes }) => {
        if (call.endsWith("/start")) {
          asked.open();
          await released.opened;
        }
        return { bytes };
      });
      await using runnerBehind = runnerOver(new DockerExecutor({ surroundings: proxy.surroundings }));
      const running = settle(collect(runnerBehind.run(LONG)));
      await asked.opened;
      const end = await endUnder(fault, () => {
        released.open();
        return running();
      });
      demandFailure(end, "engine-lost");
    });

    it(`${fault.title} while a program runs is lost, and what that printed is not`, async () => {
      const printed = new Gate();
      const running = settle(collect(watched(runner.run(LONG), printed)));
      await printed.opened;
      const end = await endUnder(fault, running);
      const { name, stdout } =
        end instanceof RunFailure
          ? { name: end.code, stdout: end.output?.stdout }
          : { name: end.outcome, stdout: end.stdout };
      assert.ok(fault.ends.includes(name), JSON.stringify(end));
      assert.equal(stdout, "before\n");
    });
  }

  it("is killed, and doesn't come back, leaves no program that runs beyond its time", async () => {
    const printed = new Gate();
    const running = settle(collect(watched(runner.run(LONG), printed)));
    await printed.opened;
    await engine.kill();
    demandFailure(await endOf(running()), "engine-lost");
    await eventuallyNone("programs", async () => {
      const commands = (await hostProcesses()).map(({ command }) => command);
      return commands.filter((command) => command.includes(MARK));
    });
    await engine.start();
  });

  it("doesn't answer for a moment isn't lost", async () => {
    const printed = new Gate();
    const running = settle(collect(watched(runner.run(LONG), printed)));
    await printed.opened;
    await engine.freeze();
    await wait(1000);
    await engine.thaw();
    const { outcome, stdout } = await running();
    assert.deepEqual({ outcome, stdout }, { outcome: "timeout", stdout: "before\n" });
  });
});

async function endOf(run: Promise<RunResult>): Promise<RunResult | RunFailure> {
  return run.catch((error: unknown) => {
    if (error instanceof RunFailure) return error;
    throw error;
  });
}

function demandFailure(end: RunResult | RunFailure, code: string): RunFailure {
  assert.ok(end instanceof RunFailure && end.code === code, JSON.stringify(end));
  return end;
}

/** For one that is looked at later: until then its failure is nobody's. */
function settle<T>(run: Promise<T>): () => Promise<T> {
  run.catch(() => undefined);
  return () => run;
}

async function holdOpen(asked: Gate): Promise<undefined> {
  asked.open();
  return new Promise(() => undefined);
}

async function* watched(events: AsyncIterable<RunEvent>, printed: Gate): AsyncGenerator<RunEvent, void, void> {
  for await (const event of events) {
    if (event.type === "stdout") printed.open();
    yield event;
  }
}
