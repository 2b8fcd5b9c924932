import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { collect, createRunner, type RunResult } from "../../src/index.ts";
import { engine } from "./support/engine.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { TEST_LABEL } from "./support/runs.ts";

/** Enough to see a leak; FORGEAI_TEST_RUNS=1000 takes three minutes on two cores. */
const RUNS = Number(process.env["FORGEAI_TEST_RUNS"] ?? 100);
const AT_A_TIME = 16;

describe(`${RUNS} runs, ${AT_A_TIME} at a time`, () => {
  it("each get exactly their own output, and leave no container, descriptor or listener", async function crowd() {
    this.timeout(600_000);
    const [name, value] = TEST_LABEL;
    await using runner = await createRunner({
      executor: "container",
      labels: { [name]: value },
      concurrency: AT_A_TIME,
      queue: RUNS,
    });
    const { signal } = new AbortController();
    const run = async (number: number): Promise<RunResult> =>
      collect(
        runner.run(
          {
            language: "python@3.9",
            source: "import sys\nprint(sys.argv[1] * 100)\nsys.exit(int(sys.argv[1]) % 3)",
            args: [String(number)],
          },
          { signal },
        ),
      );
    await run(0);
    const before = await openDescriptors();
    const results = await Promise.all(Array.from({ length: RUNS }, (_, number) => run(number)));
    for (const [number, { stdout, stderr, exitCode }] of results.entries())
      assert.deepEqual([stdout, stderr, exitCode], [`${String(number).repeat(100)}\n`, "", number % 3]);
    await eventuallyNone("containers", async () => (await engine()).containers(TEST_LABEL));
    await eventuallyNone("descriptors", async () => (await openDescriptors()).slice(before.length));
  });
});

/** Of this process, where the platform tells. */
async function openDescriptors(): Promise<string[]> {
  return readdir("/proc/self/fd").catch(() => []);
}
