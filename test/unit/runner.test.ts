import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { availableParallelism } from "node:os";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Output } from "../../src/container/container.ts";
import type { EndedEvent, PullEvent, RunEvent } from "../../src/run/event.ts";
import { RunFailure } from "../../src/run/failure.ts";
import type { Exit, Outcome } from "../../src/run/outcome.ts";
import type { RunRequest } from "../../src/run/request.ts";
import { collect } from "../../src/run/result.ts";
import { createRunner, runnerOver } from "../../src/runner.ts";
import { FakeExecutor, type Scene } from "./fakeExecutor.ts";
import { gather } from "./gather.ts";

const PYTHON: RunRequest = { language: "python", source: "1/0\n" };
const GO: RunRequest = { language: "go", source: "package main\n\nfunc main() { x }\n", args: ["-v"], stdin: "in" };

const prints = (type: Output["type"], text: string): Output => ({ type, data: Buffer.from(text) });

const pulls = (currentBytes: number): PullEvent => ({
  type: "pulling",
  image: "python:3.14-alpine",
  status: "Downloading",
  currentBytes,
  totalBytes: 9,
});

const lost = new RunFailure({ code: "engine-lost", message: "The connection broke.", hint: "Again." });

interface Played {
  readonly events: readonly RunEvent[];
  readonly ended: EndedEvent;
  readonly executor: FakeExecutor;
}

async function play(request: RunRequest, ...scenes: readonly Scene[]): Promise<Played> {
  const executor = new FakeExecutor(scenes);
  const events = await gather(runnerOver(executor).run(request));
  const ended = events.at(-1);
  assert.ok(ended?.type === "ended");
  return { events, ended, executor };
}

const typesOf = (events: readonly RunEvent[]): string[] => events.map(({ type }) => type);

describe("A run", () => {
  it("says what it pulls, that it starts, what the program prints, and how it ended, in this order", async () => {
    const { events, ended, executor } = await play(PYTHON, {
      pulls: [pulls(1), pulls(2)],
      prints: [prints("stdout", "a"), prints("stderr", "b"), prints("stdout", "c")],
      exit: { exitCode: 3 },
    });
    assert.deepEqual(typesOf(events), ["pulling", "pulling", "started", "stdout", "stderr", "stdout", "ended"]);
    assert.deepEqual(events.slice(0, 2), [pulls(1), pulls(2)]);
    assert.deepEqual(events[3], { type: "stdout", phase: "run", data: Buffer.from("a") });
    assert.deepEqual([ended.outcome, ended.exitCode, ended.evidence], ["failed", 3, "It exited with status 3."]);
    assert.deepEqual(executor.log, ["acquire", "run", "dispose"]);
  });

  it("tells before the first output how the program is kept", async () => {
    const { events, ended } = await play({ ...PYTHON, network: "bridge", limits: { cpus: 2 } });
    const started = events[0];
    assert.ok(started?.type === "started");
    const { type: _, ...setting } = started;
    const { limits } = setting;
    assert.equal(limits.cpus, 2);
    const image = "python:3.14-alpine";
    const rest = { language: "python", version: "3.14", image, isolation: "default", network: "bridge" };
    assert.deepEqual(setting, { ...rest, limits });
    assert.deepEqual({ ...ended, ...setting }, ended);
  });

  it("claims no isolation, image or version that a local run doesn't have", async () => {
    const executor = new FakeExecutor([], "local");
    const [started] = await gather(runnerOver(executor).run(PYTHON));
    assert.ok(started?.type === "started");
    const { isolation, image, version, network } = started;
    assert.deepEqual([isolation, image, version, network], ["process", null, null, "host"]);
  });

  it("hands the planned job to a container of the planned shape", async () => {
    const { executor } = await play(PYTHON);
    assert.deepEqual(executor.shapes, [executor.plans[0]?.run.shape]);
    assert.deepEqual(executor.jobs, [executor.plans[0]?.run.job]);
  });

  it("finds the problems in what the program printed, in the folder in which it ran", async () => {
    const report = (folder: string): string =>
      `Traceback (most recent call last):\n  File "${folder}/main.py", line 1, in <module>\n    1/0\nZeroDivisionError: division by zero\n`;
    for (const folder of ["/code", "/tmp/forgeai-x y"]) {
      const text = report(folder);
      const scene = { folder, exit: { exitCode: 1 }, prints: text.split("").map((letter) => prints("stderr", letter)) };
      const { ended } = await play(PYTHON, scene);
      assert.deepEqual(
        ended.problems.map(({ file, line, message }) => [file, line, message]),
        [["main.py", 1, "ZeroDivisionError: division by zero"]],
      );
    }
  });

  it("doesn't look for problems in standard output", async () => {
    const text = 'Traceback (most recent call last):\n  File "/code/main.py", line 1, in <module>\nValueError: x\n';
    const { ended } = await play(PYTHON, { exit: { exitCode: 1 }, prints: [prints("stdout", text)] });
    assert.deepEqual(ended.problems, []);
  });

  it("looks for them there in a terminal, whose only output it is, behind colours and ends of lines", async () => {
    const text =
      'Hi\n\x1b[1mTraceback\x1b[0m (most recent call last):\n  File \x1b[35m"/code/main.py"\x1b[0m, line 1, in <module>\n';
    const print = prints("stdout", `${text}\x1b[1;35mMemoryError\x1b[0m: x\n`.replaceAll("\n", "\r\n"));
    const request = { ...PYTHON, terminal: { columns: 80, rows: 24 } };
    const { ended } = await play(request, { exit: { exitCode: 1 }, prints: [print] });
    assert.deepEqual(
      ended.problems.map(({ file, line, message }) => [file, line, message]),
      [["main.py", 1, "MemoryError: x"]],
    );
    assert.equal(ended.outcome, "memory-limit");
  });

  it("passes on what the executor measured", async () => {
    const { ended } = await play(PYTHON, { exit: { runMs: 12.3456, peakMemoryBytes: 4096 } });
    assert.equal(ended.phases.runMs, 12.35);
    assert.equal(ended.peakMemoryBytes, 4096);
    assert.equal(ended.phases.compileMs, undefined);
  });

  it("tells the time that pulling took apart from the time that getting a container took", async () => {
    const executor = new FakeExecutor([{ pulls: [pulls(1), pulls(2)] }]);
    let ended: EndedEvent | undefined;
    for await (const event of runnerOver(executor).run(PYTHON)) {
      if (event.type === "pulling") await setTimeout(15);
      if (event.type === "ended") ended = event;
    }
    assert.ok((ended?.phases.pullMs ?? 0) >= 25, `${ended?.phases.pullMs}`);
    assert.ok((ended?.phases.acquireMs ?? 100) < 25, `${ended?.phases.acquireMs}`);
    assert.equal((await play(PYTHON)).ended.phases.pullMs, undefined);
  });

  it("keeps the output in step with the one who reads it", async () => {
    const executor = new FakeExecutor([{ prints: [prints("stdout", "a"), prints("stdout", "b")] }]);
    const events = runnerOver(executor).run(PYTHON);
    assert.deepEqual(executor.log, []);
    await events.next();
    assert.deepEqual(executor.log, ["acquire"]);
    await events.next();
    assert.deepEqual(executor.log, ["acquire", "run"]);
    await events.return();
  });

  it("gives a result where one is wanted", async () => {
    const executor = new FakeExecutor([{ prints: [prints("stdout", "a"), prints("stderr", "b")] }]);
    const { outcome, stdout, stderr } = await collect(runnerOver(executor).run(PYTHON));
    assert.deepEqual([outcome, stdout, stderr], ["ok", "a", "b"]);
  });

  it("names what its runtime says that it was refused, and what the executor saw before that", async () => {
    const traceback = 'Traceback (most recent call last):\n  File "/code/main.py", line 1, in <module>\nMemoryError\n';
    const report = prints("stderr", traceback);
    const cases: readonly (readonly [exit: Partial<Exit>, outcome: Outcome, evidence: RegExp])[] = [
      [{ exitCode: 1 }, "memory-limit", /: it reported "MemoryError"\.$/],
      [{ exitCode: 1, refused: { memory: "the kernel did" } }, "memory-limit", /: the kernel did\.$/],
      [{ exitCode: 0 }, "ok", /./],
    ];
    for (const [exit, outcome, evidence] of cases) {
      const { ended } = await play(PYTHON, { prints: [report], exit });
      assert.equal(ended.outcome, outcome);
      assert.match(ended.evidence, evidence);
    }
  });
});

describe("A run that prints more than its limit", () => {
  const LIMITED: RunRequest = { ...PYTHON, limits: { outputBytes: 5 }, onOutputLimit: "stop" };
  const flood = [
    prints("stdout", "abc"),
    prints("stderr", "123"),
    prints("stdout", "defg"),
    prints("stdout", "h"),
    prints("stderr", "4"),
  ];

  /** What was shown of the run's phase, by stream. */
  function shown(events: readonly RunEvent[]): Record<Output["type"], string> {
    const text = { stdout: "", stderr: "" };
    for (const event of events)
      if (event.type === "stdout" || event.type === "stderr") text[event.type] += String(Buffer.from(event.data));
    return text;
  }

  it("is ended where it asks for that, and nothing is shown but what is within the limit", async () => {
    const { events, ended, executor } = await play(LIMITED, { prints: flood, hangs: true });
    assert.deepEqual(shown(events), { stdout: "abcde", stderr: "123" });
    assert.deepEqual(
      [ended.outcome, ended.evidence, ended.remedy],
      ["output-limit", "It printed more than 5 bytes on one stream and was ended.", { outputBytes: 1024 }],
    );
    assert.deepEqual(executor.log, ["acquire", "run", "dispose"]);
  });

  it("is ended before what is within the limit is taken", async () => {
    const executor = new FakeExecutor([{ prints: [prints("stdout", "abcdef")] }]);
    for await (const event of runnerOver(executor).run(LIMITED))
      if (event.type === "stdout") assert.equal(executor.signals[0]?.aborted, true);
  });

  it("is not ended by as much as the limit says, or by its standard error and output together", async () => {
    const { events, ended } = await play(LIMITED, { prints: [prints("stdout", "abcde"), prints("stderr", "12345")] });
    assert.deepEqual([ended.outcome, shown(events)], ["ok", { stdout: "abcde", stderr: "12345" }]);
  });

  it("goes on where it doesn't ask to be ended, and all is shown", async () => {
    for (const onOutputLimit of ["drain", undefined] as const) {
      const { events, ended } = await play({ ...LIMITED, onOutputLimit }, { prints: flood });
      assert.deepEqual([ended.outcome, shown(events)], ["ok", { stdout: "abcdefgh", stderr: "1234" }]);
    }
  });

  const ends: readonly (readonly [how: string, exit: Partial<Exit>, outcome: Outcome])[] = [
    ["took its end well", { exitCode: 0, signal: null }, "output-limit"],
    ["reported what it was refused", { exitCode: 1, signal: null, refused: { memory: "x" } }, "output-limit"],
    ["was being ended for its time", { stopped: "timeout" }, "timeout"],
  ];
  for (const [how, exit, outcome] of ends) {
    it(`ends as ${outcome} where the program ${how}`, async () => {
      const { ended } = await play(LIMITED, { prints: flood, hangs: true, exit });
      assert.equal(ended.outcome, outcome);
    });
  }

  it("ends as cancelled where the caller stopped it first, and by its limit where that came first", async () => {
    for (const [at, outcome] of [
      ["started", "cancelled"],
      ["stderr", "cancelled"],
      ["stdout", "output-limit"],
    ] as const) {
      const stop = new AbortController();
      const output = [prints("stderr", "1"), prints("stdout", "abcdef")];
      const executor = new FakeExecutor([{ prints: output, hangs: true }]);
      let ended: EndedEvent | undefined;
      for await (const event of runnerOver(executor).run(LIMITED, { signal: stop.signal })) {
        if (event.type === at) stop.abort();
        if (event.type === "ended") ended = event;
      }
      assert.equal(ended?.outcome, outcome, at);
    }
  });

  it("throws where the engine is lost while it is ended", async () => {
    const executor = new FakeExecutor([{ prints: flood, hangs: true, failure: lost }]);
    await assert.rejects(gather(runnerOver(executor).run(LIMITED)), lost);
  });

  it("is held to it by what the program prints, not by what the compiler does", async () => {
    const { events, ended } = await play(
      { ...LIMITED, ...GO },
      { prints: [prints("stderr", "123456"), prints("stdout", "program")] },
      { prints: [prints("stderr", "12345")] },
    );
    assert.deepEqual([ended.outcome, shown(events).stderr], ["ok", "12345612345"]);
  });
});

describe("A run of a compiled language", () => {
  const program = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0xff]);
  const compiles: Scene = {
    prints: [
      { type: "stdout", data: program.subarray(0, 3) },
      prints("stderr", "note"),
      { type: "stdout", data: program.subarray(3) },
    ],
    exit: { runMs: 700 },
  };

  it("compiles in one container, and runs what came out in another", async () => {
    const { events, ended, executor } = await play(GO, compiles, { prints: [prints("stdout", "hi")] });
    assert.deepEqual(typesOf(events), ["compiling", "stderr", "started", "stdout", "ended"]);
    assert.deepEqual(executor.log, ["acquire", "run", "dispose", "acquire", "run", "dispose"]);
    assert.deepEqual([ended.outcome, ended.phases.compileMs, ended.phases.runMs], ["ok", 700, 3]);
    const [plan] = executor.plans;
    assert.deepEqual(executor.shapes, [plan?.compile?.shape, plan?.run.shape]);
    const { files = [], ...job } = plan?.run.job ?? {};
    const artefact = { path: ".forgeai-program", content: program, executable: true };
    assert.deepEqual(executor.jobs, [plan?.compile?.job, { ...job, files: [...files, artefact] }]);
  });

  it("marks what the compiler prints, and never shows the program's bytes", async () => {
    const { events } = await play(GO, compiles);
    const output = events.filter((event) => event.type === "stdout" || event.type === "stderr");
    assert.deepEqual(output, [{ type: "stderr", phase: "compile", data: Buffer.from("note") }]);
  });

  it("ends with the compiler's problems where it found some, and runs nothing", async () => {
    const { events, ended, executor } = await play(GO, {
      prints: [prints("stderr", "# command-line-arguments\n./main.go:3:15: undefined: x\n")],
      exit: { exitCode: 1, runMs: 500 },
    });
    assert.deepEqual(typesOf(events), ["compiling", "stderr", "ended"]);
    assert.deepEqual([ended.outcome, ended.exitCode], ["compile-failed", 1]);
    assert.deepEqual(ended.phases, { acquireMs: ended.phases.acquireMs, compileMs: 500, runMs: 0 });
    assert.deepEqual(
      ended.problems.map(({ file, line, column, message }) => [file, line, column, message]),
      [["main.go", 3, 15, "undefined: x"]],
    );
    assert.deepEqual(executor.log, ["acquire", "run", "dispose"]);
  });

  it("ends where the compiler takes too long, by the compiler's own limit", async () => {
    const { ended } = await play(GO, { exit: { exitCode: 0, stopped: "timeout" } });
    assert.equal(ended.outcome, "compile-failed");
    assert.match(ended.evidence, /still running after 2 m/);
  });

  it("ends where the program doesn't fit into the container that is to run it", async () => {
    const { ended, executor } = await play(
      { ...GO, limits: { diskBytes: 2 ** 20 } },
      { prints: [1, 2, 3].map(() => ({ type: "stdout", data: Buffer.alloc(2 ** 19) })) },
    );
    assert.deepEqual(
      [ended.outcome, ended.evidence],
      ["compile-failed", "The compiled program has 1.5 MB, and the work folder holds 1 MB."],
    );
    assert.deepEqual(executor.log, ["acquire", "run", "dispose"]);
  });
});

describe("A run that is stopped", () => {
  it("starts nothing where it was stopped before", async () => {
    const executor = new FakeExecutor();
    const events = await gather(runnerOver(executor).run(PYTHON, { signal: AbortSignal.abort() }));
    assert.deepEqual(typesOf(events), ["ended"]);
    assert.ok(events[0]?.type === "ended");
    assert.deepEqual(
      [events[0].outcome, events[0].exitCode, events[0].evidence],
      ["cancelled", null, "It was stopped on request before the program started."],
    );
    assert.deepEqual(executor.log, []);
  });

  const stages: readonly {
    readonly when: string;
    readonly request: RunRequest;
    readonly scenes: readonly Scene[];
    readonly at: RunEvent["type"];
    readonly types: readonly RunEvent["type"][];
    readonly evidence: string;
    readonly log: readonly string[];
  }[] = [
    {
      when: "while its image is pulled",
      request: PYTHON,
      scenes: [{ pulls: [pulls(1)] }],
      at: "pulling",
      types: ["pulling", "ended"],
      evidence: "It was stopped on request before the program started.",
      log: ["acquire"],
    },
    {
      when: "while it compiles",
      request: GO,
      scenes: [{ hangs: true }],
      at: "compiling",
      types: ["compiling", "ended"],
      evidence: "It was stopped on request.",
      log: ["acquire", "run", "dispose"],
    },
    {
      when: "while the program runs",
      request: PYTHON,
      scenes: [{ prints: [prints("stdout", "a")], hangs: true }],
      at: "stdout",
      types: ["started", "stdout", "ended"],
      evidence: "It was stopped on request.",
      log: ["acquire", "run", "dispose"],
    },
    {
      when: "while the program runs, and the engine is lost over it",
      request: PYTHON,
      scenes: [{ prints: [prints("stdout", "a")], hangs: true, failure: lost }],
      at: "stdout",
      types: ["started", "stdout", "ended"],
      evidence: "It was stopped on request.",
      log: ["acquire", "run", "dispose"],
    },
  ];
  for (const { when, request, scenes, at, types, evidence, log } of stages) {
    it(`ends as cancelled where it was stopped ${when}`, async () => {
      const executor = new FakeExecutor(scenes);
      const stop = new AbortController();
      const events: RunEvent[] = [];
      for await (const event of runnerOver(executor).run(request, { signal: stop.signal })) {
        events.push(event);
        if (event.type === at) stop.abort();
      }
      const ended = events.at(-1);
      assert.ok(ended?.type === "ended");
      assert.deepEqual([typesOf(events), ended.outcome, ended.evidence], [types, "cancelled", evidence]);
      assert.deepEqual(executor.log, log);
    });
  }

  it("ends its program where the reader leaves the loop", async () => {
    for (const [request, at] of [
      [PYTHON, "started"],
      [PYTHON, "stdout"],
      [GO, "compiling"],
    ] as const) {
      const executor = new FakeExecutor([{ prints: [prints("stdout", "a")], hangs: true }]);
      for await (const event of runnerOver(executor).run(request)) if (event.type === at) break;
      assert.equal(executor.log.at(-1), "dispose", at);
    }
  });
});

describe("A run that ForgeAI can't carry out", () => {
  it("throws for a bad request, before anything is asked of the executor", async () => {
    const executor = new FakeExecutor();
    await assert.rejects(gather(runnerOver(executor).run({ ...PYTHON, language: "cobol" })), {
      code: "unknown-language",
    });
    assert.deepEqual([executor.plans, executor.log], [[], []]);
  });

  it("throws what the executor objects to, before it is asked for a container", async () => {
    const executor = new FakeExecutor();
    executor.objection = new RunFailure({ code: "bad-request", message: "No.", hint: "" });
    await assert.rejects(gather(runnerOver(executor).run(PYTHON)), executor.objection);
    assert.deepEqual(executor.log, []);
  });

  it("throws where no container is to be had", async () => {
    const executor = new FakeExecutor([{ pulls: [pulls(1)], refusal: lost }]);
    await assert.rejects(gather(runnerOver(executor).run(PYTHON)), lost);
    assert.deepEqual(executor.log, ["acquire"]);
  });

  it("throws where the engine is lost, and disposes of the container first", async () => {
    for (const [request, types] of [
      [PYTHON, ["started", "stderr"]],
      [GO, ["compiling", "stderr"]],
    ] as const) {
      const executor = new FakeExecutor([{ prints: [prints("stderr", "a")], failure: lost }]);
      const events: RunEvent[] = [];
      const failing = (async () => {
        for await (const event of runnerOver(executor).run(request)) events.push(event);
      })();
      await assert.rejects(failing, lost);
      assert.deepEqual(typesOf(events), types);
      assert.deepEqual(executor.log, ["acquire", "run", "dispose"]);
    }
  });
});

describe("A run that breaks off", () => {
  it("leaves what the program had printed in the failure", async () => {
    const executor = new FakeExecutor([{ prints: [prints("stdout", "a"), prints("stderr", "b")], failure: lost }]);
    await assert.rejects(collect(runnerOver(executor).run(PYTHON)), (error) => {
      assert.ok(error instanceof RunFailure);
      assert.deepEqual(error.toJSON(), {
        ...lost.toJSON(),
        output: { stdout: "a", stderr: "b", truncated: { stdoutBytes: 0, stderrBytes: 0 } },
      });
      return true;
    });
  });
});

/** Something that happens when the test says so. */
class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** A run whose events are taken as they come. */
class Followed {
  readonly events: RunEvent[] = [];
  readonly done: Promise<void>;

  constructor(events: AsyncIterable<RunEvent>) {
    this.done = this.#follow(events);
  }

  async #follow(events: AsyncIterable<RunEvent>): Promise<void> {
    for await (const event of events) this.events.push(event);
  }

  get types(): string[] {
    return typesOf(this.events);
  }

  get ended(): EndedEvent {
    const last = this.events.at(-1);
    assert.ok(last?.type === "ended");
    return last;
  }
}

describe("A run that finds others before it", () => {
  /** Python runs, named by their argument. */
  const named = (name: string): RunRequest => ({ ...PYTHON, args: [name] });
  const namesOf = ({ jobs }: FakeExecutor): (string | undefined)[] => jobs.map(({ command }) => command.at(-1));

  it("waits for its turn, first come first served, and says how many come before it", async () => {
    const gates = [new Gate(), new Gate(), new Gate(), new Gate()];
    const executor = new FakeExecutor(gates.map(({ opened }) => ({ until: opened })));
    const runner = runnerOver(executor, { concurrency: 2 });
    const runs = ["a", "b", "c", "d"].map((name) => new Followed(runner.run(named(name))));
    await setImmediate();
    assert.deepEqual(namesOf(executor), ["a", "b"]);
    gates[1]?.open();
    await runs[1]?.done;
    await setImmediate();
    assert.deepEqual(namesOf(executor), ["a", "b", "c"]);
    for (const { open } of gates) open();
    await Promise.all(runs.map(({ done }) => done));
    assert.deepEqual(namesOf(executor), ["a", "b", "c", "d"]);
    assert.deepEqual(
      runs.map(({ events }) => events.flatMap((event) => (event.type === "queued" ? [event.ahead] : []))),
      [[], [], [0], [1, 0]],
    );
    assert.deepEqual(runs[3]?.types, ["queued", "queued", "started", "ended"]);
  });

  it("tells how long it waited, and only where it did", async () => {
    const gate = new Gate();
    const runner = runnerOver(new FakeExecutor([{ until: gate.opened }]), { concurrency: 1 });
    const [first, second] = [new Followed(runner.run(PYTHON)), new Followed(runner.run(PYTHON))];
    await setTimeout(15);
    gate.open();
    await Promise.all([first.done, second.done]);
    assert.ok(!("queuedMs" in first.ended.phases));
    const { queuedMs = 0 } = second.ended.phases;
    assert.ok(queuedMs >= 10, `${queuedMs}`);
    assert.ok(second.ended.durationMs >= queuedMs);
  });

  it("waits until the container of the one before is disposed of, compiled programs included", async () => {
    const executor = new FakeExecutor();
    const runner = runnerOver(executor, { concurrency: 1 });
    const runs = [new Followed(runner.run(GO)), new Followed(runner.run(PYTHON))];
    await Promise.all(runs.map(({ done }) => done));
    const one = ["acquire", "run", "dispose"];
    assert.deepEqual(executor.log, [...one, ...one, ...one]);
    assert.deepEqual(
      executor.shapes.map(({ image }) => image.split(":")[0]),
      ["golang", "golang", "python"],
    );
  });

  it("has its turn as soon as the one before tells its end", async () => {
    const runner = runnerOver(new FakeExecutor(), { concurrency: 1, queue: 0 });
    let events: RunEvent[] = [];
    for await (const event of runner.run(PYTHON)) if (event.type === "ended") events = await gather(runner.run(PYTHON));
    assert.deepEqual(typesOf(events), ["started", "ended"]);
  });

  it("has its turn however the one before breaks off", async () => {
    const objection = new RunFailure({ code: "bad-request", message: "No.", hint: "" });
    const breakOffs: Readonly<Record<string, readonly [scene: Scene, objection?: Error]>> = {
      "no container": [{ refusal: lost }],
      "the engine lost": [{ failure: lost }],
      "a plan that can't be carried out": [{}, objection],
    };
    for (const [what, [scene, refusal]] of Object.entries(breakOffs)) {
      const executor = new FakeExecutor([scene]);
      executor.objection = refusal;
      const runner = runnerOver(executor, { concurrency: 1, queue: 0 });
      await assert.rejects(gather(runner.run(PYTHON)), RunFailure, what);
      executor.objection = undefined;
      await gather(runner.run(PYTHON));
    }
  });

  it("has its turn when the reader of the one before leaves the loop", async () => {
    const runner = runnerOver(new FakeExecutor([{ hangs: true }]), { concurrency: 1, queue: 0 });
    for await (const event of runner.run(PYTHON)) if (event.type === "started") break;
    await gather(runner.run(PYTHON));
  });

  it("is refused as busy where as many wait as may", async () => {
    const gate = new Gate();
    const executor = new FakeExecutor([{ until: gate.opened }]);
    const runner = runnerOver(executor, { concurrency: 1, queue: 1 });
    const runs = [new Followed(runner.run(PYTHON)), new Followed(runner.run(PYTHON))];
    await assert.rejects(gather(runner.run(PYTHON)), {
      code: "busy",
      message: "As many runs as may go on (1) and wait (1) do so already.",
    });
    gate.open();
    await Promise.all(runs.map(({ done }) => done));
    await gather(runner.run(PYTHON));
  });

  it("is refused at once where it can't be run whoever waits", async () => {
    const runner = runnerOver(new FakeExecutor([{ hangs: true }]), { concurrency: 1, queue: 0 });
    const first = runner.run(PYTHON);
    await first.next();
    await assert.rejects(gather(runner.run({ ...PYTHON, language: "cobol" })), { code: "unknown-language" });
    await first.return();
  });

  it("ends as cancelled where it is stopped while it waits, and makes room", async () => {
    const gate = new Gate();
    const executor = new FakeExecutor([{ until: gate.opened }]);
    const runner = runnerOver(executor, { concurrency: 1, queue: 1 });
    const stop = new AbortController();
    const first = new Followed(runner.run(named("a")));
    const second = new Followed(runner.run(named("b"), { signal: stop.signal }));
    await setImmediate();
    stop.abort();
    await second.done;
    assert.deepEqual(second.types, ["queued", "ended"]);
    const { outcome, exitCode, evidence, phases } = second.ended;
    assert.deepEqual(
      [outcome, exitCode, evidence],
      ["cancelled", null, "It was stopped on request before the program started."],
    );
    assert.ok((phases.queuedMs ?? 0) > 0);
    const third = new Followed(runner.run(named("c")));
    gate.open();
    await Promise.all([first.done, third.done]);
    assert.deepEqual(namesOf(executor), ["a", "c"]);
  });

  it("is not refused but cancelled where it was stopped before it came", async () => {
    const runner = runnerOver(new FakeExecutor([{ hangs: true }]), { concurrency: 1, queue: 0 });
    const first = runner.run(PYTHON);
    await first.next();
    const events = await gather(runner.run(PYTHON, { signal: AbortSignal.abort() }));
    assert.deepEqual(typesOf(events), ["ended"]);
    await first.return();
  });

  it("makes room where its reader leaves the loop while it waits", async () => {
    const executor = new FakeExecutor([{ hangs: true }]);
    const runner = runnerOver(executor, { concurrency: 1, queue: 1 });
    const first = runner.run(named("a"));
    await first.next();
    for await (const event of runner.run(named("b"))) if (event.type === "queued") break;
    const third = new Followed(runner.run(named("c")));
    await setImmediate();
    await first.return();
    await third.done;
    assert.deepEqual(third.types, ["queued", "started", "ended"]);
    assert.deepEqual(namesOf(executor), ["c"]);
  });
});

describe("A runner", () => {
  it("disposes of its executor with itself", async () => {
    const executor = new FakeExecutor();
    {
      await using _runner = runnerOver(executor);
    }
    assert.deepEqual(executor.log, ["dispose executor"]);
  });

  it("ends as cancelled, when it is disposed of, what goes on, what waits and what comes later", async () => {
    const executor = new FakeExecutor([{ hangs: true }]);
    const runner = runnerOver(executor, { concurrency: 1 });
    const [going, waiting] = [new Followed(runner.run(PYTHON)), new Followed(runner.run(PYTHON))];
    await setImmediate();
    await runner[Symbol.asyncDispose]();
    const late = new Followed(runner.run(PYTHON));
    await Promise.all([going, waiting, late].map(({ done }) => done));
    assert.deepEqual(
      [going, waiting, late].map(({ types }) => types),
      [["started", "ended"], ["queued", "ended"], ["ended"]],
    );
    for (const { ended } of [going, waiting, late]) assert.equal(ended.outcome, "cancelled");
    assert.equal(executor.jobs.length, 1);
  });

  it("leaves no listener on the signal of its runs, and has no more than one while they wait and go on", async () => {
    const gate = new Gate();
    const runner = runnerOver(new FakeExecutor([{ until: gate.opened }]), { concurrency: 1 });
    const { signal } = new AbortController();
    const limited: RunRequest = { ...PYTHON, onOutputLimit: "stop" };
    const runs = Array.from({ length: 20 }, () => new Followed(runner.run(limited, { signal })));
    await setImmediate();
    assert.equal(getEventListeners(signal, "abort").length, 1);
    gate.open();
    await Promise.all(runs.map(({ done }) => done));
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  it("lets as many runs go on as the machine has cores, where nobody says how many", async () => {
    const cores = availableParallelism();
    const gate = new Gate();
    const executor = new FakeExecutor(Array.from({ length: cores }, () => ({ until: gate.opened })));
    const runner = runnerOver(executor);
    const runs = Array.from({ length: cores + 1 }, () => new Followed(runner.run(PYTHON)));
    await setImmediate();
    assert.equal(executor.jobs.length, cores);
    gate.open();
    await Promise.all(runs.map(({ done }) => done));
    assert.equal(executor.jobs.length, cores + 1);
  });

  for (const executor of ["container", "local"] as const) {
    it(`isn't made for ${executor} runs with bounds that can't be`, async () => {
      await assert.rejects(createRunner({ executor, concurrency: 0 }), {
        code: "bad-request",
        message: "The runner's concurrency can't be 0.",
        hint: "Choose a whole number, 1 or more.",
      });
      await assert.rejects(createRunner({ executor, queue: -1 }), {
        code: "bad-request",
        hint: "Choose a whole number, 0 or more.",
      });
    });
  }

  it("connects to nothing before the first run", async () => {
    const before = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = "unix:///nonexistent/docker.sock";
    try {
      await using runner = await createRunner({ executor: "container" });
      await assert.rejects(gather(runner.run(PYTHON)), { code: "engine-unavailable" });
    } finally {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = before;
    }
  });
});
