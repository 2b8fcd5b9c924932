import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { EngineRefusal } from "../../../src/container/engineCall.ts";
import { ImagePuller, imageMissing, imageUnavailable } from "../../../src/container/image.ts";
import { type FailureCode, RunFailure } from "../../../src/run/failure.ts";
import type { PullEvent } from "../../../src/run/event.ts";
import { gather } from "../gather.ts";
import { FakeClock } from "../fakeClock.ts";
import { FakeEngine } from "./fakeEngine.ts";

const IMAGE = "python:3.14-alpine";

const never = new AbortController().signal;

const downloading = (id: string, current: number, total: number) => ({
  status: "Downloading",
  id,
  progressDetail: { current, total },
});

/** Lets everything happen that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}

async function failureOf(
  events: AsyncIterable<PullEvent>,
  code: FailureCode = "image-unavailable",
): Promise<RunFailure> {
  const error = await gather(events).then(
    () => assert.fail("it was pulled"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RunFailure);
  assert.equal(error.code, code);
  return error;
}

describe("ImagePuller", () => {
  it("ends when the image is there", async () => {
    const engine = new FakeEngine();
    engine.say({ status: "Pulling from library/python", id: "3.14-alpine" }, { status: "Download complete", id: "a" });
    engine.finish(IMAGE);
    const events = await gather(new ImagePuller(engine).pull(IMAGE, never));
    assert.ok(events.length > 0);
    assert.ok(events.every(({ type, image }) => type === "pulling" && image === IMAGE));
    assert.equal(events.at(-1)?.status, "Download complete");
  });

  it("sums up the progress of all layers, of which the latest word counts", async () => {
    const engine = new FakeEngine();
    const pull = new ImagePuller(engine).pull(IMAGE, never);
    const bytes = async (): Promise<number[]> => {
      await settle();
      const { value } = await pull.next();
      return value === undefined ? [] : [value.currentBytes, value.totalBytes];
    };
    assert.deepEqual(await bytes(), [0, 0]);
    engine.say(downloading("a", 10, 100));
    assert.deepEqual(await bytes(), [10, 100]);
    engine.say(downloading("b", 1, 50), downloading("a", 100, 100));
    assert.deepEqual(await bytes(), [101, 150]);
    engine.say({ status: "Extracting", id: "a", progressDetail: { current: 3, total: 1000 } });
    assert.deepEqual(await bytes(), [101, 150]);
    engine.say({ status: "Downloading", id: "c" });
    assert.deepEqual(await bytes(), [101, 150]);
    engine.finish(IMAGE);
    assert.deepEqual(await bytes(), []);
  });

  it("shares one pull between those who need the same image at the same time", async () => {
    const engine = new FakeEngine();
    const puller = new ImagePuller(engine);
    const both = [gather(puller.pull(IMAGE, never)), gather(puller.pull(IMAGE, never))];
    await settle();
    engine.say(downloading("a", 1, 2));
    await settle();
    engine.finish(IMAGE);
    const [one, other] = await Promise.all(both);
    assert.deepEqual(one, other);
    assert.equal(one?.length, 2);
    assert.equal(engine.pulls.length, 1);
  });

  it("pulls different images apart from each other", async () => {
    const engine = new FakeEngine();
    const puller = new ImagePuller(engine);
    engine.images.add(IMAGE).add("node:24-alpine");
    engine.finish();
    await Promise.all([gather(puller.pull(IMAGE, never)), gather(puller.pull("node:24-alpine", never))]);
    assert.equal(engine.pulls.length, 2);
  });

  it("goes on for the others when one follower leaves, and breaks off when the last one does", async () => {
    const engine = new FakeEngine();
    const puller = new ImagePuller(engine);
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [gather(puller.pull(IMAGE, one.signal)), gather(puller.pull(IMAGE, other.signal))];
    await settle();
    one.abort();
    await assert.rejects(first, { name: "AbortError" });
    assert.equal(engine.pulls[0]?.aborted, false);
    other.abort();
    await assert.rejects(second, { name: "AbortError" });
    assert.equal(engine.pulls[0]?.aborted, true);
  });

  it("breaks off when the only follower leaves its loop", async () => {
    const engine = new FakeEngine();
    for await (const _ of new ImagePuller(engine).pull(IMAGE, never)) break;
    assert.equal(engine.pulls[0]?.aborted, true);
  });

  it("pulls anew for whoever comes right after the last follower has left", async () => {
    const engine = new FakeEngine();
    const puller = new ImagePuller(engine);
    for await (const _ of puller.pull(IMAGE, never)) break;
    const events = gather(puller.pull(IMAGE, never));
    await settle();
    engine.finish(IMAGE);
    assert.ok((await events).length > 0);
    assert.equal(engine.pulls.length, 2);
  });

  it("pulls anew after a failure", async () => {
    const engine = new FakeEngine();
    const puller = new ImagePuller(engine);
    engine.finish();
    await failureOf(puller.pull(IMAGE, never));
    await settle();
    engine.images.add(IMAGE);
    await gather(puller.pull(IMAGE, never));
    assert.equal(engine.pulls.length, 2);
  });

  it("fails where the stream says so, though the engine's answer was a success", async () => {
    const engine = new FakeEngine();
    engine.say({ status: "Pulling" }, { errorDetail: { message: "x" }, error: "manifest unknown" });
    engine.finish(IMAGE);
    const failure = await failureOf(new ImagePuller(engine).pull(IMAGE, never));
    assert.deepEqual(failure.tried, [{ what: `pull ${IMAGE}`, why: "manifest unknown" }]);
  });

  it("fails where the stream just ends and the image isn't there: a cut connection looks the same", async () => {
    const engine = new FakeEngine();
    engine.say(downloading("a", 1, 2));
    engine.finish();
    const failure = await failureOf(new ImagePuller(engine).pull(IMAGE, never));
    assert.equal(failure.tried[0]?.why, "the engine's answer ended before the image was there");
  });

  it("fails where the engine refuses the pull, with its words", async () => {
    const engine = new FakeEngine();
    engine.break(new EngineRefusal(404, "manifest for python:3.14-alpine not found"));
    const failure = await failureOf(new ImagePuller(engine).pull(IMAGE, never));
    assert.equal(failure.message, `The registry has no image ${IMAGE}.`);
    assert.equal(failure.tried[0]?.why, "manifest for python:3.14-alpine not found");
  });

  it("fails where the answer is none of an engine's, with its words", async () => {
    const engine = new FakeEngine();
    engine.break(new SyntaxError("The engine's answer isn't JSON: \"<html>\"."));
    const failure = await failureOf(new ImagePuller(engine).pull(IMAGE, never));
    assert.equal(failure.message, `The image ${IMAGE} could not be pulled.`);
    assert.equal(failure.tried[0]?.why, "The engine's answer isn't JSON: \"<html>\".");
  });

  it("says that the engine is lost where the connection breaks", async () => {
    const engine = new FakeEngine();
    engine.say(downloading("a", 1, 2));
    engine.break(new Error("socket hang up"));
    const failure = await failureOf(new ImagePuller(engine).pull(IMAGE, never), "engine-lost");
    assert.equal(failure.message, "The connection to the engine broke: socket hang up.");
  });

  it("says that the engine is lost where it doesn't answer after the pull", async () => {
    const engine = new FakeEngine();
    engine.imageId = () => Promise.reject(new Error("connect ECONNREFUSED"));
    engine.finish(IMAGE);
    await failureOf(new ImagePuller(engine).pull(IMAGE, never), "engine-lost");
  });

  it("fails where a line is no news of a pull", async () => {
    const engine = new FakeEngine();
    engine.say("surprise");
    engine.finish(IMAGE);
    await failureOf(new ImagePuller(engine).pull(IMAGE, never));
  });

  it("gives up on a registry that says nothing for a minute, but not on one that says something again and again", async () => {
    using clock = new FakeClock();
    const engine = new FakeEngine();
    const failure = failureOf(new ImagePuller(engine).pull(IMAGE, never));
    for (const share of [1, 2, 3]) {
      await settle();
      clock.pass(59_000);
      engine.say(downloading("a", share, 3));
    }
    await settle();
    clock.pass(59_999);
    assert.equal(engine.pulls[0]?.aborted, false);
    clock.pass(1);
    assert.equal((await failure).tried[0]?.why, "the registry said nothing for 60 s: the pull stalled");
    assert.equal(engine.pulls[0]?.aborted, true);
  });

  it("gives a registry as long as it is told to", async () => {
    using clock = new FakeClock();
    const failure = failureOf(new ImagePuller(new FakeEngine(), { stallMs: 2500 }).pull(IMAGE, never));
    await settle();
    clock.pass(2500);
    assert.equal((await failure).tried[0]?.why, "the registry said nothing for 2.5 s: the pull stalled");
  });

  it("throws the reason for whoever didn't want it any more before it began", async () => {
    await assert.rejects(gather(new ImagePuller(new FakeEngine()).pull(IMAGE, AbortSignal.abort(new Error("stop")))), {
      message: "stop",
    });
  });
});

describe("imageUnavailable", () => {
  const absent = `The registry has no image ${IMAGE}.`;
  const withheld = `The registry doesn't give out the image ${IMAGE}: it is private, or isn't there.`;
  const unreachable = `The registry of the image ${IMAGE} can't be reached.`;
  const registry = "https://registry.example/v2/";

  const cases: readonly (readonly [reason: string, message: string])[] = [
    ["manifest for python:9 not found: manifest unknown: manifest unknown", absent],
    ["failed to resolve reference: registry.example/x:1: not found", absent],
    ["repository does not exist or may require 'docker login'", absent],
    [
      "pull access denied for nope/nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      withheld,
    ],
    [`Head "${registry}x/manifests/1": unauthorized: authentication required`, withheld],
    [`Get "${registry}": dial tcp: lookup registry.example: no such host`, unreachable],
    [`Get "${registry}": dial tcp 192.0.2.1:443: connect: connection refused`, unreachable],
    [`Get "${registry}": net/http: TLS handshake timeout`, unreachable],
    [
      `Get "${registry}": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
      unreachable,
    ],
    [`Get "${registry}": context deadline exceeded`, unreachable],
    [`Get "${registry}": EOF`, unreachable],
    [
      "no matching manifest for linux/arm64/v8 in the manifest list entries",
      `The image ${IMAGE} doesn't exist for the platform: this machine's, or the one that was asked for.`,
    ],
    [
      "write /var/lib/docker/tmp/GetImageBlob1: no space left on device",
      `There is no space left on the engine's disk for the image ${IMAGE}.`,
    ],
    ["something that nobody has seen yet", `The image ${IMAGE} could not be pulled.`],
  ];
  for (const [reason, message] of cases) {
    it(`makes of ${JSON.stringify(reason.slice(0, 60))}: ${message}`, () => {
      const failure = imageUnavailable(IMAGE, reason);
      assert.equal(failure.code, "image-unavailable");
      assert.equal(failure.message, message);
      assert.deepEqual(failure.tried, [{ what: `pull ${IMAGE}`, why: reason }]);
      assert.notEqual(failure.hint, "");
    });
  }
});

describe("imageMissing", () => {
  it("says how to allow the pull", () => {
    const { code, hint } = imageMissing(IMAGE);
    assert.equal(code, "image-unavailable");
    assert.equal(hint, `Allow it with --pull=missing, or fetch it with docker pull ${IMAGE}.`);
  });
});
