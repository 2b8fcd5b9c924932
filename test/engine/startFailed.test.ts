import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { DockerExecutor } from "../../src/container/docker.ts";
import { collect, type RunRequest } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { engine } from "./support/engine.ts";
import { makeImage } from "./support/engineCall.ts";
import { failureOf } from "./support/failures.ts";
import { PrivateEngine } from "./support/privateEngine.ts";
import { collectRun, removeTestImage, TEST_LABEL } from "./support/runs.ts";
import type { TarEntry } from "./support/tar.ts";

const REQUEST: RunRequest = { language: "python", source: "" };

/** An architecture that isn't this machine's. */
const FOREIGN = process.arch === "arm64" ? "amd64" : "arm64";

const NOTHING: TarEntry = { path: "nothing", content: Buffer.alloc(0) };

/** What an image may hold to start from, for a machine that there isn't: so that no emulator takes it. */
const FOREIGN_PROGRAMS: readonly TarEntry[] = ["bin/sh", "bin/bash", "usr/bin/python3"].map((path) => ({
  path,
  content: makeForeignProgram(),
  executable: true,
}));

/** The header of an executable file. */
function makeForeignProgram(): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  const [executable, machine, version] = [2, 0xfffe, 1];
  header.writeUInt16LE(executable, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(version, 20);
  return header;
}

describe("a container can't be started and the failure says why where", () => {
  const images: string[] = [];

  after(async () => {
    for (const image of images) await removeTestImage(image);
  });

  /** An image of the tests' own. */
  async function provideImage(kind: string, files: readonly TarEntry[], architecture?: string): Promise<string> {
    const name = `forgeai-test/${kind}-${process.pid}:1`;
    images.push(name);
    await makeImage(await engine(), {
      name,
      files,
      label: TEST_LABEL,
      ...(architecture !== undefined && { architecture }),
    });
    return name;
  }

  it("the image doesn't have the language", async () => {
    const image = "node:24-alpine";
    const { code, message, hint } = await failureOf(collectRun({ ...REQUEST, image }));
    assert.equal(code, "start-failed", message);
    assert.match(message, /node:24-alpine/);
    assert.match(message, /has no python3/);
    assert.match(hint, /--image/);
  });

  it("the image has no shell", async () => {
    const image = await provideImage("empty", [NOTHING]);
    const { code, message, hint } = await failureOf(collectRun({ ...REQUEST, image }));
    assert.equal(code, "start-failed", message);
    assert.match(message, /shell/);
    assert.match(hint, /--image/);
  });

  it("the image is made for another platform", async () => {
    const image = await provideImage("foreign", FOREIGN_PROGRAMS, FOREIGN);
    const { code, message, hint } = await failureOf(collectRun({ ...REQUEST, image }));
    assert.equal(code, "start-failed", message);
    assert.match(message, new RegExp(`made for .*linux/${FOREIGN}`));
    assert.match(hint, /--image/);
  });

  it("it wants more processors than there are", async () => {
    const cpus = availableParallelism() + 1000;
    const { code, message, hint } = await failureOf(collectRun({ ...REQUEST, limits: { cpus } }));
    assert.equal(code, "start-failed", message);
    assert.match(message, /CPUs|cores|processors/);
    assert.match(hint, /--cpus/);
  });
});

/** Debian's crun can't handle the cgroups of some machines; the others can't handle anything. */
const RUNTIMES = ["/usr/bin/crun", "/bin/false", "/nowhere/runtime"];

describe("an engine whose runtime", () => {
  before(async function ask() {
    if (!(await PrivateEngine.isPossible())) this.skip();
  });

  for (const runtime of RUNTIMES) {
    it(`is ${runtime} starts no container and says that it is the runtime`, async function start() {
      if (runtime.endsWith("crun") && !existsSync(runtime)) this.skip();
      await using engineWithout = await PrivateEngine.start({ runtime });
      await makeImage(engineWithout, { name: "nothing:1", files: [NOTHING] });
      await using runner = runnerOver(new DockerExecutor({ surroundings: engineWithout.surroundings }));
      const { code, message, hint } = await failureOf(collect(runner.run({ ...REQUEST, image: "nothing:1" })));
      assert.equal(code, "start-failed", message);
      // Where crun works, it is the image.
      assert.match(message, runtime.endsWith("crun") ? /runtime|shell/ : /runtime/);
      assert.notEqual(hint, "");
    });
  }
});
