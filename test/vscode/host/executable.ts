#!/usr/bin/env node
// Stands in for the desktop VS Code executable that @vscode/test-electron starts: the same VS Code as a server, in a
// headless browser.
import { EventEmitter, once } from "node:events";
import { extname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type CommandLine, parseCommandLine } from "./commandLine.ts";
import { Interruption, watchForInterruption } from "./interruption.ts";
import { type OutputReceiver, receiveOutput } from "./outputRelay.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { openWorkbench, type Payload, type Workbench } from "./workbench.ts";

/** How long after the last output the verdict may take; without one by then the extension host has died. */
const verdictLimit = 10_000;
const noVerdict = "the extension host ended before the tests had";

async function runTests(commandLine: CommandLine, signal: AbortSignal): Promise<number> {
  using folder = makeTemporaryFolder();
  using output = await receiveOutput(folder.path);
  const tests = new EventEmitter<{ ended: [exitCode: number] }>();
  const verdict = once(tests, "ended").then(([exitCode]) => Number(exitCode));
  await using workbench = await openWorkbench({
    ...commandLine,
    extensionTestsPath: join(__dirname, `insideHost${extname(__filename)}`),
    onTestsEnd: (exitCode) => tests.emit("ended", exitCode),
    payload: payload(commandLine),
    // test-electron passes --disable-workspace-trust always, so its absence can't say this.
    restricted: process.env["FORGEAI_VSCODE_RESTRICTED"] === "1",
    env: { FORGEAI_VSCODE_OUTPUT: folder.path, FORGEAI_VSCODE_TESTS: commandLine.extensionTestsPath },
    signal,
  });
  return await Promise.race([verdict, failure(workbench, output, signal)]);
}

function payload({ disableExtensions, inspector }: CommandLine): Payload {
  return [
    ...(disableExtensions ? [["disableExtensions", "true"] as const] : []),
    ...(inspector === undefined
      ? []
      : [[inspector.wait ? "inspect-brk-extensions" : "inspect-extensions", inspector.port] as const]),
  ];
}

async function failure(workbench: Workbench, output: OutputReceiver, signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  const why = await Promise.race([
    once(signal, "abort"),
    workbench.broken,
    output.ended.then(async () => await delay(verdictLimit, noVerdict, { ref: false })),
  ]);
  throw typeof why === "string" ? new Error(why) : signal.reason;
}

async function main(): Promise<number> {
  try {
    return await runTests(parseCommandLine(process.argv.slice(2)), watchForInterruption());
  } catch (error) {
    console.error(error instanceof Interruption ? error.message : error);
    return error instanceof Interruption ? error.exitCode : 1;
  }
}

void main().then((code) => process.exit(code));
