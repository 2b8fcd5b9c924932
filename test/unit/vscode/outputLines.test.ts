import assert from "node:assert/strict";
import type { EndedEvent, Setting } from "../../../src/run/event.ts";
import { DEFAULT_LIMITS } from "../../../src/run/limits.ts";
import { firstLine, lastLine } from "../../../src/vscode/outputLines.ts";

const SETTING: Setting = {
  language: "python",
  version: "3.14",
  image: "python:3.14-alpine",
  isolation: "default",
  network: "none",
  limits: DEFAULT_LIMITS,
};

const ENDED: EndedEvent = {
  type: "ended",
  ...SETTING,
  outcome: "ok",
  exitCode: 0,
  signal: null,
  evidence: "It exited with status 0.",
  durationMs: 352,
  phases: { acquireMs: 200, runMs: 152 },
  problems: [],
};

const MEBIBYTE = 1024 * 1024;

describe("The first line of the output", () => {
  it("names what is run, where, and within which limits", () => {
    assert.equal(
      firstLine("main.py", { type: "started", ...SETTING }),
      "▶ main.py · python 3.14 in python:3.14-alpine · network none · at most 30 s and 128 MB",
    );
  });
});

describe("The last line of the output", () => {
  it("tells outcome, evidence, time and limits", () => {
    assert.equal(lastLine(ENDED), "✔ ok · It exited with status 0. · 352 ms · at most 30 s and 128 MB");
    assert.match(lastLine({ ...ENDED, outcome: "failed" }), /^✖ failed · /);
  });

  it("tells what of the limits was used, as far as it is known", () => {
    const peakMemoryBytes = 12 * MEBIBYTE;
    const tell = (figures: Partial<EndedEvent>): string | undefined =>
      lastLine({ ...ENDED, ...figures }).split(" · 352 ms · ")[1];
    assert.equal(tell({ peakMemoryBytes, cpuMs: 40 }), "12 MB of 128 MB · 40 ms of CPU · at most 30 s");
    assert.equal(tell({ peakMemoryBytes }), "12 MB of 128 MB · at most 30 s");
    assert.equal(tell({ cpuMs: 40 }), "40 ms of CPU · at most 30 s and 128 MB");
  });
});
