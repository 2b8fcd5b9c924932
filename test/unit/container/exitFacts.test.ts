import assert from "node:assert/strict";
import { killedFacts, reportedFacts, toldFacts } from "../../../src/container/exitFacts.ts";

const nothingRefused = { refused: {} };

describe("toldFacts", () => {
  it("has the status of a program that exited, also where it stands for a signal", () => {
    for (const status of [0, 3, 127, 137, 139, 255]) {
      const facts = { exitCode: status, signal: null, ...nothingRefused };
      assert.deepEqual(toldFacts({ how: "exited", status }), facts);
    }
  });

  it("has the signal that ended a program, and no status", () => {
    const facts = { exitCode: null, signal: "SIGSEGV", ...nothingRefused };
    assert.deepEqual(toldFacts({ how: "killed", status: 139 }), facts);
  });

  it("has the status where it is no signal's that is known", () => {
    const facts = { exitCode: 162, signal: null, ...nothingRefused };
    assert.deepEqual(toldFacts({ how: "killed", status: 162 }), facts);
  });

  it("has both where the shell can't tell them apart", () => {
    const facts = { exitCode: 130, signal: "SIGINT", ...nothingRefused };
    assert.deepEqual(toldFacts({ how: "unsure", status: 130 }), facts);
  });

  it("says that a program whose end nobody saw was ended by force", () => {
    assert.deepEqual(toldFacts({ how: "lost" }), { exitCode: null, signal: "SIGKILL", ...nothingRefused });
  });

  it("says that the time was up where the container itself ended the program", () => {
    const facts = { exitCode: null, signal: "SIGKILL", stopped: "timeout", ...nothingRefused };
    assert.deepEqual(toldFacts({ how: "deadline" }), facts);
  });

  it("names what was refused, each with who saw it", () => {
    const { refused } = toldFacts({
      how: "exited",
      status: 1,
      outOfMemory: 2,
      refusedProcesses: 30,
      fullFolder: "/tmp",
    });
    assert.deepEqual(refused, {
      memory: "the kernel ended 2 of its processes for it",
      processes: "the kernel refused it 30 more",
      disk: "/tmp was full at its end",
    });
  });

  it("takes a count of zero for no refusal", () => {
    const { refused } = toldFacts({ how: "exited", status: 1, outOfMemory: 0, refusedProcesses: 0 });
    assert.deepEqual(refused, {});
  });

  it("has the figures that the kernel told, zeros as well, and no others", () => {
    const facts = toldFacts({ how: "exited", status: 0, peakMemoryBytes: 4096, cpuMs: 0 });
    assert.deepEqual(facts, { exitCode: 0, signal: null, ...nothingRefused, peakMemoryBytes: 4096, cpuMs: 0 });
    assert.deepEqual(Object.keys(toldFacts({ how: "exited", status: 0 })), ["exitCode", "signal", "refused"]);
  });
});

describe("reportedFacts", () => {
  it("takes a status that stands for a signal for the signal: nothing but one ends process 1", () => {
    assert.deepEqual(reportedFacts({ status: 137, outOfMemory: false }), {
      exitCode: null,
      signal: "SIGKILL",
      ...nothingRefused,
    });
    assert.deepEqual(reportedFacts({ status: 125, outOfMemory: false }), {
      exitCode: 125,
      signal: null,
      ...nothingRefused,
    });
  });

  it("says that the memory ran out where the engine does", () => {
    const { refused } = reportedFacts({ status: 137, outOfMemory: true });
    assert.deepEqual(refused, { memory: "the engine reported that the kernel ended a process for it" });
  });
});

describe("killedFacts", () => {
  it("names the signal that we end programs with", () => {
    assert.deepEqual(killedFacts(), { exitCode: null, signal: "SIGKILL" });
  });
});
