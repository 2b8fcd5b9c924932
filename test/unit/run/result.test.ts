import assert from "node:assert/strict";
import type { EndedEvent, RunEvent, Setting } from "../../../src/run/event.ts";
import { RunFailure } from "../../../src/run/failure.ts";
import { DEFAULT_LIMITS } from "../../../src/run/limits.ts";
import { collect } from "../../../src/run/result.ts";

const setting = (outputBytes = DEFAULT_LIMITS.outputBytes): Setting => ({
  language: "go",
  version: "1.27",
  image: "golang:1.27-alpine",
  isolation: "default",
  network: "none",
  limits: { ...DEFAULT_LIMITS, outputBytes },
});

const ended = (outputBytes?: number): EndedEvent => ({
  type: "ended",
  ...setting(outputBytes),
  outcome: "ok",
  exitCode: 0,
  signal: null,
  evidence: "It exited with status 0.",
  durationMs: 5,
  phases: { acquireMs: 1, runMs: 2 },
  problems: [],
});

const print = (type: "stdout" | "stderr", text: string | Uint8Array, phase: "compile" | "run" = "run"): RunEvent => ({
  type,
  phase,
  data: Buffer.from(text),
});

async function* eventsOf(...events: readonly RunEvent[]): AsyncGenerator<RunEvent, void, void> {
  yield* events;
}

describe("collect", () => {
  it("puts the output and the end together", async () => {
    const result = await collect(
      eventsOf(
        { type: "queued", ahead: 0 },
        { type: "pulling", image: "x", status: "", currentBytes: 0, totalBytes: 0 },
        { type: "started", ...setting() },
        print("stdout", "a"),
        print("stderr", "1"),
        print("stdout", "b"),
        ended(),
      ),
    );
    const { type: _, ...facts } = ended();
    assert.deepEqual(result, { ...facts, stdout: "ab", stderr: "1", truncated: { stdoutBytes: 0, stderrBytes: 0 } });
  });

  it("counts what the compiler printed as standard error, where it printed it", async () => {
    const result = await collect(
      eventsOf({ type: "compiling", ...setting() }, print("stderr", "main.go:1:1\n", "compile"), ended()),
    );
    assert.equal(result.stderr, "main.go:1:1\n");
  });

  it("joins characters that were cut", async () => {
    const bytes = Buffer.from("é€𝒳");
    const pieces = [...bytes].map((byte) => print("stdout", Uint8Array.of(byte)));
    const result = await collect(eventsOf({ type: "started", ...setting() }, ...pieces, ended()));
    assert.equal(result.stdout, "é€𝒳");
  });

  it("keeps as much of each stream as the limit says, and tells how much it left out", async () => {
    const result = await collect(
      eventsOf({ type: "started", ...setting(4) }, print("stdout", "0123456789"), print("stderr", "abcd"), ended(4)),
    );
    assert.equal(result.stdout, "01\n[… 6 bytes left out …]\n89");
    assert.equal(result.stderr, "abcd");
    assert.deepEqual(result.truncated, { stdoutBytes: 6, stderrBytes: 0 });
  });

  it("keeps nothing where nothing is to be kept", async () => {
    const result = await collect(eventsOf({ type: "started", ...setting(0) }, print("stdout", "abc"), ended(0)));
    assert.deepEqual(result.truncated, { stdoutBytes: 3, stderrBytes: 0 });
  });

  it("gives a result for a run that was stopped before it started", async () => {
    const result = await collect(eventsOf({ ...ended(), outcome: "cancelled" }));
    assert.deepEqual([result.outcome, result.stdout, result.stderr], ["cancelled", "", ""]);
  });

  async function* breakAfter(error: Error, ...events: readonly RunEvent[]): AsyncGenerator<RunEvent, void, void> {
    yield* events;
    throw error;
  }

  it("throws what the run threw where the program had printed nothing", async () => {
    const lost = new RunFailure({ code: "engine-lost", message: "Lost.", hint: "Again." });
    for (const events of [[], [{ type: "started", ...setting() }]] as const) {
      await assert.rejects(collect(breakAfter(lost, ...events)), (error) => error === lost);
    }
  });

  it("keeps in the failure what the program had printed, within the limit", async () => {
    const cause = new Error("socket hang up");
    const lost = new RunFailure({ code: "engine-lost", message: "Lost.", hint: "Again.", cause });
    const printed = [print("stdout", "0123456789"), print("stderr", "é")];
    await assert.rejects(collect(breakAfter(lost, { type: "started", ...setting(4) }, ...printed)), (error) => {
      assert.ok(error instanceof RunFailure);
      assert.deepEqual([error.code, error.message, error.hint], ["engine-lost", "Lost.", "Again."]);
      assert.equal(error.cause, cause);
      assert.deepEqual(error.output, {
        stdout: "01\n[… 6 bytes left out …]\n89",
        stderr: "é",
        truncated: { stdoutBytes: 6, stderrBytes: 0 },
      });
      return true;
    });
  });

  it("throws any other error as it is", async () => {
    const error = new TypeError("x");
    await assert.rejects(
      collect(breakAfter(error, { type: "started", ...setting() }, print("stdout", "a"))),
      (thrown) => thrown === error,
    );
  });

  it("throws where the end is missing", async () => {
    await assert.rejects(collect(eventsOf({ type: "started", ...setting() })), TypeError);
  });
});
