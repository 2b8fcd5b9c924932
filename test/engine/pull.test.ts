import assert from "node:assert/strict";
import { collect, type RunEvent, RunFailure, type RunRequest } from "../../src/index.ts";
import { engine } from "./support/engine.ts";
import { testEnvironment } from "./support/environment.ts";
import { collectRun, removeTestImage, testRunner } from "./support/runs.ts";

async function failureOf(request: Partial<RunRequest>): Promise<RunFailure> {
  const error: unknown = await collectRun({ language: "python", source: "", ...request }).catch((reason) => reason);
  assert.ok(error instanceof RunFailure, String(error));
  return error;
}

describe("an image that isn't there", () => {
  const { registryPort } = testEnvironment();
  const image = `127.0.0.1:${registryPort}/forgeai-test/tiny:1`;
  // What is called node there does nothing.
  const request: RunRequest = { language: "javascript", source: "", image };

  before(function ask() {
    // Set up by `npm test`.
    if (registryPort === null) this.skip();
  });
  beforeEach(() => removeTestImage(image));
  after(async () => {
    if (registryPort !== null) await removeTestImage(image);
  });

  it("is pulled, and how far that is gets told before the program runs", async () => {
    await using runner = await testRunner();
    const events: RunEvent[] = [];
    for await (const event of runner.run(request)) events.push(event);
    const pulling = events.filter((event) => event.type === "pulling");
    assert.ok(pulling.length >= 2, JSON.stringify(pulling));
    assert.ok(pulling.every((event) => event.image === image));
    assert.ok(pulling.every((event, index) => event.currentBytes >= (pulling[index - 1]?.currentBytes ?? 0)));
    const others = events.filter(({ type }) => type !== "pulling").map(({ type }) => type);
    assert.deepEqual(others, ["started", "ended"]);
    const ended = events.at(-1);
    assert.ok(ended?.type === "ended");
    assert.equal(ended.outcome, "ok");
    assert.ok((ended.phases.pullMs ?? 0) > 0);
  });

  it("is pulled once for two runs that need it at the same time", async () => {
    const startedAt = Date.now();
    await using runner = await testRunner();
    const results = await Promise.all([collect(runner.run(request)), collect(runner.run(request))]);
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ["ok", "ok"],
    );
    assert.ok(results.every(({ phases }) => (phases.pullMs ?? 0) > 0));
    const events = await (await engine()).eventsSince(startedAt, "image");
    const pulls = events.filter(({ Action, Actor }) => Action === "pull" && Actor.ID === image);
    assert.equal(pulls.length, 1, JSON.stringify(events));
  });

  it("is not pulled again once it is there", async () => {
    await collectRun(request);
    const startedAt = Date.now();
    const { phases } = await collectRun(request);
    assert.equal(phases.pullMs, undefined);
    assert.deepEqual(await (await engine()).eventsSince(startedAt, "image"), []);
  });

  it("is pulled before every run where that is asked for", async () => {
    await collectRun(request);
    const { phases, outcome } = await collectRun({ ...request, pull: "always" });
    assert.ok((phases.pullMs ?? 0) > 0);
    assert.equal(outcome, "ok");
  });

  it("is not pulled where that is forbidden, and the failure says so", async () => {
    const { code, message, hint } = await failureOf({ image, pull: "never" });
    assert.equal(code, "image-unavailable");
    assert.equal(message, `The image ${image} isn't on this machine, and pulling is off.`);
    assert.match(hint, /--pull=missing/);
    assert.equal(await (await engine()).hasImage(image), false);
  });

  it("is told to be unknown where the registry doesn't have it", async () => {
    const unknown = `127.0.0.1:${registryPort}/forgeai-test/unknown:1`;
    const { code, message, tried } = await failureOf({ image: unknown });
    assert.equal(code, "image-unavailable");
    assert.equal(message, `The registry has no image ${unknown}.`);
    assert.deepEqual(
      tried.map(({ what }) => what),
      [`pull ${unknown}`],
    );
  });
});

describe("an image of a registry that can't be reached", () => {
  it("is told apart from one that isn't there", async () => {
    // Nothing listens on port 1.
    const image = "127.0.0.1:1/forgeai-test/tiny:1";
    const { code, message, hint } = await failureOf({ image });
    assert.equal(code, "image-unavailable");
    assert.equal(message, `The registry of the image ${image} can't be reached.`);
    assert.notEqual(hint, "");
  });
});
