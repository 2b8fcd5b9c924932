import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerExecutor } from "../../src/container/docker.ts";
import { collect, createImages, extendLanguages, type Language, type Runner } from "../../src/index.ts";
import { go } from "../../src/language/catalog/go.ts";
import { runnerOver } from "../../src/runner.ts";
import { engine } from "./support/engine.ts";
import { eventually, eventuallyNone } from "./support/eventually.ts";
import { collectRun, program, removeTestImage, TEST_LABEL } from "./support/runs.ts";

const MARK = `warm-${process.pid}`;
const MARK_FILE = "/var/cache/forgeai/mark";

/** A language whose compiler says whether it found what warming leaves behind. */
function makeLanguage(warming: string): Language {
  const compiler = `cat ${MARK_FILE} >"$1" 2>/dev/null || echo cold >"$1"`;
  const { languages } = extendLanguages({
    marked: {
      name: "Marked",
      versions: { any: "python:3.14-alpine" },
      fileName: "main.sh",
      compile: { command: ["sh", "-c", compiler, "sh", "{artefact}", "{sources}"] },
      run: ["cat", "{artefact}"],
    },
  });
  const marked = languages.find(({ id }) => id === "marked");
  assert.ok(marked?.compile !== undefined);
  const warm = { command: ["sh", "-c", warming] as const, environment: { WARMED: MARK }, timeoutMs: 60_000 };
  return { ...marked, compile: { ...marked.compile, warm } };
}

function runnerThat(snapshots: "make" | "use"): Runner {
  const [name, value] = TEST_LABEL;
  return runnerOver(new DockerExecutor({ snapshots, labels: { [name]: value } }));
}

const printed = async (runner: Runner, language: Language): Promise<string> =>
  (await collect(runner.run({ language: language.id, languages: [language], source: "" }))).stdout.trim();

describe("A snapshot", () => {
  const language = makeLanguage(`mkdir -p /var/cache/forgeai && echo "$WARMED" >${MARK_FILE}`);
  let earlier: readonly string[] = [];

  const made = async (): Promise<string[]> =>
    (await (await engine()).snapshots()).filter((name) => !earlier.includes(name));

  beforeEach(async () => {
    earlier = await (await engine()).snapshots();
  });

  afterEach(async () => {
    for (const image of await made()) await removeTestImage(image);
  });

  it("is made after the first run, which it doesn't hold up, and serves the next", async () => {
    await using runner = runnerThat("make");
    assert.equal(await printed(runner, language), "cold");
    const [image] = await eventually("a snapshot", made);
    await eventuallyNone("its container", async () => (await engine()).containersNamed("forgeai-snapshot-"));
    assert.equal(await printed(runner, language), MARK);
    assert.ok(image !== undefined);
    await removeTestImage(image);
    await using other = runnerThat("use");
    assert.equal(await printed(other, language), "cold");
  });

  it("is told of among the images, and can be removed to the byte", async () => {
    await using runner = runnerThat("make");
    assert.equal(await printed(runner, language), "cold");
    const [image] = await eventually("a snapshot", made);
    await eventuallyNone("its container", async () => (await engine()).containersNamed("forgeai-snapshot-"));
    const images = createImages({
      languages: [language],
      labels: Object.fromEntries([TEST_LABEL]),
      // Nothing is pulled here.
      ledgerFolder: join(tmpdir(), "forgeai-no-ledger"),
    });
    const { rows, addedBytes } = await images.list();
    const row = rows.find((each) => each.image === image);
    assert.deepEqual([row?.kind, row?.contents, row?.isOurs], ["snapshot", "python:3.14-alpine", true]);
    assert.equal(addedBytes, `${MARK}\n`.length);
    assert.deepEqual(await images.prune(), { removed: [image], kept: [], freedBytes: addedBytes });
    assert.equal(await printed(runner, language), "cold");
  });

  it("isn't made where that isn't asked for", async () => {
    await using runner = runnerThat("use");
    assert.equal(await printed(runner, language), "cold");
    await runner[Symbol.asyncDispose]();
    assert.deepEqual(await made(), []);
  });

  it("that can't be made leaves nothing, and runs go on without", async () => {
    await using runner = runnerThat("make");
    const hopeless = makeLanguage("exit 3");
    assert.equal(await printed(runner, hopeless), "cold");
    assert.equal(await printed(runner, hopeless), "cold");
    await runner[Symbol.asyncDispose]();
    assert.deepEqual(await made(), []);
    assert.deepEqual(await (await engine()).containersNamed("forgeai-snapshot-"), []);
  });

  it("is given up with the runner, and its container with it", async () => {
    const runner = runnerThat("make");
    assert.equal(await printed(runner, makeLanguage("sleep 600")), "cold");
    await eventually("its container", async () => (await engine()).containersNamed("forgeai-snapshot-"));
    await runner[Symbol.asyncDispose]();
    assert.deepEqual(await (await engine()).containersNamed("forgeai-snapshot-"), []);
    assert.deepEqual(await made(), []);
  });
});

describe("Go's snapshot", () => {
  it("lets a program be compiled and run within the limits that runs have by default", async function warm() {
    // A minute and more where it isn't there yet; it stays, as images do that were pulled.
    this.timeout(300_000);
    const { compile } = go;
    assert.ok(compile !== undefined);
    const files = program("go/hello.go");
    await using runner = runnerThat("make");
    await collect(runner.run({ language: "go", files }));
    await eventually("the snapshot", async () => (await engine()).snapshots(), 240_000);
    // For a moment the engine lists it and can't make a container of it: a run then goes without.
    await eventuallyNone("its container", async () => (await engine()).containersNamed("forgeai-snapshot-"));
    const limits = { ...compile.limits, memoryBytes: 128 * 1024 * 1024, timeoutMs: 30_000, cpus: 1, processes: 64 };
    const languages = [{ ...go, compile: { ...compile, limits } }];
    const result = await collectRun({ language: "go", languages, files });
    assert.equal(result.stdout, "Hello, World!\n", result.evidence + result.stderr);
  });
});
