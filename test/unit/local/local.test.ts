import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Output } from "../../../src/container/container.ts";
import { LocalExecutor } from "../../../src/local/local.ts";
import { listProcesses } from "../../../src/local/processTable.ts";
import type { Exit } from "../../../src/run/outcome.ts";
import { type Job, planRun, type Shape } from "../../../src/run/plan.ts";
import type { RunRequest } from "../../../src/run/request.ts";

const BASE: RunRequest = { language: "python", source: "" };

const SHAPE: Shape = planRun(BASE).run.shape;

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: Exit;
  readonly folder: string;
}

interface Given {
  readonly job?: Partial<Job>;
  readonly limits?: Partial<Shape["limits"]>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly during?: (output: Output) => void;
}

/** Runs a shell script, as the executor runs any other command. */
async function run(script: string, given: Given = {}): Promise<Ran> {
  const { job, limits, environment = {}, signal = new AbortController().signal, during } = given;
  await using executor = new LocalExecutor();
  const shape = { ...SHAPE, environment, limits: { ...SHAPE.limits, ...limits } };
  for await (const { container } of executor.acquire(shape, signal)) {
    await using place = container;
    const printed = { stdout: "", stderr: "" };
    const whole: Job = { files: [], command: ["sh", "-c", script, "sh"], stdin: "", ...job };
    for await (const event of place.run(whole, signal)) {
      if (event.type === "exit") return { ...printed, exit: event, folder: place.folder };
      printed[event.type] += Buffer.from(event.data).toString();
      during?.(event);
    }
  }
  return assert.fail("no exit was told");
}

const onPosix = process.platform === "win32" ? describe.skip : describe;

onPosix("LocalExecutor", () => {
  it("runs a job in a folder of its own, with its files, arguments, environment and input", async () => {
    const files = [
      { path: "lib/a b.txt", content: Buffer.from("content") },
      { path: "tool", content: Buffer.from("#!/bin/sh\necho tool\n"), executable: true },
    ];
    const { stdout, stderr, exit, folder } = await run(
      'pwd; cat "lib/a b.txt"; echo; ./tool; echo "$1|$WORD"; cat; echo err >&2; exit 3',
      {
        job: { files, stdin: "in" },
        environment: { WORD: "a b" },
      },
    );
    assert.deepEqual(stdout.split("\n"), [folder, "content", "tool", "|a b", "in"]);
    assert.equal(stderr, "err\n");
    assert.deepEqual([exit.exitCode, exit.signal, exit.stopped], [3, null, undefined]);
  });

  it("leaves nothing behind, also where the program has made folders that nobody may write to", async () => {
    const { folder } = await run("mkdir -p a/b; echo x >a/b/c; chmod 500 a/b a");
    assert.equal(existsSync(folder), false);
  });

  it("sends the artefact on standard output, and what the compiler printed on standard error", async () => {
    const { stdout, stderr } = await run("echo out; printf made >thing", { job: { artefact: "thing" } });
    assert.deepEqual([stdout, stderr], ["made", "out\n"]);
  });

  it("tells the signal that ended the program", async () => {
    const { exit } = await run("kill -SEGV $$");
    assert.deepEqual([exit.exitCode, exit.signal], [null, "SIGSEGV"]);
  });

  it("ends a program whose time is up, with all that it started", async () => {
    const { exit, stdout } = await run("sleep 60 & echo started; wait", { limits: { timeoutMs: 150 } });
    assert.equal(stdout, "started\n");
    assert.equal(exit.stopped, "timeout");
    assert.ok(exit.runMs < 2000, `${exit.runMs} ms`);
  });

  it("ends a program that nobody wants any more", async () => {
    const stop = new AbortController();
    const { exit } = await run("echo started; sleep 60", { signal: stop.signal, during: () => stop.abort() });
    assert.deepEqual([exit.stopped, exit.signal], ["cancelled", "SIGTERM"]);
  });

  it("doesn't wait for what a program left running", async () => {
    const { exit } = await run("sleep 60 & exit 0");
    assert.equal(exit.exitCode, 0);
    assert.ok(exit.runMs < 2000, `${exit.runMs} ms`);
  });

  it("ends what a program left running without its environment", async () => {
    const { exit, stdout } = await run("env -i sleep 60 & echo $!");
    assert.equal(exit.exitCode, 0);
    assert.deepEqual(
      (await listProcesses()).filter(({ pid }) => pid === Number(stdout)),
      [],
    );
  });

  const escapes = [
    { title: "is silent", command: "sleep 5" },
    { title: "floods it", command: "timeout 5 yes" },
  ];
  for (const { title, command } of escapes) {
    it(`doesn't wait for a process that has left no trace but holds the output, and ${title}`, async () => {
      const { exit, stdout } = await run(`echo told; env -i setsid ${command} & sleep 0.05; exit 3`);
      assert.deepEqual([exit.exitCode, exit.stopped], [3, undefined]);
      assert.ok(exit.runMs < 2000, `${exit.runMs} ms`);
      assert.match(stdout, /^told\n/);
    });
  }

  it("loses nothing of what a program printed at its end, however slowly it is read", async () => {
    const printed = 150_000;
    let waited = false;
    const { stdout, exit } = await run(`head -c ${printed} /dev/zero`, {
      limits: { timeoutMs: 300 },
      during: () => {
        // All that waits meanwhile waits for longer than the program may run.
        if (!waited) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
        waited = true;
      },
    });
    assert.deepEqual([stdout.length, exit.exitCode], [printed, 0]);
  });

  it("ends a program that holds too much memory", async () => {
    const script = 'x=0123456789; while :; do x="$x$x"; done';
    const { exit } = await run(script, { limits: { memoryBytes: 6 * 1024 * 1024 } });
    assert.match(exit.refused?.memory ?? "", /^its processes held .+ when they were measured$/);
    assert.equal(exit.signal, "SIGKILL");
  });

  it("says which program this machine lacks", async () => {
    await assert.rejects(run("", { job: { command: ["forgeai-no-such-program"] } }), {
      code: "start-failed",
      message: "There is no forgeai-no-such-program on this machine.",
    });
  });

  it("says that the input could not be read, not how the program took that", async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void, void> {
      yield Buffer.from("a");
      throw new Error("the file is gone");
    }
    await assert.rejects(run("cat", { job: { stdin: broken() } }), { code: "bad-request" });
  });
});

describe("LocalExecutor.check", () => {
  const refused: readonly (readonly [wishes: Partial<RunRequest>, named: string])[] = [
    [{ network: "none" }, "network"],
    [{ readOnlyRoot: true }, "readOnlyRoot"],
    [{ image: "python:3.14-alpine" }, "image"],
    [{ pull: "never" }, "pull"],
    [{ platform: "linux/arm64" }, "platform"],
    [{ isolation: "default" }, "isolation"],
    [{ terminal: { columns: 80, rows: 24 } }, "terminal"],
    [{ limits: { cpus: 1, processes: 9 } }, "cpus, processes"],
    [{ network: "bridge", limits: { diskBytes: 2 ** 21, cpuShares: 2 } }, "network, cpuShares, diskBytes"],
  ];
  for (const [wishes, named] of refused) {
    it(`refuses to run without what it can't hold to: ${named}`, async () => {
      await using executor = new LocalExecutor();
      await assert.rejects(executor.check(planRun({ ...BASE, ...wishes })), {
        code: "bad-request",
        message: `A local run can't be held to what was asked for: ${named}.`,
      });
    });
  }

  it("takes what it can hold to", async () => {
    await using executor = new LocalExecutor();
    const limits = { timeoutMs: 1000, memoryBytes: 2 ** 26, outputBytes: 10, cpus: undefined };
    await executor.check(planRun({ ...BASE, args: ["x"], stdin: "y", limits }));
  });
});
