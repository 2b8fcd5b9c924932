import assert from "node:assert/strict";
import { LANGUAGES } from "../../src/language/catalog.ts";
import type { Language } from "../../src/language/language.ts";
import type { EngineReport } from "../../src/run/engineReport.ts";
import { createRunner, runnerOver } from "../../src/runner.ts";
import { FakeEngineServer } from "./container/fakeEngineServer.ts";
import { FakeExecutor } from "./fakeExecutor.ts";

class ExaminedExecutor extends FakeExecutor {
  readonly asked: (readonly Language[])[] = [];

  async examine(languages: readonly Language[], signal: AbortSignal): Promise<EngineReport> {
    this.asked.push(languages);
    signal.throwIfAborted();
    throw new Error("nothing to tell");
  }
}

describe("A runner's examination of the engine", () => {
  it("asks about the images of the languages that are built in, or of those that are named", async () => {
    const executor = new ExaminedExecutor();
    const runner = runnerOver(executor);
    await assert.rejects(runner.examine(), /nothing to tell/);
    await assert.rejects(runner.examine({ languages: [] }), /nothing to tell/);
    assert.deepEqual(executor.asked, [LANGUAGES, []]);
    await assert.rejects(runner.examine({ signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  });

  it("is refused where there is no engine to examine", async () => {
    await using runner = await createRunner({ executor: "local" });
    await assert.rejects(runner.examine(), {
      code: "bad-request",
      message: "Plain processes have no engine to examine.",
      hint: 'Make a runner with the executor "container".',
    });
  });

  it("looks for the engine that was named, and finds that it is gone where it was there before", async () => {
    await using server = await FakeEngineServer.well((_, response) => void response.end("{}"));
    const host = `unix://${server.socketPath}`;
    await using runner = await createRunner({ executor: "container", engine: { host, from: "the test" } });
    const report = await runner.examine({ languages: [] });
    assert.equal(report.foundBy, `the test (${host})`);
    await server[Symbol.asyncDispose]();
    await assert.rejects(runner.examine(), { code: "engine-unavailable" });
  });
});
