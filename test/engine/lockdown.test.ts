import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { RunRequest } from "../../src/index.ts";
import { filesHolding } from "./support/disk.ts";
import { engine } from "./support/engine.ts";
import { hostProcesses } from "./support/processes.ts";
import { collectRun, type ExecutorKind, firstOutput, program, source, TEST_LABEL, testRunner } from "./support/runs.ts";

const MEBIBYTE = 1024 * 1024;
/** Those of ForgeAI's own in each container. */
const OWN_PROCESSES = 2;

/** This machine's own; while the tests run, they have a folder in it for theirs. */
const TEMPORARY_FILES = tmpdir();

const Findings = v.object({
  interfaces: v.array(v.string()),
  connections: v.array(v.string()),
  writable: v.array(v.string()),
  mounts: v.array(v.object({ at: v.string(), root: v.string(), kind: v.string() })),
  sockets: v.array(v.string()),
  hostFile: v.nullable(v.string()),
  uids: v.object({ users: v.array(v.number()), groups: v.array(v.number()) }),
  status: v.record(v.string(), v.number()),
  privileged: v.array(v.string()),
  limits: v.record(v.string(), v.number()),
});

/** What a program found that tried to get out. */
async function probe(
  args: readonly string[],
  request: Partial<RunRequest> = {},
): Promise<v.InferOutput<typeof Findings>> {
  const { stdout, stderr } = await collectRun({ language: "python", files: program("python/probe"), args, ...request });
  assert.equal(stderr, "");
  return v.parse(Findings, JSON.parse(stdout));
}

describe("a program in a container that tries to get out", () => {
  /** The engine puts these there itself; they say how the sandbox is called. */
  const ENGINES_OWN_FILES = /^\/etc\/(hostname|hosts|resolv\.conf)$|^(\/usr)?\/sbin\/docker-init$/;
  const VIRTUAL = ["proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2"];

  let findings: v.InferOutput<typeof Findings>;
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "engine-test-"));
    const server = createServer().listen(0);
    await once(server, "listening");
    try {
      const hostFile = join(folder, "secret");
      await writeFile(hostFile, "the host's own", { mode: 0o644 });
      findings = await probe([hostFile, ...addressesOf(server.address())]);
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });

  /** All ways to the server that this machine knows. */
  function addressesOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): string[] {
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const own = Object.values(networkInterfaces()).flatMap((list = []) =>
      list.filter(({ family }) => family === "IPv4"),
    );
    return own.map((each) => `${each.address}:${port}`);
  }

  it("sees no network but its own loopback", () => assert.deepEqual(findings.interfaces, ["lo"]));
  it("reaches nobody: no address, no server of the host, no name server", () =>
    assert.deepEqual(findings.connections, []));
  it("can write to its work folder and where memory is shared, and nowhere else", () => {
    // The kernel lets everybody ask it for reports about load; nothing is written there.
    const writable = findings.writable.filter((path) => !path.startsWith("/proc/pressure/"));
    assert.deepEqual(writable, ["/code", "/dev/shm", "/tmp"]);
  });
  it("sees no file and no folder of the host", () => {
    const fromElsewhere = findings.mounts.filter(
      ({ at, root, kind }) =>
        at !== "/" &&
        !ENGINES_OWN_FILES.test(at) &&
        (!VIRTUAL.includes(kind) || (kind === "tmpfs" && !/^\/(null)?$/.test(root))),
    );
    assert.deepEqual(fromElsewhere, []);
    assert.equal(findings.hostFile, null);
  });
  it("finds no socket, the engine's least of all", () => assert.deepEqual(findings.sockets, []));
  it("is not root, in no user id and no group", () => {
    const { users, groups } = findings.uids;
    assert.deepEqual([users.length, groups.length], [1, 1]);
    assert.ok(
      [...users, ...groups].every((id) => id >= 10_000),
      JSON.stringify(findings.uids),
    );
  });
  it("has no capability, can't get one, and its system calls are filtered", () => {
    const none = { CapInh: 0, CapPrm: 0, CapEff: 0, CapBnd: 0, CapAmb: 0 };
    assert.deepEqual(findings.status, { ...none, NoNewPrivs: 1, Seccomp: 2 });
  });
  it("is refused whatever only root may do", () => assert.deepEqual(findings.privileged, []));
  it("is held to every limit by the kernel", () => {
    const { cpuShares, ...limits } = findings.limits;
    const expected = {
      memoryBytes: 128 * MEBIBYTE,
      swapBytes: 0,
      processes: 64 + OWN_PROCESSES,
      cpus: 1,
      openFiles: 1024,
      coreBytes: 0,
    };
    assert.deepEqual(limits, expected);
    // Where the kernel counts in another unit, the way back is not exact.
    assert.ok(Math.abs((cpuShares ?? 0) - 1024) < 30, String(cpuShares));
  });

  it("would be seen: with a writable root file system there is more to write to", async () => {
    const { writable } = await probe(["/nothing"], { readOnlyRoot: false });
    assert.ok(writable.includes("/var/tmp"), writable.join());
  });

  it("is held to the limits that were asked for", async () => {
    const limits = { memoryBytes: 200 * MEBIBYTE, processes: 20, cpus: 0.5, cpuShares: 512 };
    const found = (await probe(["/nothing"], { limits })).limits;
    const { memoryBytes, processes, cpus } = found;
    const expected = { memoryBytes: 200 * MEBIBYTE, processes: 20 + OWN_PROCESSES, cpus: 0.5 };
    assert.deepEqual({ memoryBytes, processes, cpus }, expected);
    assert.ok(Math.abs((found["cpuShares"] ?? 0) - 512) < 30, String(found["cpuShares"]));
  });
});

describe("a program in a container that takes all it can get", () => {
  for (const what of ["processes", "threads"]) {
    it(`gets 64 ${what}, its own first among them`, async () => {
      const { stdout, stderr } = await collectRun({
        language: "python",
        source: source("python/fork-until-refused.py"),
        args: [what],
      });
      assert.equal(Number(stdout), 63, stderr);
    });
  }

  it("is ended for memory, with that as the outcome", async () => {
    const result = await collectRun({ language: "python", source: "b'x' * 300_000_000" });
    assert.deepEqual([result.outcome, result.exitCode, result.signal], ["memory-limit", null, "SIGKILL"]);
    assert.match(result.evidence, /128 MB: the kernel ended 1 of its processes/);
  });

  it("is ended for memory when a child takes it", async () => {
    const code = "import subprocess, sys\nsys.exit(subprocess.call([sys.executable, '-c', 'b\"x\" * 300_000_000']))";
    const { outcome } = await collectRun({ language: "python", source: code });
    assert.equal(outcome, "memory-limit");
  });

  for (const folder of ["/code", "/tmp", "/dev/shm"]) {
    it(`finds ${folder} full when it has written its share`, async () => {
      const limits = { diskBytes: 8 * MEBIBYTE, memoryBytes: 64 * MEBIBYTE };
      const { stdout, stderr } = await collectRun({
        language: "python",
        source: source("python/fill.py"),
        args: [folder],
        limits,
      });
      const [written, reason] = stdout.trim().split(" ");
      assert.equal(reason, "ENOSPC", stderr);
      const most = folder === "/dev/shm" ? 16 * MEBIBYTE : limits.diskBytes;
      assert.ok(Number(written) > most / 2 && Number(written) <= most, stdout);
    });
  }
});

describe("the code of a run", () => {
  /** Starts a program that holds the secret in its source, and looks around while it runs. */
  async function whileRunning(
    executor: ExecutorKind,
    request: (secret: string) => RunRequest,
    look: (secret: string, startedAt: number) => Promise<void>,
  ): Promise<void> {
    await using runner = await testRunner(executor);
    // The clock of file systems is a little behind.
    const startedAt = Date.now() - 1000;
    const secret = randomUUID();
    const events = runner.run(request(secret));
    try {
      assert.match(await firstOutput(events), /^ready/);
      await look(secret, startedAt);
    } finally {
      await events.return();
    }
  }

  const inContainer = (secret: string): RunRequest => ({
    language: "python",
    files: [
      { path: "main.py", content: `import sys, time\nprint("ready")\ntime.sleep(60)\n# ${secret}` },
      { path: "data.txt", content: secret },
    ],
    stdin: secret,
  });

  it("is in nothing that the engine tells about the container", async () => {
    const view = await engine();
    await whileRunning("container", inContainer, async (secret) => {
      const containers = await view.containers(TEST_LABEL);
      assert.equal(containers.length, 1);
      for (const name of containers) {
        const told = await view.inspect(name);
        assert.ok(told.includes(name));
        assert.ok(!told.includes(secret));
      }
    });
  });

  it("is in no argument and no environment of any process", async function test() {
    const processes = await hostProcesses();
    if (processes.length === 0) this.skip();
    await whileRunning("container", inContainer, async (secret) => {
      const holding = (await hostProcesses()).filter(
        ({ command, environment }) => command.includes(secret) || environment.includes(secret),
      );
      assert.deepEqual(holding, []);
    });
  });

  it("is nowhere on the host's disk, neither while it runs nor afterwards", async () => {
    const { DockerRootDir } = await (await engine()).info();
    const search = (secret: string, since: number): string[] =>
      [DockerRootDir, TEMPORARY_FILES].flatMap((folder) => filesHolding(secret, folder, since));
    let again = (): string[] => [];
    await whileRunning("container", inContainer, async (secret, startedAt) => {
      again = () => search(secret, startedAt);
      assert.deepEqual(again(), []);
    });
    assert.deepEqual(again(), []);
  });

  it("would be found there: a local run has its code on disk while it runs", async () => {
    const locally = (secret: string): RunRequest => ({
      language: "javascript",
      source: `console.log("ready"); setInterval(() => {}, 1000); // ${secret}`,
    });
    await whileRunning("local", locally, async (secret, startedAt) => {
      assert.match(filesHolding(secret, tmpdir(), startedAt).join(), /forgeai-[^/]+.main\.js$/);
    });
  });
});
