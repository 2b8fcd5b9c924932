import assert from "node:assert/strict";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DockerExecutor } from "../../src/container/docker.ts";
import { readSurroundings, type Surroundings } from "../../src/container/endpoint.ts";
import { collect, type RunResult } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { TemporaryFolder } from "../unit/temporaryFolder.ts";
import { testEnvironment } from "./support/environment.ts";
import { failureOf } from "./support/failures.ts";
import { PrivateRegistry, USER } from "./support/privateRegistry.ts";
import { removeTestImage, TEST_LABEL } from "./support/runs.ts";

/** The tests' own image in the registry that `npm test` sets up. */
const TINY = { path: "forgeai-test/tiny", tag: "1" };

const HELPER = "docker-credential-forgeai-test";

describe("a registry that gives nothing to strangers", () => {
  const { registryPort } = testEnvironment();
  let folder: TemporaryFolder;
  let registry: PrivateRegistry;
  let image: string;

  before(async function start() {
    // Set up by `npm test`.
    if (registryPort === null) return this.skip();
    folder = new TemporaryFolder();
    registry = await PrivateRegistry.start();
    image = await registry.copy(`127.0.0.1:${registryPort}`, TINY);
  });
  beforeEach(async () => {
    await removeTestImage(image);
    await rm(join(folder.path, HELPER), { force: true });
    await mkdir(join(folder.path, "docker"), { recursive: true });
  });
  after(async () => {
    if (registryPort === null) return;
    await removeTestImage(image);
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  function surroundings(): Surroundings {
    const usual = readSurroundings();
    const path = `${folder.path}:${usual.environment["PATH"]}`;
    const environment = { ...usual.environment, PATH: path, DOCKER_CONFIG: join(folder.path, "docker") };
    return { ...usual, environment };
  }

  async function configure(configuration: string | object): Promise<void> {
    const text = typeof configuration === "string" ? configuration : JSON.stringify(configuration);
    await writeFile(join(folder.path, "docker/config.json"), text);
  }

  async function provideHelper(script: string): Promise<void> {
    await writeFile(join(folder.path, HELPER), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder.path, HELPER), 0o755);
    await configure({ credHelpers: { [registry.host]: "forgeai-test" } });
  }

  async function run(named: { readonly image?: string; readonly language?: string } = { image }): Promise<RunResult> {
    const labels = { [TEST_LABEL[0]]: TEST_LABEL[1] };
    await using runner = runnerOver(new DockerExecutor({ labels, surroundings: surroundings() }), {
      ...(named.image === undefined && { mirror: `${registry.host}/hub` }),
    });
    // What is called node there does nothing.
    return await collect(runner.run({ language: "javascript", source: "", ...named }));
  }

  const secret = Buffer.from(`${USER.name}:${USER.password}`).toString("base64");

  it("gives its image to whom Docker's configuration has a log-in for", async () => {
    await configure({ auths: { [registry.host]: { auth: secret } } });
    const { outcome, phases } = await run();
    assert.equal(outcome, "ok");
    assert.ok((phases.pullMs ?? 0) > 0);
  });

  it("gives its image to whom a helper has a log-in for, which is asked with its name", async () => {
    const answer = JSON.stringify({ ServerURL: registry.host, Username: USER.name, Secret: USER.password });
    await provideHelper(`[ "$1" = get ] && [ "$(cat)" = "${registry.host}" ] && echo '${answer}'`);
    assert.equal((await run()).outcome, "ok");
  });

  it("refuses whom nothing is known of, and the failure says how to log in", async () => {
    await configure({});
    const { code, hint } = await failureOf(run());
    assert.equal(code, "image-unavailable");
    assert.match(hint, new RegExp(`docker login ${registry.host}$`));
    assert.doesNotMatch(hint, /without credentials/);
  });

  it("refuses whom the helper doesn't know", async () => {
    await provideHelper("cat >/dev/null; echo 'credentials not found in native keychain'; exit 1");
    assert.doesNotMatch((await failureOf(run())).hint, /without credentials/);
  });

  const TROUBLES: readonly { readonly title: string; readonly script: string; readonly says: RegExp }[] = [
    {
      title: "fails",
      script: "echo 'the keyring is locked'; exit 3",
      says: /forgeai-test failed: the keyring is locked/,
    },
    { title: "prints rubbish", script: "echo rubbish", says: /forgeai-test answers something that isn't credentials/ },
    { title: "prints without end", script: "exec yes", says: /forgeai-test answers without end/ },
    { title: "hangs", script: "sleep 300", says: /forgeai-test did not answer within 10 s/ },
  ];

  for (const { title, script, says } of TROUBLES) {
    it(`refuses, and the failure names the helper, where it ${title}`, async () => {
      await provideHelper(script);
      const { code, hint, tried } = await failureOf(run());
      assert.equal(code, "image-unavailable");
      assert.match(hint, says);
      assert.match(tried[0]?.why ?? "", says);
    });
  }

  it("refuses, and the failure names the helper, where there is none", async () => {
    await configure({ credsStore: "forgeai-test" });
    assert.match((await failureOf(run())).hint, /docker-credential-forgeai-test, .*isn't on the PATH/);
  });

  it("refuses, and the failure names the configuration, where that can't be read, and quotes nothing of it", async () => {
    await configure(`{ "auths": { "${registry.host}": { "auth": "${secret}" } }`);
    const { hint, tried, message } = await failureOf(run());
    assert.match(hint, /docker\/config\.json can't be read: mend it/);
    assert.ok(!JSON.stringify({ hint, tried, message }).includes(secret.slice(0, 8)));
  });

  it("never says a password that it doesn't accept", async () => {
    const wrong = Buffer.from(`${USER.name}:not-the-password`).toString("base64");
    await configure({ auths: { [registry.host]: { auth: wrong } } });
    const failure = await failureOf(run());
    assert.equal(failure.code, "image-unavailable");
    assert.doesNotMatch(JSON.stringify([failure.message, failure]), /not-the-password/);
  });

  it("is a mirror of Docker's own, where the runner says so", async () => {
    await configure({ auths: { [registry.host]: { auth: secret } } });
    const official = { path: "hub/library/node", tag: "24-alpine" };
    const mirrored = await registry.copy(`127.0.0.1:${registryPort}`, TINY, official);
    try {
      const result = await run({ language: "javascript@24" });
      assert.equal(result.outcome, "ok");
      assert.equal(result.image, mirrored);
    } finally {
      await removeTestImage(mirrored);
    }
  });
});
