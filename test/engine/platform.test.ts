import assert from "node:assert/strict";
import type { RunRequest } from "../../src/index.ts";
import { engine } from "./support/engine.ts";
import { makeImage } from "./support/engineCall.ts";
import { testEnvironment } from "./support/environment.ts";
import { failureOf } from "./support/failures.ts";
import { collectRun, removeTestImage, TEST_LABEL } from "./support/runs.ts";

/** As images name them. */
const [OWN, FOREIGN] = process.arch === "arm64" ? ["arm64", "amd64"] : ["amd64", "arm64"];

const REQUEST: RunRequest = { language: "python", source: "print(1)" };

describe("a platform that is asked for", () => {
  const { registryPort } = testEnvironment();

  it("runs what it names where it is the engine's own", async () => {
    const { outcome, stdout } = await collectRun({ ...REQUEST, platform: `linux/${OWN}` });
    assert.deepEqual([outcome, stdout], ["ok", "1\n"]);
  });

  it("isn't taken from an image that is here for another", async () => {
    const image = `forgeai-test/own-${process.pid}:1`;
    const files = [{ path: "nothing", content: Buffer.alloc(0) }];
    await makeImage(await engine(), { name: image, files, label: TEST_LABEL });
    try {
      const request = { ...REQUEST, image, platform: `linux/${FOREIGN}`, pull: "never" as const };
      const { code, hint } = await failureOf(collectRun(request));
      assert.equal(code, "image-unavailable");
      assert.match(hint, /--pull=missing/);
    } finally {
      await removeTestImage(image);
    }
  });

  it("that the registry doesn't have is what the failure says", async function lacking() {
    // Set up by `npm test`.
    if (registryPort === null) return this.skip();
    const image = `127.0.0.1:${registryPort}/forgeai-test/tiny:1`;
    await removeTestImage(image);
    try {
      const request = { ...REQUEST, image, platform: `linux/${FOREIGN}` };
      const { code, message, hint } = await failureOf(collectRun(request));
      assert.equal(code, "image-unavailable");
      assert.match(message, /platform/);
      assert.match(hint, /--platform/);
    } finally {
      await removeTestImage(image);
    }
  });

  for (const platform of ["arm64", "linux/", "linux/arm64/v8/x", "linux/arm64&fromImage=x", ""]) {
    it(`can't be ${JSON.stringify(platform)}`, async () => {
      const { code, message } = await failureOf(collectRun({ ...REQUEST, platform }));
      assert.equal(code, "bad-request");
      assert.ok(message.includes(JSON.stringify(platform)), message);
    });
  }
});
