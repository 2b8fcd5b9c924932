import assert from "node:assert/strict";
import { EngineRefusal } from "../../../src/container/engineCall.ts";
import {
  couldNotStart,
  engineLost,
  programMissing,
  startBroke,
  startRefused,
} from "../../../src/container/engineFailure.ts";
import { RunFailure } from "../../../src/run/failure.ts";

const runtime =
  "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed";

describe("startRefused", () => {
  const unknown = "The engine did not start the container.";

  const cases: readonly (readonly [words: string, message: string, hint: RegExp])[] = [
    [
      "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
      unknown,
      /^Ask for fewer cores with --cpus\.$/,
    ],
    ["Minimum memory limit allowed is 6MB", unknown, /--memory-limit/],
    [
      `${runtime}: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory`,
      "The image has no shell, which ForgeAI starts programs with.",
      /\/bin\/sh with --image/,
    ],
    [
      "mkdir /var/lib/docker/overlay2/1-init: no space left on device",
      "The engine's disk is full.",
      /docker system df/,
    ],
    [
      `${runtime}: unable to apply cgroup configuration`,
      "The engine's container runtime can't start containers on this machine.",
      /docker run --rm hello-world/,
    ],
    [
      "unknown or invalid runtime name: runsc",
      "The engine's container runtime can't start containers on this machine.",
      /docker info/,
    ],
    ["no stty for a terminal", "The image has no stty that can set up a terminal.", /without a terminal/],
    ["something that nobody has seen yet", unknown, /journalctl -u docker/],
  ];
  for (const [words, message, hint] of cases) {
    it(`makes of ${JSON.stringify(words.slice(0, 60))}: ${message}`, () => {
      const cause = new Error(words);
      const failure = startRefused(words, cause);
      assert.equal(failure.code, "start-failed");
      assert.equal(failure.message, `${message} It said: ${words}`);
      assert.match(failure.hint, hint);
      assert.equal(failure.cause, cause);
    });
  }
});

describe("startBroke", () => {
  const words = "exec /bin/sh: exec format error";

  it("names the platform of an image whose programs the machine can't run", async () => {
    const { code, message, hint } = await startBroke("alpine:3", words, async () => "linux/arm64");
    assert.equal(code, "start-failed");
    assert.equal(
      message,
      `The image alpine:3 is made for another platform than this engine's (it names linux/arm64). It said: ${words}`,
    );
    assert.match(hint, /--pull=always/);
  });

  it("says that it is another one where the engine doesn't tell", async () => {
    const { message } = await startBroke("alpine:3", words, () => Promise.reject(new Error("gone")));
    assert.match(message, /^The image alpine:3 is made for another platform than this engine's\. /);
  });

  it("doesn't ask for the platform where the words are about something else", async () => {
    const { message } = await startBroke("alpine:3", "no space left on device", () => assert.fail("it asked"));
    assert.match(message, /^The engine's disk is full\. /);
  });
});

describe("programMissing", () => {
  it("names the image and the program, and the way out", () => {
    const { code, message, hint } = programMissing("alpine:3", "python3");
    assert.equal(code, "start-failed");
    assert.equal(message, "The image alpine:3 has no python3.");
    assert.equal(hint, "Choose an image that has python3 with --image, or leave --image out.");
  });
});

describe("engineLost", () => {
  it("keeps the connection's words, whatever was thrown", () => {
    const error = new Error("read ECONNRESET");
    const failure = engineLost(error);
    assert.equal(failure.code, "engine-lost");
    assert.equal(failure.message, "The connection to the engine broke: read ECONNRESET.");
    assert.match(failure.hint, /docker info/);
    assert.equal(failure.cause, error);
    assert.equal(engineLost("it went").message, "The connection to the engine broke: it went.");
  });
});

describe("couldNotStart", () => {
  it("takes what the engine said for its refusal", () => {
    const refusal = new EngineRefusal(400, "range of CPUs is from 0.01 to 2.00");
    const failure = couldNotStart(refusal);
    assert.equal(failure.code, "start-failed");
    assert.match(failure.message, /It said: range of CPUs is from 0\.01 to 2\.00$/);
    assert.equal(failure.cause, refusal);
  });

  it("takes any other error for the loss of the engine", () => {
    assert.equal(couldNotStart(new Error("socket hang up")).code, "engine-lost");
  });

  it("leaves alone what is explained already", () => {
    const failure = new RunFailure({ code: "bad-request", message: "a", hint: "b" });
    assert.equal(couldNotStart(failure), failure);
  });
});
