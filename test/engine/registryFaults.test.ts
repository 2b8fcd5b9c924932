import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { DockerExecutor } from "../../src/container/docker.ts";
import type { Surroundings } from "../../src/container/endpoint.ts";
import { collect, type RunFailure } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { failureOf } from "./support/failures.ts";
import {
  type Answer,
  type Fault,
  FaultyRegistry,
  type FaultyRegistryOptions,
  foreignPlatforms,
  type Question,
} from "./support/faultyRegistry.ts";
import { PrivateEngine } from "./support/privateEngine.ts";

/** Instead of the minute that registries are given. */
const STALL_MS = 1500;

/** The engine itself asks again for a part of an image, after 5 s. */
const ENDED_MS = 10_000;

/** Enough for what engines keep in any case. */
const ENGINE_DISK_BYTES = 24 * 1024 * 1024;

const MOST_LAYER_BYTES = 32 * 1024 * 1024;

interface Case extends FaultyRegistryOptions {
  readonly title: string;
  /** What the message has to say, in the user's words. */
  readonly says: RegExp;
  /** Whether the image is asked for by its digest. */
  readonly byDigest?: boolean;
}

const PRIVATE = /private/;
const ABSENT = /has no image/;
const TROUBLE = /registry.*\b(trouble|errors?|fails|failed|broken|wrong|unavailable|overloaded|50[03])\b/;
const TOO_OFTEN = /too (many|often|much)|limit/;
const STRANGER = /(isn't|is not|not|no) (an? )?(image )?registry|something else/;
const SILENT = /stalled|nothing|no answer|silent|stopped answering|doesn't answer/;
const CUT = /broke|broken|cut|interrupted|can't be reached/;
const DAMAGED = /damaged|altered|changed|corrupt|digest|isn't what|doesn't match/;
const INCOMPLETE = /incomplete|missing|lacks|parts?\b/;
const PLATFORM = /platform/;

/** By what a registry does. */
const CASES: readonly Case[] = [
  {
    title: "wants a password (401)",
    fault: always(plain(401, { "WWW-Authenticate": 'Basic realm="test"' })),
    says: PRIVATE,
  },
  { title: "says 401", fault: toManifests(refusal(401, "UNAUTHORIZED")), says: PRIVATE },
  { title: "says 403", fault: toManifests(refusal(403, "DENIED")), says: PRIVATE },
  { title: "says 403 with a page", fault: always(page(403)), says: PRIVATE },
  { title: "doesn't know the tag (404)", fault: toManifests(refusal(404, "MANIFEST_UNKNOWN")), says: ABSENT },
  { title: "doesn't know the repository (404)", fault: toManifests(refusal(404, "NAME_UNKNOWN")), says: ABSENT },
  { title: "says 404 with a page", fault: toManifests(page(404)), says: ABSENT },
  { title: "doesn't have a layer (404)", fault: to("layer", always(refusal(404, "BLOB_UNKNOWN"))), says: INCOMPLETE },
  { title: "says 500 to everything", fault: always(plain(500)), says: TROUBLE },
  { title: "says 500", fault: toManifests(refusal(500, "UNKNOWN")), says: TROUBLE },
  { title: "says 500 to the question for a layer", fault: to("layer", always(plain(500))), says: TROUBLE },
  { title: "says 503", fault: toManifests(page(503)), says: TROUBLE },
  { title: "says 429", fault: toManifests(refusal(429, "TOOMANYREQUESTS")), says: TOO_OFTEN },
  { title: "says 429 without words", fault: always(plain(429, { "Retry-After": "1" })), says: TOO_OFTEN },
  { title: "is a page to log in to a network", fault: always(page(200)), says: STRANGER },
  { title: "answers with JSON of another kind", fault: toManifests(json(200, { status: "up" })), says: STRANGER },
  { title: "takes calls and stays silent", fault: silence, says: SILENT },
  { title: "falls silent before it describes the image", fault: to("manifest", silence), says: SILENT },
  { title: "falls silent before it sends the layer", fault: to("layer", silence), says: SILENT },
  { title: "falls silent in the middle of the layer", fault: to("layer", sendHalf("wait")), says: SILENT },
  { title: "hangs up on everybody", fault: hangUp, says: CUT },
  { title: "hangs up instead of sending the layer", fault: to("layer", hangUp), says: CUT },
  { title: "cuts the layer half-way", fault: to("layer", sendHalf("hang up")), says: CUT },
  { title: "sends another layer", fault: to("layer", changeAByte), says: DAMAGED },
  { title: "sends another configuration", fault: to("configuration", changeAByte), says: DAMAGED },
  { title: "sends another manifest", fault: to("manifest", changeTheSize), byDigest: true, says: DAMAGED },
  { title: "has the image for other platforms", fault: toManifests(foreignPlatforms), says: PLATFORM },
  { title: "has more than the engine's disk", content: Buffer.alloc(MOST_LAYER_BYTES), says: /no (space|room)|full/ },
];

describe("a pull from a registry that", function registryFaults() {
  let engine: PrivateEngine | undefined;
  /** All at once: some take the engine 5 s, and hardly any take it work. */
  let failures: ReadonlyMap<string, Promise<TimedFailure>> = new Map();

  before(async function pull() {
    if (!(await PrivateEngine.isPossible())) this.skip();
    engine = await PrivateEngine.start({ diskBytes: ENGINE_DISK_BYTES });
    const { surroundings } = engine;
    failures = new Map(CASES.map((each) => [each.title, timedPull(each, surroundings)]));
    await Promise.allSettled(failures.values());
  });

  after(async () => {
    await engine?.[Symbol.asyncDispose]();
  });

  for (const { title, says } of CASES) {
    it(`${title} fails and says so`, async () => {
      const { failure, ms } = (await failures.get(title)) ?? assert.fail();
      const { code, message, hint, tried } = failure;
      assert.equal(code, "image-unavailable", JSON.stringify(failure));
      assert.match(message, says, `The engine said: ${tried[0]?.why}`);
      assert.notEqual(hint, "");
      assert.ok(ms < ENDED_MS, `after ${ms} ms`);
    });
  }

  it("isn't there any more fails and says so", async () => {
    const registry = await FaultyRegistry.start();
    await registry[Symbol.asyncDispose]();
    assert.ok(engine !== undefined);
    const { code, message } = await pullFrom(registry.image, engine.surroundings);
    assert.equal(code, "image-unavailable");
    assert.match(message, /can't be reached/);
  });
});

interface TimedFailure {
  readonly failure: RunFailure;
  readonly ms: number;
}

async function timedPull({ byDigest = false, ...options }: Case, surroundings: Surroundings): Promise<TimedFailure> {
  await using registry = await FaultyRegistry.start(options);
  const startedAt = performance.now();
  const failure = await pullFrom(byDigest ? registry.imageByDigest : registry.image, surroundings);
  return { failure, ms: performance.now() - startedAt };
}

async function pullFrom(image: string, surroundings: Surroundings): Promise<RunFailure> {
  await using runner = runnerOver(new DockerExecutor({ surroundings, stallMs: STALL_MS }));
  return await failureOf(collect(runner.run({ language: "python", source: "", image })));
}

function plain(status: number, headers: Answer["headers"] = {}): Answer {
  return { status, headers, body: Buffer.alloc(0) };
}

function page(status: number): Answer {
  return { status, headers: { "Content-Type": "text/html" }, body: Buffer.from("<html><body>Hello</body></html>") };
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { "Content-Type": "application/json" }, body: Buffer.from(JSON.stringify(value)) };
}

function refusal(status: number, code: string): Answer {
  return json(status, { errors: [{ code, message: code.toLowerCase() }] });
}

function always(answer: Answer): Fault {
  return () => answer;
}

function to(question: Question, fault: Fault): Fault {
  return (asked, right, response) => (asked === question ? fault(asked, right, response) : right);
}

function toManifests(answer: Answer): Fault {
  return to("manifest", always(answer));
}

function silence(): Promise<undefined> {
  return new Promise(() => undefined);
}

async function hangUp(): Promise<undefined> {
  return undefined;
}

/** Of whatever the engine asks for: after a first failure it asks for the rest. */
function sendHalf(then: "wait" | "hang up"): Fault {
  return async (_, { status, headers, body }, response) => {
    const from = Number(/bytes=(\d+)-/.exec(response.req.headers.range ?? "")?.[1] ?? 0);
    const range = `bytes ${from}-${body.length - 1}/${body.length}`;
    response.writeHead(from > 0 ? 206 : status, {
      ...headers,
      "Content-Length": body.length - from,
      ...(from > 0 && { "Content-Range": range }),
    });
    response.write(body.subarray(from, from + (body.length - from) / 2));
    await (then === "wait" ? silence() : wait(20));
    return undefined;
  };
}

function changeAByte(_: Question, { body, ...rest }: Answer): Answer {
  const changed = Buffer.from(body);
  changed.writeUInt8(changed.readUInt8(changed.length >> 1) ^ 1, changed.length >> 1);
  return { ...rest, body: changed };
}

function changeTheSize(_: Question, { body, ...rest }: Answer): Answer {
  return { ...rest, body: Buffer.from(body.toString().replace(/"size":\d/, '"size":9')) };
}
