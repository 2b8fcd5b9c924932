import { createRequire } from "node:module";
import { relayOutput } from "./outputRelay.ts";

/**
 * What the extension host loads in place of the tests: it runs them with their output going to the adapter. VS Code's own
 * log of the extension host mixes theirs with its own lines.
 */
export async function run(): Promise<void> {
  const folder = fromEnvironment("FORGEAI_VSCODE_OUTPUT");
  const tests = fromEnvironment("FORGEAI_VSCODE_TESTS");
  await using _relay = await relayOutput(folder);
  try {
    await loadRun(tests)();
  } catch (error) {
    console.error(error);
    throw error;
  }
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: only the adapter loads this file`);
  return value;
}

function loadRun(path: string): () => Promise<unknown> {
  const loaded: unknown = createRequire(__filename)(path);
  if (typeof loaded !== "object" || loaded === null || !("run" in loaded)) throw new Error(`${path} exports no run()`);
  const { run: runTests } = loaded;
  if (typeof runTests !== "function") throw new Error(`${path} exports a run that is not a function`);
  return async () => await Promise.resolve(runTests());
}
