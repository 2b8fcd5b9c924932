#!/usr/bin/env node
// Stands in for the desktop VS Code executable that @vscode/test-electron starts: the same VS Code as a server, in a
// headless browser.
import { writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type CommandLine, parseCommandLine } from "./commandLine.ts";
import { Interruption, rejectOnAbort, watchForInterruption } from "./interruption.ts";
import { receiveOutput } from "./outputReceiver.ts";
import { waitForWorkbench } from "./person/window.ts";
import { type FindWindow, servePerson } from "./personService.ts";
import type { Page } from "./playwright.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { openWorkbench, type Payload, type Workbench } from "./workbench.ts";

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
  service.introduce(windowsOf(workbench, commandLine, folder.path));
  return await Promise.race([
    output.verdict,
    workbench.broken.then((why) => Promise.reject(new Error(why))),
    rejectOnAbort(signal),
  ]);
}

/** The second window is opened when somebody wants something done in it. */
function windowsOf(workbench: Workbench, { target }: CommandLine, folder: string): FindWindow {
  const open = async (): Promise<Page> => {
    const page = await workbench.openAnother(writeWorkspace(target, folder));
    await waitForWorkbench(page);
    return page;
  };
  let second: Promise<Page> | undefined;
  return async (name) => (name === "first" ? workbench.page : (second ??= open()));
}

/** The folder as a workspace of its own: in the folder itself VS Code would restore what isn't saved in the first window. */
function writeWorkspace(target: string | undefined, folder: string): string {
  const file = join(folder, "second.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: target === undefined ? [] : [{ path: target }] }));
  return file;
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
