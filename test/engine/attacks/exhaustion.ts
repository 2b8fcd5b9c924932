import assert from "node:assert/strict";
import type { RunResult } from "../../../src/index.ts";
import { type Attack, all, type Expectation } from "./attack.ts";

const MEBIBYTE = 1024 * 1024;

/** Long enough to take hold of all that is to be had. */
const BRIEF = { timeoutMs: 2000 };

const OUT_OF_MEMORY: Expectation = { outcome: "memory-limit" };

/** Processes take gVisor's threads and memory: which of the two is short first is a matter of chance, and so is who notices. */
const WHICHEVER_IS_FIRST = ["process-limit", "memory-limit", "signalled", "timeout"] as const;

/** How much of each stream is kept, beside a note of what was left out. */
const KEPT_BYTES = 100_000;
const NOTE_BYTES = 100;

/** Attacks on what there is to be used up. */
export const exhaustion: readonly Attack[] = [
  { program: "fork-bomb.sh", limits: BRIEF, outcome: "timeout", gvisor: { outcome: WHICHEVER_IS_FIRST } },
  { program: "forks.c", sees: { "one more": "EAGAIN", others: "63" }, gvisor: { outcome: WHICHEVER_IS_FIRST } },
  { program: "threads.go", outcome: "process-limit", gvisor: OUT_OF_MEMORY },
  { program: "zombies.py", sees: { "one more": "EAGAIN", dead: "63" }, gvisor: { outcome: WHICHEVER_IS_FIRST } },
  { program: "heap.js", ...OUT_OF_MEMORY },
  { program: "bomb-archive.js", ...OUT_OF_MEMORY },
  { program: "anonymous-memory.c", ...OUT_OF_MEMORY },
  { program: "nameless-files.py", ...OUT_OF_MEMORY },
  { program: "shared-segments.c", ...OUT_OF_MEMORY },
  { program: "locked-memory.c", sees: { raise: "EPERM", lock: "ENOMEM" } },
  {
    program: "full-folders.sh",
    limits: { diskBytes: 8 * MEBIBYTE },
    sees: all("ENOSPC", "/code", "/tmp", "/dev/shm"),
  },
  { program: "many-files.py", limits: { memoryBytes: 64 * MEBIBYTE }, ...OUT_OF_MEMORY },
  { program: "sparse-file.js", sees: { say: "EFBIG", fill: "ENOSPC" } },
  { program: "deep-folders.py", sees: { "10,000 deep": "done" } },
  { program: "open-files.py", sees: { "one more": "EMFILE", highest: "1023" } },
  { program: "pipes.py", sees: { "64 MB in one": "EPERM", "one more": "EMFILE" }, gvisor: OUT_OF_MEMORY },
  { program: "output-flood.c", limits: { ...BRIEF, outputBytes: KEPT_BYTES }, outcome: "timeout", check: keptLittle },
  { program: "yes.sh", limits: { ...BRIEF, outputBytes: KEPT_BYTES }, outcome: "timeout", check: keptLittle },
  { program: "endless-line.js", limits: { ...BRIEF, outputBytes: KEPT_BYTES }, outcome: "timeout", check: keptLittle },
  { program: "spin.c", limits: BRIEF, outcome: "timeout", check: hadOneProcessor },
  { program: "pattern.js", limits: BRIEF, outcome: "timeout" },
  { program: "signals-to-first.c", sees: { "first process": "there" }, gvisor: { outcome: "signalled" } },
  { program: "stop-all.py", limits: BRIEF, sees: all("done", "stop", "stop the first"), outcome: "timeout" },
  {
    program: "raise-limits.sh",
    sees: {
      ...all("EPERM", "open files", "core dumps", "priority", "real time"),
      has: "1024 files, 0 blocks of core",
    },
  },
  // What they take is the container's memory.
  {
    program: "semaphores.c",
    limits: { memoryBytes: 64 * MEBIBYTE },
    ...OUT_OF_MEMORY,
    gvisor: { sees: all("ENOSPC", "semaphores", "queues"), outcome: "ok" },
  },
  { program: "message-queues.c", sees: { "one more": "EPERM" }, gvisor: { sees: { "one more": "EMFILE" } } },
  { program: "timers.c", sees: { "one more": "EAGAIN" }, gvisor: OUT_OF_MEMORY },
  { program: "watchers.py", sees: { "one more": "EMFILE", "had some": "True" } },
  { program: "huge-arguments.sh", sees: { "4 MB": "refused" } },
];

/** No more than was to be kept, of a flood that was more. */
function keptLittle({ stdout, truncated }: RunResult): void {
  assert.ok(stdout.length < KEPT_BYTES + NOTE_BYTES, String(stdout.length));
  assert.ok(truncated.stdoutBytes > KEPT_BYTES, String(truncated.stdoutBytes));
}

/** Where the kernel tells, which has to be one that it is asked of afterwards. */
function hadOneProcessor({ cpuMs = 0, phases }: RunResult): void {
  assert.ok(cpuMs < phases.runMs * 1.1, `${cpuMs} ms of ${phases.runMs} ms`);
}
