import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProblemFormat } from "../../../src/language/language.ts";
import { findRefusals, type Refusals } from "../../../src/language/refusal.ts";

/** What programs printed in the images: `capture.mjs` there renews it. */
const FIXTURES = "test/fixtures/endings/refusals";

const FORMATS: readonly ProblemFormat[] = ["python", "node", "go"];

const forkRefused = { processes: "BlockingIOError: [Errno 11] Resource temporarily unavailable" };
const threadRefused = { processes: "RuntimeError: can't start new thread" };
const nodeDisk = { disk: "Error: ENOSPC: no space left on device, write" };
const nodeHeap = { memory: /^FATAL ERROR: .+ Allocation failed - JavaScript heap out of memory$/ };
const goDisk = { disk: "panic: write full: no space left on device" };

type Words = { readonly [Name in keyof Refusals]: string | RegExp };

/** What each program's runtime says it was refused; programs that aren't here, nothing. */
const REFUSED: Readonly<Record<string, Words>> = {
  "python/allocation": { memory: "MemoryError" },
  "python/allocation-in-thread": { memory: "MemoryError" },
  "python/mapping": { memory: "OSError: [Errno 12] Cannot allocate memory" },
  "python/other-reported-before": { memory: "MemoryError" },
  "python/ignored-after": { memory: "MemoryError" },
  "python/fork": forkRefused,
  "python/children": forkRefused,
  "python/threads": threadRefused,
  "python/disk": { disk: "OSError: [Errno 28] No space left on device" },
  "python/copy": { disk: "OSError: [Errno 28] No space left on device: '/dev/zero' -> 'zeros'" },
  "python/database": { disk: "sqlite3.OperationalError: database or disk is full" },
  "node/heap": nodeHeap,
  "node/map": nodeHeap,
  "node/array-buffer": { memory: "RangeError: Array buffer allocation failed" },
  "node/worker-heap": {
    memory: "Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory",
  },
  "node/spawn": { processes: "Error: spawn sleep EAGAIN" },
  "node/spawn-sync": { processes: "Error: spawnSync /bin/sh EAGAIN" },
  "node/exec": { processes: "Error: spawn /bin/sh EAGAIN" },
  "node/workers": { processes: "Error: EAGAIN" },
  "node/disk": nodeDisk,
  "node/disk-in-promise": nodeDisk,
  "node/disk-in-stream": nodeDisk,
  "node/disk-printed": nodeDisk,
  "go/allocation": { memory: "fatal error: runtime: out of memory" },
  "go/children": { processes: /^panic: fork\/exec \S+sleep: resource temporarily unavailable$/ },
  "go/children-logged": { processes: /^\S+ \S+ fork\/exec \S+sleep: resource temporarily unavailable$/ },
  "go/threads": { processes: /^runtime: failed to create new OS thread \(have \d+ already; errno=11\)$/ },
  "go/disk": goDisk,
  "go/re-panic": { disk: "panic: write /dev/full: no space left on device" },
  "go/disk-printed": { disk: "could not save: write /dev/full: no space left on device" },
};

/** Where one version doesn't say what the other says. */
const EXCEPTIONS: Readonly<Record<string, Words>> = {
  // The older one has no such groups.
  "python/allocation-in-group/python-3.14": { memory: "MemoryError" },
  // The newer one lets a map have no more than so many entries, the older one trips over a pipe that was never there.
  "node/map/node-24": {},
  "node/exec/node-16": {},
};

function assertRefused(refusals: Refusals, expected: Words, text: string): void {
  assert.deepEqual(Object.keys(refusals), Object.keys(expected), text);
  for (const resource of ["memory", "processes", "disk"] as const) {
    const words = expected[resource];
    const [, quoted = ""] = /^it reported "(.*)"$/.exec(refusals[resource] ?? "") ?? [];
    if (typeof words === "string") assert.equal(quoted, words);
    else if (words !== undefined) assert.match(quoted, words);
  }
}

describe("findRefusals", () => {
  it("reads nothing from a language whose programs nobody reads", () => {
    assert.deepEqual(findRefusals(undefined, "MemoryError\n"), {});
  });

  for (const format of FORMATS) {
    for (const program of readdirSync(join(FIXTURES, format))) {
      const folder = join(FIXTURES, format, program);
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".stderr"))) {
        const name = `${format}/${program}`;
        const toolchain = file.slice(0, -".stderr".length);
        it(`reads ${name} of ${toolchain}`, () => {
          const text = readFileSync(join(folder, file), "utf8");
          const expected = EXCEPTIONS[`${name}/${toolchain}`] ?? REFUSED[name] ?? {};
          assertRefused(findRefusals(format, text), expected, text);
        });
      }
    }
  }

  it("finds nothing in nothing", () => {
    for (const format of FORMATS)
      for (const text of ["", "\n", "\n\n\n"]) assert.deepEqual(findRefusals(format, text), {});
  });

  it("reads lines that end as on Windows, and that are coloured", () => {
    const traceback = 'Traceback (most recent call last):\r\n  File "main.py", line 1, in <module>\r\n';
    const text = `${traceback}\u001b[1;35mMemoryError\u001b[0m\r\n`;
    assert.deepEqual(findRefusals("python", text), { memory: 'it reported "MemoryError"' });
  });

  it("quotes no more than a line can hold", () => {
    const { disk = "" } = findRefusals("go", `${"x".repeat(500)}: no space left on device\n`);
    assert.ok(disk.length < 250, disk);
  });

  const hostile: readonly (readonly [format: ProblemFormat, text: string])[] = [
    [
      "python",
      `Traceback (most recent call last):\n  File "${"fork".repeat(60_000)}\n${"BlockingIOError: ".repeat(900)}`,
    ],
    ["python", "Exception ignored \n".repeat(12_000)],
    ["node", `${"Error".repeat(50_000)}\n    at x`],
    ["node", `${"FATAL ERROR: out of memory".repeat(9000)}\n 1: x`],
    ["node", `${"x {\n".repeat(50_000)}}`],
    ["go", "fork/exec ".repeat(25_000)],
    ["go", `${"runtime: fork/exec : \n".repeat(9000)}panic: \n\ngoroutine 1 [running]:`],
    ["go", "goroutine 1 [\n\n".repeat(16_000)],
  ];
  for (const [format, text] of hostile) {
    it(`takes little time for ${format} and ${JSON.stringify(text.slice(0, 20))}, again and again`, () => {
      const startedAt = performance.now();
      findRefusals(format, text);
      assert.ok(performance.now() - startedAt < 500);
    });
  }
});
