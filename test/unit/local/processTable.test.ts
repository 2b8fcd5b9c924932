import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { listProcesses, readEnvironment, readResidentBytes } from "../../../src/local/processTable.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("The process table", () => {
  it("has this process, with its parent, whatever it is called", async () => {
    const { title } = process;
    process.title = "a) S 1 (b";
    try {
      assert.match(readFileSync("/proc/self/stat", "utf8"), /^\d+ \(a\) S 1 \(b\) /);
      const self = (await listProcesses()).find(({ pid }) => pid === process.pid);
      assert.equal(self?.parent, process.ppid);
      assert.match(self?.id ?? "", new RegExp(`^${process.pid}@\\d+$`));
    } finally {
      process.title = title;
    }
  });

  it("hasn't what has ended", async () => {
    const child = spawn("sleep", ["60"]);
    const listed = async (): Promise<boolean> => (await listProcesses()).some(({ pid }) => pid === child.pid);
    await once(child, "spawn");
    assert.equal(await listed(), true);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(await listed(), false);
  });

  it("tells memory in bytes, and none of what doesn't exist", async () => {
    const { rss } = process.memoryUsage();
    const told = await readResidentBytes(process.pid);
    assert.ok(told > rss / 2 && told < rss * 2, `${told} of ${rss}`);
    assert.equal(await readResidentBytes(2 ** 30), 0);
  });

  it("tells the environment that a process started with", async () => {
    const child = spawn("sleep", ["60"], { env: { ...process.env, FORGEAI_UNIT: "a b" } });
    await once(child, "spawn");
    try {
      assert.ok((await readEnvironment(child.pid ?? 0)).split("\0").includes("FORGEAI_UNIT=a b"));
      assert.equal(await readEnvironment(2 ** 30), "");
    } finally {
      child.kill("SIGKILL");
    }
  });
});
