#!/usr/bin/env node
// Stands in for the desktop VS Code executable that @vscode/test-electron starts: the same VS Code as a server, in a
// headless browser.
import { extname, join } from "node:path";
import { type CommandLine, parseCommandLine } from "./commandLine.ts";
import { Interruption, rejectOnAbort, watchForInterruption } from "./interruption.ts";
import { receiveOutput } from "./outputReceiver.ts";
import { Person } from "./person.ts";
import { servePerson } from "./personService.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { openWorkbench, type Payload } from "./workbench.ts";

async function runTests(commandLine: CommandLine, signal: AbortSignal): Promise<number> {
  using folder = makeTemporaryFolder();
  using output = await receiveOutput(folder.path);
  using service = await servePerson(folder.path);
  await using workbench = await openWorkbench({
    ...commandLine,
    extensionTestsPath: join(__dirname, `insideHost${extname(__filename)}`),
    payload: payload(commandLine),
    // test-electron always passes --disable-workspace-trust, so its absence can't say this.
    restricted: process.env["FORGEAI_VSCODE_RESTRICTED"] === "1",
    env: { FORGEAI_VSCODE_OUTPUT: folder.path, FORGEAI_VSCODE_TESTS: commandLine.extensionTestsPath },
    signal,
  });
  service.introduce(new Person(workbench.page));
  return await Promise.race([
    output.verdict,
    workbench.broken.then((why) => Promise.reject(new Error(why))),
    rejectOnAbort(signal),
  ]);
}

function payload({ disableExtensions, inspectorPort }: CommandLine): Payload {
  return [
    ...(disableExtensions ? [["disableExtensions", "true"] as const] : []),
    ...(inspectorPort === undefined ? [] : [["inspect-extensions", inspectorPort] as const]),
  ];
}

async function main(): Promise<number> {
  try {
    return await runTests(parseCommandLine(process.argv.slice(2)), watchForInterruption());
  } catch (error) {
    const interruption = error instanceof Interruption ? error : undefined;
    console.error(interruption?.message ?? error);
    return interruption?.exitCode ?? 1;
  }
}

void main().then((code) => process.exit(code));
