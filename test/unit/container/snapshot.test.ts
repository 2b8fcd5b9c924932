import assert from "node:assert/strict";
import type { Engine, EngineExit } from "../../../src/container/engine.ts";
import { EngineRefusal } from "../../../src/container/engineCall.ts";
import type { ContainerOptions } from "../../../src/container/lockdown.ts";
import { isWarm, SNAPSHOT_LABEL, Snapshots, type WarmShape } from "../../../src/container/snapshot.ts";
import { planRun } from "../../../src/run/plan.ts";

/** Only what snapshots ask for, with images by their names and no containers. */
class FakeEngine implements Pick<Engine, "imageId" | "create" | "start" | "watch" | "commit" | "remove"> {
  readonly images: Map<string, string>;
  readonly said: string[] = [];
  options: ContainerOptions | undefined;
  readonly #exit: Promise<EngineExit>;

  constructor(images: Readonly<Record<string, string>>, exit: Promise<EngineExit>) {
    this.images = new Map(Object.entries(images));
    this.#exit = exit;
  }

  async imageId(image: string): Promise<string | undefined> {
    return this.images.get(image);
  }
  async create(_name: string, options: ContainerOptions): Promise<readonly string[]> {
    this.options = options;
    this.said.push("create");
    return [];
  }
  async start(): Promise<void> {
    this.said.push("start");
  }
  async watch(): Promise<{ exit: Promise<EngineExit>; [Symbol.dispose]: () => void }> {
    return { exit: this.#exit, [Symbol.dispose]: () => undefined };
  }
  async commit(_container: string, image: string, labels: Readonly<Record<string, string>>): Promise<void> {
    this.said.push("commit");
    this.images.set(image, `made of ${labels[SNAPSHOT_LABEL]}`);
  }
  async remove(): Promise<boolean> {
    this.said.push("remove");
    return true;
  }
}

const IMAGE = "golang:1.27-alpine";
const NEVER = new AbortController().signal;

function goShape(): WarmShape {
  const shape = planRun({ language: "go", source: "package main" }).compile?.shape;
  assert.ok(shape !== undefined && isWarm(shape));
  return shape;
}

const ended = (status: number): Promise<EngineExit> => Promise.resolve({ status, outOfMemory: false });

describe("Snapshots", () => {
  it("are made of an image in a container that nobody's code and no network is in", async () => {
    const engine = new FakeEngine({ [IMAGE]: "sha256:1" }, ended(0));
    const snapshots = new Snapshots(engine);
    assert.equal(await snapshots.find(goShape()), undefined);
    await snapshots.make(goShape(), NEVER);
    assert.deepEqual(engine.said, ["create", "start", "commit", "remove"]);
    const { options } = engine;
    assert.deepEqual(options?.Entrypoint, ["go", "build", "std"]);
    assert.deepEqual([options?.Image, options?.HostConfig.NetworkMode], ["sha256:1", "none"]);
    assert.deepEqual(options?.HostConfig.CapDrop, ["ALL"]);
    assert.match((await snapshots.find(goShape())) ?? "", /^forgeai\/snapshot:[0-9a-f]{24}$/);
    await snapshots.make(goShape(), NEVER);
    assert.equal(engine.said.length, 4, "it is made once");
  });

  it("are of one image and one way to make them: where the tag has moved, there is none", async () => {
    const engine = new FakeEngine({ [IMAGE]: "sha256:1" }, ended(0));
    const snapshots = new Snapshots(engine);
    await snapshots.make(goShape(), NEVER);
    const { warm, ...shape } = goShape();
    assert.equal(await snapshots.find({ ...shape, warm: { ...warm, command: ["go", "build", "fmt"] } }), undefined);
    engine.images.set(IMAGE, "sha256:2");
    assert.equal(await snapshots.find(goShape()), undefined);
  });

  it("that can't be made are tried once, and leave no container", async () => {
    const engine = new FakeEngine({ [IMAGE]: "sha256:1" }, ended(2));
    const snapshots = new Snapshots(engine);
    await assert.rejects(snapshots.make(goShape(), NEVER), { message: "go build std ended with status 2" });
    assert.deepEqual(engine.said, ["create", "start", "remove"]);
    await snapshots.make(goShape(), NEVER);
    assert.equal(engine.said.length, 3);
  });

  it("are given up on an abort, and leave no container", async () => {
    const engine = new FakeEngine({ [IMAGE]: "sha256:1" }, new Promise(() => undefined));
    const abort = new AbortController();
    const making = new Snapshots(engine).make(goShape(), abort.signal);
    abort.abort(new Error("no longer"));
    await assert.rejects(making, { message: "no longer" });
    assert.equal(engine.said.at(-1), "remove");
  });

  it("are left to whoever makes them already", async () => {
    const engine = new FakeEngine({ [IMAGE]: "sha256:1" }, ended(0));
    engine.create = () => Promise.reject(new EngineRefusal(409, "the name is taken"));
    await new Snapshots(engine).make(goShape(), NEVER);
    assert.deepEqual(engine.said, []);
  });

  it("aren't made where the image isn't there, nor found where the engine doesn't answer", async () => {
    const engine = new FakeEngine({}, ended(0));
    const snapshots = new Snapshots(engine);
    await snapshots.make(goShape(), NEVER);
    assert.deepEqual(engine.said, []);
    engine.imageId = () => Promise.reject(new Error("no answer"));
    assert.equal(await snapshots.find(goShape()), undefined);
  });
});
