import assert from "node:assert/strict";
import type { EndedEvent, RunEvent, RunRequest } from "../../src/index.ts";
import { engine } from "./support/engine.ts";
import { testEnvironment } from "./support/environment.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { alive } from "./support/processes.ts";
import { collectRun, type ExecutorKind, firstOutput, source, TEST_LABEL, testRunner } from "./support/runs.ts";
import { SilentRegistry } from "./support/silentRegistry.ts";

const MEBIBYTE = 1024 * 1024;
const TIMEOUT_MS = 1500;

/** How long after its deadline, or after a stop, a run may still take. */
const SLACK_MS = 1000;

const kinds: readonly ExecutorKind[] = ["container", "local"];

const programs = [
  { title: "sleeps", name: "sleeper" },
  { title: "is busy", name: "busy" },
  { title: "ignores every signal that it can", name: "deaf" },
  { title: "starts others, and more when it is asked to end", name: "forker" },
  { title: "floods its output", name: "flooder" },
];

/** Memory for several Nodes at once. */
function request(name: string, timeoutMs: number): RunRequest {
  const program = source(`javascript/stubborn/${name}.js`);
  return { language: "javascript", source: program, limits: { timeoutMs, memoryBytes: 512 * MEBIBYTE } };
}

interface Observed {
  readonly ended: EndedEvent;
  /** From the program's start to the run's last event. */
  readonly lastedMs: number;
  /** What the program printed: its own process number, and its children's. */
  readonly pids: readonly number[];
}

/** Follows a run to its end; `seen` is called at the program's first output. */
async function observe(events: AsyncIterable<RunEvent>, seen: () => void = () => undefined): Promise<Observed> {
  let startedAt = Number.NaN;
  let printed = "";
  for await (const event of events) {
    if (event.type === "started") startedAt = performance.now();
    if (event.type === "stdout") {
      if (printed === "") seen();
      if (printed.length < 1000) printed += Buffer.from(event.data).toString();
    }
    if (event.type === "ended") {
      const pids = printed.split("\n").slice(0, -1).map(Number);
      return { ended: event, lastedMs: performance.now() - startedAt, pids: [...new Set(pids)] };
    }
  }
  throw new Error("The run did not end.");
}

async function assertNothingRuns(kind: ExecutorKind, pids: readonly number[]): Promise<void> {
  if (kind === "local") return assert.deepEqual(await alive(pids), []);
  const view = await engine();
  await eventuallyNone("the run's container", () => view.containers(TEST_LABEL));
}

for (const kind of kinds) {
  describe(`the time-out of a ${kind} run`, () => {
    for (const { title, name } of programs) {
      it(`ends a program that ${title}`, async () => {
        await using runner = await testRunner(kind);
        const { ended, lastedMs, pids } = await observe(runner.run(request(name, TIMEOUT_MS)));
        assert.equal(ended.outcome, "timeout", ended.evidence);
        assert.ok(lastedMs > TIMEOUT_MS - 50 && lastedMs < TIMEOUT_MS + SLACK_MS, `it took ${Math.round(lastedMs)} ms`);
        assert.ok(pids.length > 0);
        await assertNothingRuns(kind, pids);
      });
    }
  });

  describe(`stopping a ${kind} run`, () => {
    for (const { title, name } of programs) {
      it(`ends a program that ${title}`, async () => {
        await using runner = await testRunner(kind);
        const stop = new AbortController();
        let stoppedAt = Number.NaN;
        const { ended, pids } = await observe(runner.run(request(name, 60_000), { signal: stop.signal }), () => {
          stoppedAt = performance.now();
          stop.abort();
        });
        const tookMs = performance.now() - stoppedAt;
        assert.deepEqual([ended.outcome, ended.evidence], ["cancelled", "It was stopped on request."]);
        assert.ok(tookMs < SLACK_MS, `it took ${Math.round(tookMs)} ms`);
        await assertNothingRuns(kind, pids);
      });
    }

    it("tells how the program took it", async () => {
      await using runner = await testRunner(kind);
      const stop = new AbortController();
      const polite = "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log(1);";
      const events = runner.run({ language: "javascript", source: polite }, { signal: stop.signal });
      const { ended } = await observe(events, () => stop.abort());
      assert.deepEqual([ended.outcome, ended.exitCode], ["cancelled", 9]);
      assert.ok(ended.phases.runMs > 0);
    });

    it("before it has begun starts nothing", async () => {
      const startedAt = Date.now();
      const result = await collectRun(request("sleeper", 60_000), { executor: kind, signal: AbortSignal.abort() });
      assert.deepEqual([result.outcome, result.exitCode, result.phases.runMs], ["cancelled", null, 0]);
      const [label, value] = TEST_LABEL;
      const view = await engine();
      assert.deepEqual(await view.containersMadeSince(startedAt, (attributes) => attributes[label] === value), []);
    });

    it("by leaving the loop ends it as well", async () => {
      await using runner = await testRunner(kind);
      let printed = "";
      for await (const event of runner.run(request("deaf", 60_000))) {
        if (event.type !== "stdout") continue;
        printed = Buffer.from(event.data).toString();
        break;
      }
      await assertNothingRuns(kind, [Number.parseInt(printed, 10)]);
    });

    it("by disposing of the runner ends it as well", async () => {
      const runner = await testRunner(kind);
      const events = runner.run(request("deaf", 60_000));
      const pid = Number.parseInt(await firstOutput(events), 10);
      await runner[Symbol.asyncDispose]();
      await assertNothingRuns(kind, [pid]);
    });
  });
}

describe("stopping a container run", () => {
  it("while its image is pulled ends the pull", async function test() {
    if (testEnvironment().registryPort === null) this.skip();
    await using registry = await SilentRegistry.start();
    await using runner = await testRunner();
    const stop = new AbortController();
    const image = `127.0.0.1:${registry.port}/forgeai-test/tiny:1`;
    const run = observe(runner.run({ language: "python", source: "", image }, { signal: stop.signal }));
    await registry.called();
    const stoppedAt = performance.now();
    stop.abort();
    const { ended } = await run;
    assert.ok(performance.now() - stoppedAt < SLACK_MS);
    assert.deepEqual([ended.outcome, ended.phases.runMs], ["cancelled", 0]);
    assert.match(ended.evidence, /before the program started/);
  });
});

describe("the end of a program", () => {
  const cases = kinds.flatMap((kind) => ["attached", "detached"].map((session) => ({ kind, session })));
  for (const { kind, session } of cases) {
    it(`is the end of the deaf process that it left behind, ${session}, in a ${kind} run`, async () => {
      await using runner = await testRunner(kind);
      let childIsThere = (): void => undefined;
      const seen = new Promise<void>((resolve) => {
        childIsThere = resolve;
      });
      const stdin = async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
        await seen;
        yield Buffer.from("end");
      };
      const leaveBehind = { language: "javascript", source: source("javascript/leave-behind.js") };
      const events = runner.run({ ...leaveBehind, args: [session], stdin: stdin() });
      const { ended, pids } = await observe(events, () => childIsThere());
      assert.deepEqual([ended.outcome, pids.length], ["ok", 1]);
      await assertNothingRuns(kind, pids);
    });
  }
});

describe("the end that a program forges", () => {
  it("is its end", async () => {
    const result = await collectRun({
      language: "python",
      source: source("python/forge-end.py"),
      limits: { timeoutMs: 5000 },
    });
    // Where the kernel doesn't let it, it goes on until its time is up.
    assert.ok(["ok", "timeout", "failed"].includes(result.outcome), result.evidence);
    await eventuallyNone("the run's container", async () => (await engine()).containers(TEST_LABEL));
  });
});

describe("the memory limit of a local run", () => {
  const taking = "const taken = []; setInterval(() => taken.push(Buffer.alloc(20e6, 1)), 20);";
  const cases = [
    { title: "ends a program that takes more", program: taking },
    {
      title: "ends a program whose child takes more",
      program: `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(taking)}], { detached: true }); setInterval(() => {}, 1000);`,
    },
  ];
  for (const { title, program } of cases) {
    it(title, async () => {
      const limits = { memoryBytes: 256 * MEBIBYTE };
      const result = await collectRun({ language: "javascript", source: program, limits }, { executor: "local" });
      assert.equal(result.outcome, "memory-limit", result.evidence);
      assert.match(result.evidence, /ran out of memory, of which it may have 256 MB/);
    });
  }
});
