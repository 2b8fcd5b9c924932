import assert from "node:assert/strict";
import { createRunner, describeEngine, extendLanguages, type ImageReport } from "../../src/index.ts";
import { engine } from "./support/engine.ts";
import { testRunner } from "./support/runs.ts";

describe("Examining the engine", () => {
  it("tells what it is, how it was found, what it holds programs to, and which images it has", async () => {
    const { languages } = extendLanguages({ python: { versions: { none: "forgeai.invalid/none:1" } } });
    await using runner = await testRunner();
    const report = await runner.examine({ languages });
    const { CgroupVersion: cgroupVersion } = await (await engine()).info();
    assert.equal(report.cgroupVersion, cgroupVersion);
    assert.match(report.version ?? "", /^\d+\.\d+/);
    assert.match(report.apiVersion ?? "", /^1\.\d+$/);
    assert.ok(report.foundBy !== "" && report.otherWays.length > 0);
    // All the other tests rest on these.
    assert.deepEqual([report.enforces.memory, report.enforces.processes, report.enforces.cpus], [true, true, true]);
    assert.ok(report.security?.some(({ name }) => name === "seccomp"));
    assert.ok(report.runtimes?.includes(report.defaultRuntime ?? ""));

    const imageOf = (language: string): ImageReport | undefined =>
      report.images.find((image) => image.language === language);
    const { found } = imageOf("python") ?? {};
    assert.match(found?.id ?? "", /^sha256:[0-9a-f]{64}$/);
    assert.ok((found?.sizeBytes ?? 0) > 2 ** 20);
    const nowhere = { language: "python@none", title: "Python none", image: "forgeai.invalid/none:1" };
    assert.deepEqual(imageOf("python@none"), nowhere);

    const [first, ...findings] = describeEngine(report);
    assert.deepEqual(first?.what, "Engine");
    assert.ok(first.says.includes(report.version ?? "?"), first.says);
    assert.deepEqual(findings.find(({ what }) => what === "Memory limit")?.state, "good");
  });

  it("fails as a run does where the engine that was named doesn't answer", async () => {
    const named = { host: "unix:///nowhere/docker.sock", from: "the setting of the test" };
    await using runner = await createRunner({ executor: "container", engine: named });
    await assert.rejects(runner.examine(), {
      code: "engine-unavailable",
      tried: [{ what: "the setting of the test (unix:///nowhere/docker.sock)", why: "there is no such socket" }],
    });
  });
});
