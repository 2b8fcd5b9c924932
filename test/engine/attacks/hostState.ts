import assert from "node:assert/strict";
import { readFile, statfs } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { engine } from "../support/engine.ts";
import { eventuallyNone } from "../support/eventually.ts";
import { TEST_LABEL } from "../support/runs.ts";

/** What programs would change that ruled the host's kernel; where the host has none of them, there is nothing to see. */
const SETTINGS = [
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/kernel/domainname",
  "/proc/sys/kernel/hostname",
  "/proc/sys/kernel/modprobe",
  "/proc/sys/kernel/panic",
  "/proc/sys/vm/overcommit_memory",
  "/proc/swaps",
  "/sys/kernel/uevent_helper",
  "/sys/fs/cgroup/memory/release_agent",
  "/sys/fs/cgroup/rdma/release_agent",
];

/** The clock may be set right in the meantime, by little. */
const MOST_DRIFT_MS = 2000;

/** Others write to this disk at the same time; what the attacks write without a limit is more. */
const MOST_WRITTEN_BYTES = 1024 * 1024 * 1024;

/** What this machine is like, seen from outside of all containers. */
export interface HostState {
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** What the wall clock is ahead of one that nobody can set, in milliseconds. */
  readonly clockMs: number;
  /** On the disk of temporary files. */
  readonly freeBytes: number;
}

export async function readHostState(): Promise<HostState> {
  const read = async (file: string) => [file, await readFile(file, "utf8").catch(() => undefined)] as const;
  const { bavail, bsize } = await statfs(tmpdir());
  return {
    settings: { name: hostname(), ...Object.fromEntries(await Promise.all(SETTINGS.map(read))) },
    clockMs: Date.now() - performance.now(),
    freeBytes: bavail * bsize,
  };
}

/** Holds that the machine is as it was, that its engine answers, and that no container of these tests is left. */
export async function assertHostIsWell(before: HostState): Promise<void> {
  const view = await engine();
  await eventuallyNone("containers of the attacks", () => view.containers(TEST_LABEL));
  const { settings, clockMs, freeBytes } = await readHostState();
  assert.deepEqual(settings, before.settings);
  assert.ok(Math.abs(clockMs - before.clockMs) < MOST_DRIFT_MS, "the clock goes right");
  assert.ok(before.freeBytes - freeBytes < MOST_WRITTEN_BYTES, "the disk has room");
}
