import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { Output } from "../../src/container/container.ts";
import type { EndedEvent, PullEvent, RunEvent } from "../../src/run/event.ts";
import { RunFailure } from "../../src/run/failure.ts";
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

describe("A runner", () => {
  it("disposes of its executor with itself", async () => {
    const executor = new FakeExecutor();
    {
      await using _runner = runnerOver(executor);
    }
    assert.deepEqual(executor.log, ["dispose executor"]);
  });

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
