import { createRequire } from "node:module";
import { relayOutput } from "./outputRelay.ts";

/**
 * What the extension host loads in place of the tests: it runs them with their output going to the adapter, for VS Code's
 * own log of the extension host mixes it with other lines.
 */
export async function run(): Promise<void> {
  const relay = await relayOutput(fromEnvironment("FORGEAI_VSCODE_OUTPUT"));
  try {
    await loadTests(fromEnvironment("FORGEAI_VSCODE_TESTS"))();
  } catch (error) {
    console.error(error);
    await relay.finish(1);
    throw error;
  }
  await relay.finish(0);
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: only the adapter loads this file`);
  return value;
}

function loadTests(path: string): () => Promise<void> {
  const loaded: unknown = createRequire(__filename)(path);
  if (typeof loaded !== "object" || loaded === null || !("run" in loaded)) throw new Error(`${path} exports no run()`);
  const { run: runTests } = loaded;
  if (typeof runTests !== "function") throw new Error(`${path} exports a run that is not a function`);
  return async () => {
    await runTests();
  };
}
