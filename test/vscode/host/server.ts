import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Installation } from "./installation.ts";
import { rejectOnAbort } from "./interruption.ts";
import { type Settings, writeQuietSettings } from "./quietSettings.ts";
import { type CommandOptions, serverArguments, serverEnvironment } from "./serverCommand.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

export interface ServerOptions extends CommandOptions {
  readonly settings?: Settings;
  readonly signal?: AbortSignal;
}

export interface Server extends AsyncDisposable {
  /** Host and port, the way VS Code names the machine an extension runs on. */
  readonly authority: string;
  /** Settled when the server ends, by whose doing ever; holds its last lines. */
  readonly ended: Promise<string>;
}

/** Milliseconds. A start takes half a second where nothing else is going on. */
const startLimit = 30_000;
const stopLimit = 3_000;
const linesKept = 40;

/** Starts VS Code's server on a free port of the loopback interface, and waits until it listens. */
export async function startServer({ vscode, node }: Installation, options: ServerOptions = {}): Promise<Server> {
  const folder = makeTemporaryFolder();
  let child: ChildProcess;
  try {
    const userDataFolder = options.userDataFolder ?? join(folder.path, "data");
    writeQuietSettings(userDataFolder, options.settings ?? {});
    child = spawn(node, serverArguments(folder.path, userDataFolder, options), {
      cwd: vscode,
      // VS Code leaves sockets in the temporary folder.
      env: serverEnvironment({ TMPDIR: folder.path, ...options.env }),
      stdio: ["ignore", "pipe", "pipe"],
      // Its own process group, so that what it starts can be ended with it.
      detached: true,
    });
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }

  const killGroup = (): void => endGroup(child);
  process.once("exit", killGroup);
  const lastLines: string[] = [];
  const ended = once(child, "close").then(
    () => lastLines.join("\n"),
    (error: unknown) => String(error),
  );
  const stop = async (): Promise<void> => {
    const timer = setTimeout(killGroup, stopLimit);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
    killGroup();
    process.off("exit", killGroup);
    folder[Symbol.dispose]();
  };

  try {
    const port = await Promise.race([
      listeningPort(child, lastLines),
      ended.then((lines) => fail("ended while it was starting", lines)),
      delay(startLimit, undefined, { ref: false }).then(() => fail("did not listen in time", lastLines.join("\n"))),
      rejectOnAbort(options.signal),
    ]);
    return { authority: `127.0.0.1:${port}`, ended, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Keeps the server's last lines in `lastLines` from now on, and resolves at the one that names its port. */
async function listeningPort({ stdout, stderr }: ChildProcess, lastLines: string[]): Promise<string> {
  return await new Promise((resolve) => {
    const readLine = (line: string): void => {
      if (lastLines.push(line) > linesKept) lastLines.shift();
      const port = /^Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(port);
    };
    if (stdout !== null) createInterface(stdout).on("line", readLine);
    if (stderr !== null) createInterface(stderr).on("line", readLine);
  });
}

function fail(why: string, lastLines: string): never {
  throw new Error(`the VS Code server ${why}\n${lastLines}`);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of the group is left.
  }
}
