import assert from "node:assert/strict";
import fc from "fast-check";
import { RunFailure } from "../../../src/run/failure.ts";
import {
  DEFAULT_LIMITS,
  formatBytes,
  formatDuration,
  type Limits,
  mostOf,
  parseDuration,
  parseMemory,
  resolveLimits,
  type WantedLimits,
} from "../../../src/run/limits.ts";

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;

const digits = fc.nat(99_999);

describe("parseDuration", () => {
  const readable: readonly (readonly [text: string, milliseconds: number])[] = [
    ["10s", 10_000],
    ["500ms", 500],
    ["1m", 60_000],
    ["2h", 7_200_000],
    ["10", 10_000],
    ["0.5", 500],
    ["1.5m", 90_000],
    ["0", 0],
    [" 3s ", 3000],
    ["0.0004s", 0],
  ];
  for (const [text, milliseconds] of readable) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), milliseconds));
  }

  for (const text of [
    "",
    "s",
    "-1",
    "-1s",
    "1 s",
    "1d",
    "10S",
    "1e3",
    ".5",
    "1.",
    "1,5",
    "٣s",
    "NaN",
    "Infinity",
    "1s2s",
  ]) {
    it(`doesn't read ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  it("reads whole numbers in every unit", () => {
    const units = { "": 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
    fc.assert(
      fc.property(digits, fc.constantFrom(...Object.entries(units)), (number, [unit, factor]) => {
        assert.equal(parseDuration(`${number}${unit}`), number * factor);
      }),
    );
  });
});

describe("parseMemory", () => {
  const readable: readonly (readonly [text: string, bytes: number])[] = [
    ["64", 64 * MEBIBYTE],
    ["64m", 64 * MEBIBYTE],
    ["64M", 64 * MEBIBYTE],
    ["64mb", 64 * MEBIBYTE],
    ["64MiB", 64 * MEBIBYTE],
    ["1g", GIBIBYTE],
    ["1.5g", 1.5 * GIBIBYTE],
    ["512k", 512 * 1024],
    ["1024b", 1024],
    ["0", 0],
    [" 64 ", 64 * MEBIBYTE],
  ];
  for (const [text, bytes] of readable) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseMemory(text), bytes));
  }

  for (const text of ["", "m", "-64", "64 m", "64t", "64ib", "1e3", ".5g", "64mm", "0x40", "٦٤", "NaN", "Infinity"]) {
    it(`doesn't read ${JSON.stringify(text)}`, () => assert.equal(parseMemory(text), undefined));
  }

  it("reads whole numbers in every unit", () => {
    const units = { "": MEBIBYTE, b: 1, k: 1024, kb: 1024, m: MEBIBYTE, g: GIBIBYTE, GiB: GIBIBYTE };
    fc.assert(
      fc.property(digits, fc.constantFrom(...Object.entries(units)), (number, [unit, factor]) => {
        assert.equal(parseMemory(`${number}${unit}`), number * factor);
      }),
    );
  });
});

describe("The parsers of limits", () => {
  it("give a number that isn't negative, or nothing, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.\de\skmgbisSM]{0,8}$/)), (text) => {
        for (const value of [parseDuration(text), parseMemory(text)]) assert.ok(value === undefined || value >= 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("resolveLimits", () => {
  it("gives the defaults to whoever asks for nothing", () => {
    const expected: Limits = {
      timeoutMs: 30_000,
      memoryBytes: 134_217_728,
      cpus: 1,
      cpuShares: 1024,
      processes: 64,
      diskBytes: 67_108_864,
      outputBytes: 10_000_000,
    };
    assert.deepEqual(DEFAULT_LIMITS, expected);
    for (const wanted of [undefined, {}, { cpus: undefined }]) assert.deepEqual(resolveLimits(wanted), expected);
  });

  it("changes what was asked for, and nothing else", () => {
    const wanted = { timeoutMs: 500, memoryBytes: undefined, cpus: 0.5 };
    assert.deepEqual(resolveLimits(wanted), { ...DEFAULT_LIMITS, timeoutMs: 500, cpus: 0.5 });
  });

  const ranges: readonly {
    readonly limit: keyof Limits;
    readonly least: number;
    readonly most: number;
    readonly named: string;
  }[] = [
    { limit: "timeoutMs", least: 1, most: 86_400_000, named: "time-out" },
    { limit: "memoryBytes", least: 6 * MEBIBYTE, most: 1024 * GIBIBYTE, named: "memory limit" },
    { limit: "cpus", least: 0.01, most: 1024, named: "CPU limit" },
    { limit: "cpuShares", least: 2, most: 262_144, named: "CPU weight" },
    { limit: "processes", least: 4, most: 32_768, named: "process limit" },
    { limit: "diskBytes", least: MEBIBYTE, most: 1024 * GIBIBYTE, named: "disk limit" },
    { limit: "outputBytes", least: 0, most: 256 * MEBIBYTE, named: "output limit" },
  ];
  for (const { limit, least, most, named } of ranges) {
    it(`takes a ${limit} from ${least} to ${most}, and says so about any other`, () => {
      assert.equal(mostOf(limit), most);
      for (const value of [least, most]) assert.equal(resolveLimits({ [limit]: value })[limit], value);
      const junk: readonly unknown[] = ["64", null, [], {}, true, 1n];
      for (const value of [least - 0.001, most + 1, -1, Number.NaN, Infinity, -Infinity, ...junk]) {
        assert.throws(
          () => resolveLimits({ [limit]: value }),
          (error) => {
            assert.ok(error instanceof RunFailure);
            assert.equal(error.code, "bad-request");
            assert.match(error.message, new RegExp(`^The ${named} can't be .*\\.$`));
            assert.match(error.hint, new RegExp(`^Choose a ${named} from .+ to .+\\.$`));
            return true;
          },
          String(value),
        );
      }
    });
  }

  it("takes a fraction of cores, and of nothing else", () => {
    assert.equal(resolveLimits({ cpus: 1.5 }).cpus, 1.5);
    for (const { limit, least } of ranges.filter((range) => range.limit !== "cpus")) {
      assert.throws(() => resolveLimits({ [limit]: least + 0.5 }), { code: "bad-request" }, limit);
    }
  });

  it("names a limit that doesn't exist, of whatever name", () => {
    for (const name of ["timeout", "toString", "__proto__"]) {
      const wanted: WantedLimits = JSON.parse(`{${JSON.stringify(name)}:1}`);
      assert.throws(() => resolveLimits(wanted), { code: "bad-request", message: `There is no limit "${name}".` });
    }
  });
});

describe("formatDuration", () => {
  for (const [milliseconds, text] of [
    [0, "0 ms"],
    [0.4, "0 ms"],
    [350, "350 ms"],
    [1000, "1 s"],
    [1234, "1.23 s"],
    [9999, "10 s"],
    [30_000, "30 s"],
    [31_260, "31.3 s"],
    [999.6, "1 s"],
    [59_999, "1 m"],
    [60_000, "1 m"],
    [65_000, "1 m 5 s"],
    [119_999, "2 m"],
    [3_600_000, "60 m"],
  ] as const) {
    it(`writes ${milliseconds} ms as "${text}"`, () => assert.equal(formatDuration(milliseconds), text));
  }
});

describe("formatBytes", () => {
  for (const [bytes, text] of [
    [0, "0 bytes"],
    [1023, "1023 bytes"],
    [1024, "1 KB"],
    [MEBIBYTE - 1, "1 MB"],
    [128 * MEBIBYTE, "128 MB"],
    [1.5 * GIBIBYTE, "1.5 GB"],
    [1024 * GIBIBYTE, "1024 GB"],
  ] as const) {
    it(`writes ${bytes} bytes as "${text}"`, () => assert.equal(formatBytes(bytes), text));
  }
});
