import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import {
  createImages,
  type ImageEvent,
  type ImageRow,
  type Images,
  LANGUAGES,
  type Language,
} from "../../src/index.ts";
import { endCliCalls, runCli } from "./support/commandLine.ts";
import { type EngineView, engine } from "./support/engine.ts";
import { askEngine, makeImage, pushImage } from "./support/engineCall.ts";
import { testEnvironment } from "./support/environment.ts";
import { failureOf } from "./support/failures.ts";
import { FaultyRegistry } from "./support/faultyRegistry.ts";
import { Gate } from "./support/gate.ts";
import { removeTestImage, TEST_LABEL } from "./support/runs.ts";

const DiskUse = v.object({ LayersSize: v.number() });

async function diskUse(view: EngineView): Promise<number> {
  return v.parse(DiskUse, JSON.parse(await askEngine(view, { path: "/system/df" }))).LayersSize;
}

async function pull(images: Images, image: string): Promise<ImageEvent | undefined> {
  let last: ImageEvent | undefined;
  for await (const event of images.pull(image)) last = event;
  return last;
}

async function rowOf(images: Images, image: string): Promise<ImageRow | undefined> {
  return (await images.list()).rows.find((row) => row.image === image);
}

/** A language with one image, beside which the catalog's don't matter. */
function languageIn(image: string): Language[] {
  const [first] = LANGUAGES;
  assert.ok(first !== undefined);
  return [{ ...first, id: "test", versions: [{ version: "1", image }], defaultVersion: "1" }];
}

describe("the images of languages", () => {
  const { registryPort } = testEnvironment();
  const nameOf = (what: string): string => `127.0.0.1:${registryPort}/forgeai-test/${what}-${process.pid}:1`;
  let view: EngineView;
  let folder: string;
  const names: string[] = [];

  before(async function ask() {
    // Set up by `npm test`.
    if (registryPort === null) this.skip();
    view = await engine();
    folder = await mkdtemp(join(tmpdir(), "forgeai-images-"));
  });
  afterEach(async () => {
    for (const name of names.splice(0)) await removeTestImage(name);
    await rm(folder, { recursive: true, force: true });
  });
  after(endCliCalls);

  const imagesFor = (image: string): Images =>
    createImages({ languages: languageIn(image), ledgerFolder: folder, labels: Object.fromEntries([TEST_LABEL]) });

  /** Puts an image with this content into the registry, and takes it from the engine again. */
  async function publish(name: string, content: string): Promise<void> {
    await makeImage(view, { name, files: [{ path: "content", content: Buffer.from(content) }] });
    await pushImage(view, name);
    await view.removeImage(name);
    names.push(name);
  }

  it("are told of, whether they are here or not, with all that is known of them", async () => {
    const name = nameOf("told");
    await publish(name, "told");
    const images = imagesFor(name);
    assert.deepEqual(await rowOf(images, name), {
      image: name,
      neededBy: ["test@1"],
      kind: "language",
      isHere: false,
      isOurs: false,
    });
    await pull(images, name);
    const row = await rowOf(images, name);
    assert.equal(row?.isHere, true);
    assert.equal(row.isOurs, true);
    assert.match(row.digest ?? "", /^sha256:[0-9a-f]{64}$/);
    assert.match(row.platform ?? "", /^linux\/\w+/);
    assert.equal(row.sizeBytes, "told".length);
    assert.ok(row.createdAt instanceof Date);
  });

  it("are pulled anew, and it is told what came of it", async () => {
    const name = nameOf("moved");
    await publish(name, "first");
    const images = imagesFor(name);
    assert.deepEqual(await pull(images, name), { type: "pulled", image: name, change: "new" });
    assert.deepEqual(await pull(images, name), { type: "pulled", image: name, change: "current" });
    const elsewhere = nameOf("elsewhere");
    await makeImage(view, { name: elsewhere, files: [{ path: "content", content: Buffer.from("the second") }] });
    // The tag moves: somebody else pushes under the name, while this engine goes on with what it has.
    const [repository, tag] = [name.slice(0, -2), "1"];
    const old = (await rowOf(images, name))?.id;
    await askEngine(view, { method: "POST", path: `/images/${elsewhere}/tag?repo=${repository}&tag=${tag}` });
    await pushImage(view, name);
    await askEngine(view, { method: "POST", path: `/images/${old}/tag?repo=${repository}&tag=${tag}` });
    await view.removeImage(elsewhere);
    assert.deepEqual(await pull(images, name), { type: "pulled", image: name, change: "updated" });
    const { rows, addedBytes } = await images.list();
    assert.deepEqual(
      rows.map(({ kind, isOurs, sizeBytes }) => [kind, isOurs, sizeBytes]),
      [
        ["language", true, "the second".length],
        ["former", true, "first".length],
      ],
    );
    assert.equal(addedBytes, "the second".length + "first".length);
    const before = await diskUse(view);
    const { removed, kept, freedBytes } = await images.prune();
    assert.deepEqual([removed.length, kept], [2, []]);
    assert.equal(freedBytes, addedBytes);
    assert.equal(before - (await diskUse(view)), addedBytes);
    assert.deepEqual(await images.list(), {
      rows: [{ image: name, neededBy: ["test@1"], kind: "language", isHere: false, isOurs: false }],
      addedBytes: 0,
    });
  });

  it("that were here before stay, whoever pulled them again", async () => {
    const name = nameOf("others");
    await publish(name, "others");
    await askEngine(view, { method: "POST", path: `/images/create?fromImage=${encodeURIComponent(name)}` });
    const images = imagesFor(name);
    assert.deepEqual(await pull(images, name), { type: "pulled", image: name, change: "current" });
    assert.equal((await rowOf(images, name))?.isOurs, false);
    assert.deepEqual(await images.prune(), { removed: [], kept: [], freedBytes: 0 });
    assert.equal((await rowOf(images, name))?.isHere, true);
  });

  it("share what they share with others', which isn't ForgeAI's and stays", async () => {
    const [theirs, ours] = [nameOf("below"), nameOf("above")];
    await publish(ours, "the same");
    await makeImage(view, {
      name: theirs,
      files: [{ path: "content", content: Buffer.from("the same") }],
      label: ["a", "b"],
    });
    names.push(theirs);
    const images = imagesFor(ours);
    await pull(images, ours);
    const { addedBytes } = await images.list();
    assert.equal(addedBytes, 0);
    assert.equal((await images.prune()).freedBytes, 0);
    assert.equal(await view.hasImage(theirs), true);
  });

  it("that a container uses are kept when the others are removed, and it is told why", async () => {
    const name = nameOf("used");
    await publish(name, "used");
    const images = imagesFor(name);
    await pull(images, name);
    const made = JSON.parse(
      await askEngine(view, {
        method: "POST",
        path: "/containers/create",
        body: { Image: name, Cmd: ["/content"], Labels: Object.fromEntries([TEST_LABEL]) },
      }),
    );
    try {
      const { removed, kept } = await images.prune();
      assert.deepEqual(removed, []);
      assert.equal(kept[0]?.image, name);
      assert.match(kept[0].why, /container/);
    } finally {
      await askEngine(view, { method: "DELETE", path: `/containers/${made.Id}?force=true` });
    }
    // It is still known to be ForgeAI's.
    assert.deepEqual((await images.prune()).removed, [name]);
  });

  it("are pulled by their digest, and by no other's", async () => {
    const name = nameOf("pinned");
    await publish(name, "pinned");
    await pull(imagesFor(name), name);
    const digest = (await rowOf(imagesFor(name), name))?.digest;
    await imagesFor(name).prune();
    const pinned = `${name.slice(0, -2)}@${digest}`;
    const images = imagesFor(pinned);
    assert.deepEqual(await pull(images, pinned), { type: "pulled", image: pinned, change: "new" });
    const row = await rowOf(images, pinned);
    assert.deepEqual([row?.isHere, row?.isOurs, row?.digest], [true, true, digest]);
    assert.deepEqual((await images.prune()).removed, [pinned]);
    const wrong = pinned.replace(/[0-9a-f]{8}$/, "01234567");
    const failure = await failureOf(pull(imagesFor(wrong), wrong));
    assert.equal(failure.code, "image-unavailable");
  });

  it("that a registry has for another platform only are told to be that, and not taken for what was asked for", async () => {
    const name = nameOf("platform");
    await publish(name, "platform");
    const images = createImages({ languages: languageIn(name), ledgerFolder: folder, platform: "linux/s390x" });
    const { code, message } = await failureOf(pull(images, name));
    assert.equal(code, "image-unavailable");
    assert.match(message, /for linux\/\w+ only, not for linux\/s390x\.$/);
    assert.throws(() => createImages({ platform: "s390x" }), { code: "bad-request" });
  });

  it("whose pull is cancelled half-way leave nothing broken, and come when they are asked for again", async () => {
    const [reached, go] = [new Gate(), new Gate()];
    await using registry = await FaultyRegistry.start({
      content: Buffer.alloc(100_000, "x"),
      fault: async (question, right) => {
        if (question === "layer") {
          reached.open();
          await go.opened;
        }
        return right;
      },
    });
    const images = imagesFor(registry.image);
    names.push(registry.image);
    const stop = new AbortController();
    const cancelled = assert.rejects(async () => {
      for await (const _ of images.pull(registry.image, { signal: stop.signal }));
    }, /enough/);
    await reached.opened;
    stop.abort(new Error("enough"));
    await cancelled;
    assert.equal((await rowOf(images, registry.image))?.isHere, false);
    assert.equal((await images.list()).addedBytes, 0);
    go.open();
    assert.deepEqual(await pull(images, registry.image), { type: "pulled", image: registry.image, change: "new" });
    assert.equal((await images.prune()).freedBytes, 100_000);
  });

  it("are pulled by two processes at once, and remembered once", async () => {
    const name = nameOf("twice");
    await publish(name, "twice");
    const call = async () => runCli(["images", "pull", name], { environment: { XDG_STATE_HOME: folder } });
    const results = await Promise.all([call(), call()]);
    for (const { status, stderr } of results) assert.equal(status, 0, stderr);
    const remembered = (await readdir(join(folder, "forgeai", "images"), { recursive: true })).filter((path) =>
      path.endsWith(".json"),
    );
    assert.equal(remembered.length, 1);
  });

  it("are listed and pulled on the command line", async () => {
    const name = nameOf("line");
    await publish(name, "line");
    const environment = { XDG_STATE_HOME: folder };
    const pulled = await runCli(["images", "pull", name], { environment });
    assert.deepEqual([pulled.status, pulled.stdout], [0, `${name} is here now\n`], pulled.stderr);
    assert.equal(pulled.stderr, `forgeai: pulling ${name} …\n`);
    const listed = await runCli(["images", "list"], { environment });
    assert.match(listed.stdout, /^python:3\.14-alpine +python@3\.14 .*\d/m);
    assert.match(listed.stdout, new RegExp(`^${name} +by name +4 bytes +.*ForgeAI$`, "m"));
    const json = JSON.parse((await runCli(["images", "list", "--json"], { environment })).stdout);
    assert.ok(json.rows.some((row: { image: string; isOurs: boolean }) => row.image === name && row.isOurs));
    const missing = await runCli(["images", "pull", nameOf("missing"), name], { environment });
    assert.equal(missing.status, 125);
    // The other one is asked for even so.
    assert.equal(missing.stdout, `${name} is up to date\n`);
    assert.match(missing.stderr, /has no image/);
  });
});
