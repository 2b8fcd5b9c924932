import assert from "node:assert/strict";
import { mkdtemp, readdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "./support/engine.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { hostProcesses } from "./support/processes.ts";
import { TEST_LABEL } from "./support/runs.ts";

// Hooks of the whole run: what came with the tests has to be gone with them. Others may use the engine at the same time.
let volumesBefore: readonly string[] = [];
let temporaryFolder = "";

before(async () => {
  volumesBefore = await (await engine()).volumes();
  // All that the tests put down, and the command lines that they call, is in here.
  temporaryFolder = await mkdtemp(join(tmpdir(), "engine-tests-"));
  process.env["TMPDIR"] = temporaryFolder;
});

after("nothing of the tests is left", async () => {
  const view = await engine();
  await eventuallyNone("containers of the tests", () => view.containers(TEST_LABEL));
  await eventuallyNone("volumes", async () => (await view.volumes()).filter((name) => !volumesBefore.includes(name)));
  await eventuallyNone("processes of the tests", ownProcesses);
  await eventuallyNone("files of the tests", () => readdir(temporaryFolder));
  await rmdir(temporaryFolder);
  assert.ok(!process.getActiveResourcesInfo().includes("ProcessWrap"));
});

/** Children of this process, and whatever local runs have left behind. */
async function ownProcesses(): Promise<string[]> {
  const all = await hostProcesses();
  const isOurs = (environment: string): boolean =>
    environment.includes("FORGEAI_RUN=") && environment.includes(`TMPDIR=${temporaryFolder}`);
  const ours = all.filter(({ parent, environment }) => parent === process.pid || isOurs(environment));
  return ours.map(({ pid, command }) => `${pid}: ${command.replaceAll("\0", " ")}`);
}
