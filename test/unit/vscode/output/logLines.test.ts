import assert from "node:assert/strict";
import type { EndedEvent, Setting } from "../../../../src/run/event.ts";
import { RunFailure } from "../../../../src/run/failure.ts";
import { DEFAULT_LIMITS } from "../../../../src/run/limits.ts";
import { beginLine, endLine, failureText, pullLine } from "../../../../src/vscode/output/logLines.ts";

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
  durationMs: 1352,
  phases: { queuedMs: 12, acquireMs: 200, pullMs: 900, compileMs: 88, runMs: 152 },
  problems: [],
};

describe("The log", () => {
  it("says what was asked of the engine for a run", () => {
    assert.equal(
      beginLine("main.py", SETTING),
      "run of main.py: python 3.14, image python:3.14-alpine, isolation default, network none, time 30 s, memory 128 MB, " +
        "disk 64 MB, cpus 1, cpu shares 1024, processes 64, output 9.5 MB",
    );
  });

  it("says how a run ended and how long each part of it took", () => {
    assert.equal(
      endLine("main.py", ENDED),
      "end of main.py: ok, status 0, 1.35 s in all, queued 12 ms, acquired 200 ms, pulled 900 ms, compiled 88 ms, ran 152 ms",
    );
    const signalled: EndedEvent = { ...ENDED, exitCode: null, signal: "SIGSEGV", phases: { acquireMs: 1, runMs: 2 } };
    assert.match(endLine("main.py", signalled), /, signal SIGSEGV, 1\.35 s in all, acquired 1 ms, ran 2 ms$/);
  });

  it("says what is pulled", () => {
    const progress = { status: "", currentBytes: 0, totalBytes: 0 };
    assert.equal(pullLine({ type: "pulling", image: "python:3.14-alpine", ...progress }), "pulling python:3.14-alpine");
  });

  it("says why something could not be run, and what caused that", () => {
    const tried = [{ what: "DOCKER_HOST", why: "there is no such socket" }];
    const failure = { code: "engine-unavailable", message: "No engine.", hint: "Start it.", tried } as const;
    const text = failureText(new RunFailure({ ...failure, cause: new Error("ENOENT") }));
    assert.match(text, /^engine-unavailable: No engine\. Start it\.\n {2}tried DOCKER_HOST: there is no such socket\n/);
    assert.match(text, /\n {2}caused by Error: ENOENT\n {4}at /);
    assert.doesNotMatch(failureText(new RunFailure(failure)), /caused by/);
  });

  it("names documents so that nothing in a name makes a line of its own", () => {
    assert.match(beginLine("a\nb", SETTING), /^run of a\\u\{a\}b: /);
    assert.match(endLine("a\nb", ENDED), /^end of a\\u\{a\}b: /);
  });
});
