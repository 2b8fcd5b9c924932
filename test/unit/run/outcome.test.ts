import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_LIMITS } from "../../../src/run/limits.ts";
import {
  decideCompileEnding,
  decideEnding,
  type Ending,
  type Exit,
  programTooLarge,
  signalOfStatus,
  statusOfSignal,
} from "../../../src/run/outcome.ts";

const BASE: Exit = { exitCode: 0, signal: null, runMs: 12 };
const KILLED = { exitCode: 137, signal: "SIGKILL" };
const OUT_OF_MEMORY = "the engine reported it";

const TIMEOUT_EVIDENCE = "It was still running after 30 s and was ended.";
const TIMEOUT_HINT = "Give it more time with --timeout=60s, or the setting forgeai.timeout.";
const MEMORY_EVIDENCE = `It wanted more than 128 MB: ${OUT_OF_MEMORY}.`;
const MEMORY_HINT = "Give it more memory with --memory-limit=256, or the setting forgeai.memory.";

interface Case extends Omit<Ending, "exitCode" | "signal"> {
  readonly title: string;
  readonly exit: Partial<Exit>;
}

describe("decideEnding", () => {
  const cases: readonly Case[] = [
    { title: "a good end", exit: {}, outcome: "ok", evidence: "It exited with status 0." },
    { title: "a bad end", exit: { exitCode: 3 }, outcome: "failed", evidence: "It exited with status 3." },
    {
      title: "a status that stands for a signal",
      exit: { exitCode: 139, signal: "SIGSEGV" },
      outcome: "signalled",
      evidence: "It exited with status 139, which stands for SIGSEGV.",
    },
    {
      title: "a signal",
      exit: { exitCode: null, signal: "SIGTERM" },
      outcome: "signalled",
      evidence: "SIGTERM ended it.",
    },
    {
      title: "a time-out carried out with a signal",
      exit: { ...KILLED, stopped: "timeout" },
      outcome: "timeout",
      evidence: TIMEOUT_EVIDENCE,
      hint: TIMEOUT_HINT,
    },
    {
      title: "a time-out that the program took well",
      exit: { stopped: "timeout" },
      outcome: "timeout",
      evidence: TIMEOUT_EVIDENCE,
      hint: TIMEOUT_HINT,
    },
    {
      title: "a stop carried out with a signal",
      exit: { ...KILLED, stopped: "cancelled" },
      outcome: "cancelled",
      evidence: "It was stopped on request.",
    },
    {
      title: "memory that ran out",
      exit: { ...KILLED, outOfMemory: OUT_OF_MEMORY },
      outcome: "memory-limit",
      evidence: MEMORY_EVIDENCE,
      hint: MEMORY_HINT,
    },
    {
      title: "memory that ran out in a child, of which the program made a failure",
      exit: { exitCode: 1, outOfMemory: OUT_OF_MEMORY },
      outcome: "memory-limit",
      evidence: MEMORY_EVIDENCE,
      hint: MEMORY_HINT,
    },
    {
      title: "memory that ran out in a child, which the program coped with",
      exit: { outOfMemory: OUT_OF_MEMORY },
      outcome: "ok",
      evidence: "It exited with status 0.",
    },
    {
      title: "memory that ran out while it was being ended for its time",
      exit: { ...KILLED, stopped: "timeout", outOfMemory: OUT_OF_MEMORY },
      outcome: "timeout",
      evidence: TIMEOUT_EVIDENCE,
      hint: TIMEOUT_HINT,
    },
    {
      title: "a SIGKILL from the program itself",
      exit: KILLED,
      outcome: "signalled",
      evidence: "It exited with status 137, which stands for SIGKILL.",
    },
  ];
  for (const { title, exit, ...expected } of cases) {
    it(`calls ${title} ${expected.outcome}`, () => {
      const { exitCode, signal } = { ...BASE, ...exit };
      assert.deepEqual(decideEnding({ ...BASE, ...exit }, DEFAULT_LIMITS), { exitCode, signal, ...expected });
    });
  }

  it("proposes twice the time and twice the memory", () => {
    const limits = { timeoutMs: 1250, memoryBytes: 64 * 1024 * 1024 };
    assert.match(decideEnding({ ...BASE, stopped: "timeout" }, limits).hint ?? "", /--timeout=3s/);
    assert.match(decideEnding({ ...KILLED, runMs: 1, outOfMemory: "x" }, limits).hint ?? "", /--memory-limit=128,/);
  });
});

describe("decideCompileEnding", () => {
  const limits = { timeoutMs: 120_000, memoryBytes: 1024 ** 3 };
  const cases: readonly Case[] = [
    {
      title: "a compiler that found errors",
      exit: { exitCode: 1 },
      outcome: "compile-failed",
      evidence: "The compiler exited with status 1.",
    },
    {
      title: "a compiler that took too long",
      exit: { ...KILLED, stopped: "timeout" },
      outcome: "compile-failed",
      evidence: "The compiler did not finish: It was still running after 2 m and was ended.",
    },
    {
      title: "a compiler that took too much memory",
      exit: { exitCode: 1, outOfMemory: OUT_OF_MEMORY },
      outcome: "compile-failed",
      evidence: `The compiler did not finish: It wanted more than 1 GB: ${OUT_OF_MEMORY}.`,
    },
    {
      title: "a compiler that crashed",
      exit: { exitCode: 139, signal: "SIGSEGV" },
      outcome: "compile-failed",
      evidence: "The compiler did not finish: It exited with status 139, which stands for SIGSEGV.",
    },
    {
      title: "a stop on request",
      exit: { ...KILLED, stopped: "cancelled" },
      outcome: "cancelled",
      evidence: "It was stopped on request.",
    },
  ];
  for (const { title, exit, ...expected } of cases) {
    it(`calls ${title} ${expected.outcome}, and gives no hint about limits that aren't the compiler's`, () => {
      const { exitCode, signal } = { ...BASE, ...exit };
      assert.deepEqual(decideCompileEnding({ ...BASE, ...exit }, limits), { exitCode, signal, ...expected });
    });
  }
});

describe("programTooLarge", () => {
  it("tells both sizes", () => {
    assert.deepEqual(programTooLarge(70 * 2 ** 20, 64 * 2 ** 20), {
      outcome: "compile-failed",
      exitCode: null,
      signal: null,
      evidence: "The compiled program has 70 MB, and the work folder holds 64 MB.",
    });
  });
});

describe("signalOfStatus", () => {
  it("knows the signals that end a process, and takes every other status for the program's own", () => {
    assert.equal(signalOfStatus(137), "SIGKILL");
    assert.equal(signalOfStatus(143), "SIGTERM");
    for (const status of [0, 1, 9, 127, 128, 145, 255]) assert.equal(signalOfStatus(status), null);
  });

  it("is the inverse of statusOfSignal", () => {
    fc.assert(
      fc.property(fc.nat(255), (status) => {
        const signal = signalOfStatus(status);
        assert.equal(signal === null ? status : statusOfSignal(signal), status);
      }),
    );
  });
});
