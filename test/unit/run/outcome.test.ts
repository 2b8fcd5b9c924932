import assert from "node:assert/strict";
import fc from "fast-check";
import type { PhaseLimits } from "../../../src/language/language.ts";
import { DEFAULT_LIMITS, type Limits, mostOf, resolveLimits } from "../../../src/run/limits.ts";
import {
  decideCompileEnding,
  decideEnding,
  type Ending,
  type Exit,
  type Place,
  programTooLarge,
  signalOfStatus,
  statusOfSignal,
} from "../../../src/run/outcome.ts";

const BASE: Exit = { exitCode: 0, signal: null, runMs: 12 };
const KILLED = { exitCode: 137, signal: "SIGKILL" };
const MEBIBYTE = 1024 * 1024;

const PLACES: readonly Place[] = ["container", "local"];

const WORDS = "the engine reported it";

const TIMEOUT = {
  outcome: "timeout",
  evidence: "It was still running after 30 s and was ended.",
  hint: "Give it more time with --timeout=60s, or the setting forgeai.timeout.",
  remedy: { timeoutMs: 60_000 },
} as const;

const MEMORY = {
  outcome: "memory-limit",
  evidence: `It ran out of memory, of which it may have 128 MB: ${WORDS}.`,
  hint: "Give it more memory with --memory-limit=256, or the setting forgeai.memory.",
  remedy: { memoryBytes: 256 * MEBIBYTE },
} as const;

const PROCESSES = {
  outcome: "process-limit",
  evidence: `It wanted more than 64 processes and threads: ${WORDS}.`,
  hint: "Allow it more with --processes=128, or the setting forgeai.processes.",
  remedy: { processes: 128 },
} as const;

const DISK = {
  outcome: "disk-limit",
  evidence: `It filled a folder that holds 64 MB: ${WORDS}.`,
  hint: "Give its files more room with --disk-limit=128 --memory-limit=192, or the settings forgeai.disk and forgeai.memory.",
  remedy: { diskBytes: 128 * MEBIBYTE, memoryBytes: 192 * MEBIBYTE },
} as const;

const OUTPUT = {
  outcome: "output-limit",
  evidence: "It printed more than 9.5 MB on one stream and was ended.",
  hint: "Let it print more with --output-limit=20000000b, or the setting forgeai.output.limit.",
  remedy: { outputBytes: 20_000_000 },
} as const;

const CANCELLED = { outcome: "cancelled", evidence: "It was stopped on request." } as const;
const OK = { outcome: "ok", evidence: "It exited with status 0." } as const;

interface Case extends Omit<Ending, "exitCode" | "signal"> {
  readonly title: string;
  readonly exit: Partial<Exit>;
  /** Both, where it isn't said. */
  readonly place?: Place;
}

describe("decideEnding", () => {
  const cases: readonly Case[] = [
    { title: "a good end", exit: {}, ...OK },
    { title: "a bad end", exit: { exitCode: 3 }, outcome: "failed", evidence: "It exited with status 3." },
    {
      title: "a bad end with nothing refused",
      exit: { exitCode: 3, refused: {} },
      outcome: "failed",
      evidence: "It exited with status 3.",
    },
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
      title: "a SIGKILL from the program itself",
      exit: KILLED,
      outcome: "signalled",
      evidence: "It exited with status 137, which stands for SIGKILL.",
    },
    { title: "a time-out carried out with a signal", exit: { ...KILLED, stopped: "timeout" }, ...TIMEOUT },
    { title: "a time-out that the program took well", exit: { stopped: "timeout" }, ...TIMEOUT },
    { title: "a stop carried out with a signal", exit: { ...KILLED, stopped: "cancelled" }, ...CANCELLED },
    { title: "a stop that the program took well", exit: { stopped: "cancelled" }, ...CANCELLED },
    { title: "too much output", exit: { exitCode: 143, signal: "SIGTERM", stopped: "output-limit" }, ...OUTPUT },
    { title: "too much output of a program that took its end well", exit: { stopped: "output-limit" }, ...OUTPUT },
    { title: "memory that ran out", exit: { ...KILLED, refused: { memory: WORDS } }, ...MEMORY },
    {
      title: "memory that ran out in a child, of which the program made a failure",
      exit: { exitCode: 1, refused: { memory: WORDS } },
      ...MEMORY,
    },
    {
      title: "memory that ran out while it was being ended for its time",
      exit: { ...KILLED, stopped: "timeout", refused: { memory: WORDS } },
      ...TIMEOUT,
    },
    {
      title: "whatever was refused to a program that coped with it",
      exit: { refused: { memory: WORDS, processes: WORDS, disk: WORDS } },
      ...OK,
    },
    {
      title: "memory, processes and disk that ran out together",
      exit: { exitCode: 1, refused: { disk: "full", processes: "none", memory: WORDS } },
      ...MEMORY,
    },
    {
      title: "processes that ran out in a container",
      place: "container",
      exit: { exitCode: 1, refused: { processes: WORDS } },
      ...PROCESSES,
    },
    {
      title: "processes and disk that ran out together in a container",
      place: "container",
      exit: { exitCode: 2, refused: { disk: "full", processes: WORDS } },
      ...PROCESSES,
    },
    {
      title: "processes that ran out on this machine",
      place: "local",
      exit: { exitCode: 1, refused: { processes: WORDS } },
      outcome: "process-limit",
      evidence: `This machine gave it no further process: ${WORDS}.`,
      hint: "The limit is the machine's own, not ForgeAI's: ulimit -u shows it.",
    },
    {
      title: "a folder that was full in a container",
      place: "container",
      exit: { exitCode: 1, refused: { disk: WORDS } },
      ...DISK,
    },
    {
      title: "a folder that was full in a container, over which a signal ended it",
      place: "container",
      exit: { exitCode: 135, signal: "SIGBUS", refused: { disk: WORDS } },
      ...DISK,
    },
    {
      title: "a disk that was full on this machine",
      place: "local",
      exit: { exitCode: 1, refused: { disk: WORDS } },
      outcome: "disk-limit",
      evidence: `It found no room on a disk: ${WORDS}.`,
      hint: "The disk is the machine's own, not ForgeAI's: df shows where it is full.",
    },
  ];
  for (const { title, exit, place, ...expected } of cases) {
    it(`calls ${title} ${expected.outcome}`, () => {
      const { exitCode, signal } = { ...BASE, ...exit };
      for (const where of place === undefined ? PLACES : [place]) {
        const ending = decideEnding({ ...BASE, ...exit }, DEFAULT_LIMITS, where);
        assert.deepEqual(ending, { exitCode, signal, ...expected }, where);
      }
    });
  }
});

describe("The remedy of an ending", () => {
  const LIMIT_NAMES = ["timeoutMs", "memoryBytes", "processes", "diskBytes", "outputBytes"] as const;

  const BAD_ENDS: readonly Partial<Exit>[] = [
    { stopped: "timeout" },
    { stopped: "output-limit" },
    { exitCode: 1, refused: { memory: WORDS } },
    { exitCode: 1, refused: { processes: WORDS } },
    { exitCode: 1, refused: { disk: WORDS } },
  ];

  const remedies: readonly (readonly [exit: Partial<Exit>, limits: Partial<Limits>, remedy: Partial<Limits>])[] = [
    [{ stopped: "timeout" }, { timeoutMs: 1250 }, { timeoutMs: 3000 }],
    [{ stopped: "timeout" }, { timeoutMs: 1 }, { timeoutMs: 1000 }],
    [{ stopped: "timeout" }, { timeoutMs: 20 * 3_600_000 }, { timeoutMs: 24 * 3_600_000 }],
    [{ stopped: "output-limit" }, { outputBytes: 0 }, { outputBytes: 1024 }],
    [{ stopped: "output-limit" }, { outputBytes: 5000 }, { outputBytes: 10_000 }],
    [{ exitCode: 1, refused: { memory: "x" } }, { memoryBytes: 6 * MEBIBYTE }, { memoryBytes: 12 * MEBIBYTE }],
    [{ exitCode: 1, refused: { processes: "x" } }, { processes: 20_000 }, { processes: 32_768 }],
    [
      { exitCode: 1, refused: { disk: "x" } },
      { diskBytes: MEBIBYTE, memoryBytes: 8 * MEBIBYTE },
      { diskBytes: 2 * MEBIBYTE, memoryBytes: 9 * MEBIBYTE },
    ],
  ];
  for (const [exit, limits, remedy] of remedies) {
    it(`is ${JSON.stringify(remedy)} for ${JSON.stringify(exit)} at ${JSON.stringify(limits)}`, () => {
      const ending = decideEnding({ ...BASE, ...exit }, { ...DEFAULT_LIMITS, ...limits }, "container");
      assert.deepEqual(ending.remedy, remedy);
    });
  }

  /** The names of all limits that are larger in the other. */
  const larger = (one: Limits, other: Limits): string[] =>
    LIMIT_NAMES.filter((name) => other[name] > one[name]).toSorted();

  it("can be asked for and is more than there was, or there is neither remedy nor hint", () => {
    const between = (name: keyof Limits, least: number): fc.Arbitrary<number> =>
      fc.oneof(fc.integer({ min: least, max: mostOf(name) }), fc.constant(mostOf(name)));
    const limits = fc.record({
      timeoutMs: between("timeoutMs", 1),
      memoryBytes: between("memoryBytes", 6 * MEBIBYTE),
      processes: between("processes", 4),
      diskBytes: between("diskBytes", MEBIBYTE),
      outputBytes: between("outputBytes", 0),
    });
    fc.assert(
      fc.property(limits, fc.constantFrom(...BAD_ENDS), (some, exit) => {
        const all = { ...DEFAULT_LIMITS, ...some };
        const { hint, remedy } = decideEnding({ ...BASE, ...exit }, all, "container");
        assert.equal(hint === undefined, remedy === undefined);
        resolveLimits({ ...all, ...remedy });
        assert.deepEqual(larger(all, { ...all, ...remedy }), Object.keys(remedy ?? {}).toSorted());
      }),
    );
  });
});

describe("decideCompileEnding", () => {
  const limits: PhaseLimits = { ...DEFAULT_LIMITS, timeoutMs: 120_000, memoryBytes: 1024 ** 3, processes: 256 };
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
      exit: { exitCode: 1, refused: { memory: WORDS } },
      outcome: "compile-failed",
      evidence: `The compiler did not finish: It ran out of memory, of which it may have 1 GB: ${WORDS}.`,
    },
    {
      title: "a compiler that wanted too many processes",
      place: "container",
      exit: { exitCode: 1, refused: { processes: WORDS } },
      outcome: "compile-failed",
      evidence: `The compiler did not finish: It wanted more than 256 processes and threads: ${WORDS}.`,
    },
    {
      title: "a compiler that found a disk of this machine full",
      place: "local",
      exit: { exitCode: 1, refused: { disk: WORDS } },
      outcome: "compile-failed",
      evidence: `The compiler did not finish: It found no room on a disk: ${WORDS}.`,
    },
    {
      title: "a compiler that crashed",
      exit: { exitCode: 139, signal: "SIGSEGV" },
      outcome: "compile-failed",
      evidence: "The compiler did not finish: It exited with status 139, which stands for SIGSEGV.",
    },
    { title: "a stop on request", exit: { ...KILLED, stopped: "cancelled" }, ...CANCELLED },
  ];
  for (const { title, exit, place, ...expected } of cases) {
    it(`calls ${title} ${expected.outcome}, and gives no hint about limits that aren't the compiler's`, () => {
      const { exitCode, signal } = { ...BASE, ...exit };
      for (const where of place === undefined ? PLACES : [place]) {
        const ending = decideCompileEnding({ ...BASE, ...exit }, limits, where);
        assert.deepEqual(ending, { exitCode, signal, ...expected }, where);
      }
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
