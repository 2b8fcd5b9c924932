import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { listProcesses, readResidentBytes } from "../../../src/local/processTable.ts";
import { ProcessTree } from "../../../src/local/processTree.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

/** A process that prints a line when all is ready: starting what it starts takes a moment. */
async function start(tree: ProcessTree, script: string): Promise<ChildProcess> {
  const child = spawn("/bin/sh", ["-c", `${script}\necho ready\nwait`], {
    env: { ...process.env, ...tree.mark },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  await once(child.stdout, "data");
  tree.root = child.pid;
  return child;
}

async function isAlive(pid: number): Promise<boolean> {
  return (await listProcesses()).some((facts) => facts.pid === pid);
}

/** The numbers of the processes whose parent has this number. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  return (await listProcesses()).filter(({ parent }) => parent === pid).map((facts) => facts.pid);
}

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("ProcessTree", () => {
  it("ends a process with its children and their children", async () => {
    const tree = new ProcessTree();
    const child = await start(tree, "sh -c 'sleep 60 & wait' & sleep 60 &");
    const children = await childrenOf(child.pid);
    assert.equal(children.length, 2);
    const exit = once(child, "exit");
    await tree.end("by-force");
    assert.deepEqual(await exit, [null, "SIGKILL"]);
    for (const pid of children) assert.equal(await isAlive(pid), false);
  });

  it("ends what has left its parent and its session", async () => {
    using folder = new TemporaryFolder();
    const numberFile = join(folder.path, "pid");
    const tree = new ProcessTree();
    const child = await start(
      tree,
      `(setsid sh -c 'echo $$ >"$0"; exec sleep 60' '${numberFile}' &)\nwhile [ ! -s '${numberFile}' ]; do sleep 0.01; done`,
    );
    const pid = Number(readFileSync(numberFile, "utf8"));
    assert.equal(await isAlive(pid), true);
    assert.ok(!(await childrenOf(child.pid)).includes(pid));
    await tree.end("by-force");
    assert.equal(await isAlive(pid), false);
  });

  it("asks politely, and lets who wants to clean up do so", async () => {
    const tree = new ProcessTree();
    const child = await start(tree, "trap 'exit 7' TERM; sleep 60 &");
    const exit = once(child, "exit");
    await tree.end("politely");
    assert.deepEqual(await exit, [7, null]);
    await tree.end("by-force");
  });

  it("leaves others alone", async () => {
    const [tree, other] = [new ProcessTree(), new ProcessTree()];
    await start(tree, "sleep 60 &");
    const neighbour = await start(other, "sleep 60 &");
    await tree.end("by-force");
    assert.equal((await childrenOf(neighbour.pid)).length, 1);
    await other.end("by-force");
    assert.equal(await isAlive(neighbour.pid ?? 0), false);
  });

  it("measures the memory of all its members together", async () => {
    const tree = new ProcessTree();
    const child = await start(tree, "sleep 60 &");
    const isSum = async (): Promise<boolean> => {
      const members = [child.pid ?? 0, ...(await childrenOf(child.pid))];
      const each = await Promise.all(members.map(readResidentBytes));
      const together = each.reduce((sum, bytes) => sum + bytes, 0);
      const difference = Math.abs((await tree.residentBytes()) - together);
      return each.length === 2 && each.every((bytes) => bytes > 64 * 1024) && difference < 1024 * 1024;
    };
    // One that is just becoming another program has hardly any.
    for (let tries = 0; tries < 100 && !(await isSum()); tries++) await wait(10);
    assert.ok(await isSum());
    await tree.end("by-force");
    assert.equal(await tree.residentBytes(), 0);
  });

  it("gives up on a process that has become another user's, instead of trying for ever", async () => {
    const tree = new ProcessTree();
    const child = await start(tree, "");
    const { mock: refusal } = mock.method(process, "kill", () => {
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    });
    try {
      await tree.end("by-force");
    } finally {
      refusal.restore();
    }
    child.kill("SIGKILL");
  });

  it("has nothing to end before its root has started", async () => {
    await new ProcessTree().end("by-force");
  });
});
