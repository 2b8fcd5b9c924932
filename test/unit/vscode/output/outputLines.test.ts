import assert from "node:assert/strict";
import type { EndedEvent, Setting } from "../../../../src/run/event.ts";
import { RunFailure } from "../../../../src/run/failure.ts";
import { DEFAULT_LIMITS } from "../../../../src/run/limits.ts";
import { failureLines, firstLines, lastLines, leftOutLine } from "../../../../src/vscode/output/outputLines.ts";

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
  it("names what is run, how it is kept, and its limits", () => {
    assert.equal(
      firstLines("main.py", SETTING).join("\n"),
      "▶ main.py · python 3.14 in python:3.14-alpine · isolation default · network none" +
        " · at most 30 s, 128 MB, 1 core",
    );
  });

  it("warns of a network", () => {
    assert.match(
      firstLines("main.py", { ...SETTING, network: "bridge" }).join("\n"),
      / · ⚠ network bridge: it reaches the internet/,
    );
    assert.doesNotMatch(firstLines("main.py", SETTING).join("\n"), /⚠/);
  });

  it("is followed by what the engine can't hold the program to, made safe to show", () => {
    const [, ...others] = firstLines("main.py", { ...SETTING, cautions: ["One\u001B[2J.", "Two."] });
    assert.deepEqual(others, ["  ⚠ One\\u{1b}[2J.", "  ⚠ Two."]);
  });

  it("says no more than is known", () => {
    assert.match(
      firstLines("main.py", { ...SETTING, version: null, image: null }).join("\n"),
      /^▶ main\.py · python · isolation /,
    );
    const limits = { ...DEFAULT_LIMITS, cpus: 0.5 };
    assert.match(firstLines("main.py", { ...SETTING, limits }).join("\n"), /, 0\.5 cores$/);
  });

  it("stays one line, whatever the document is called", () => {
    const line = firstLines(`a\u202Eb\nc${"d".repeat(1000)}`, SETTING).join("\n");
    assert.match(line, /^▶ a\\u\{202e\}b\\u\{a\}cd+… · python/);
    assert.ok(line.length < 300);
  });
});

describe("The last lines of the output", () => {
  it("tell outcome, evidence, time and limits", () => {
    assert.deepEqual(lastLines(ENDED), ["✔ ok · It exited with status 0. · 352 ms · at most 30 s and 128 MB"]);
    assert.match(lastLines({ ...ENDED, outcome: "failed" })[0] ?? "", /^✖ failed · /);
  });

  it("tell what of the limits was used, as far as it is known", () => {
    const peakMemoryBytes = 12 * MEBIBYTE;
    const tell = (figures: Partial<EndedEvent>): string | undefined =>
      lastLines({ ...ENDED, ...figures })[0]?.split(" · 352 ms · ")[1];
    assert.equal(tell({ peakMemoryBytes, cpuMs: 40 }), "12 MB of 128 MB · 40 ms of CPU · at most 30 s");
    assert.equal(tell({ peakMemoryBytes }), "12 MB of 128 MB · at most 30 s");
    assert.equal(tell({ cpuMs: 40 }), "40 ms of CPU · at most 30 s and 128 MB");
  });

  it("tell what to do next, where there is something", () => {
    assert.deepEqual(lastLines({ ...ENDED, hint: "Raise it." }).slice(1), ["  Raise it."]);
  });
});

describe("The other lines of the output", () => {
  it("say what was tried before a failure, and the way out", () => {
    const tried = [{ what: "DOCKER_HOST", why: "there is no such socket" }];
    const failure = new RunFailure({ code: "engine-unavailable", message: "No engine.", hint: "Start it.", tried });
    assert.deepEqual(failureLines(failure), [
      "✖ No engine.",
      "  tried DOCKER_HOST: there is no such socket",
      "  Start it.",
    ]);
  });

  it("say how much is left out, and which setting decides", () => {
    assert.equal(leftOutLine(40 * MEBIBYTE), "[… 40 MB more were left out: forgeai.output.limit …]");
  });
});
