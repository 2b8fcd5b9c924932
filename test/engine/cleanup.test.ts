import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { engine } from "./support/engine.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { hostProcesses } from "./support/processes.ts";

// Hooks of the whole run: what was there before any test may stay, what came with the tests has to be gone.
const there: Record<"containers" | "volumes" | "folders", readonly string[]> = {
  containers: [],
  volumes: [],
  folders: [],
};

before(async () => {
  const view = await engine();
  there.containers = await view.containers();
  there.volumes = await view.volumes();
  there.folders = await workFolders();
});

after("nothing of the tests is left", async () => {
  const view = await engine();
  await eventuallyNone("containers of ForgeAI", async () => without(await view.containers(), there.containers));
  await eventuallyNone("volumes", async () => without(await view.volumes(), there.volumes));
  await eventuallyNone("folders of local runs", async () => without(await workFolders(), there.folders));
  await eventuallyNone("processes of the tests", ownProcesses);
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap"),
    [],
  );
});

function without(now: readonly string[], then: readonly string[]): string[] {
  return now.filter((name) => !then.includes(name));
}

async function workFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("forgeai-"));
}

/** Children of this process, and whatever carries the mark of a local run. */
async function ownProcesses(): Promise<string[]> {
  const all = await hostProcesses();
  const ours = all.filter(({ parent, environment }) => parent === process.pid || environment.includes("FORGEAI_RUN="));
  return ours.map(({ pid, command }) => `${pid}: ${command.replaceAll("\0", " ")}`);
}
