import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Installation } from "./installation.ts";
import { type Settings, writeQuietSettings } from "./quietSettings.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

export interface ServerOptions {
  /** Added to the environment of the server and so to that of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Settings;
  readonly userDataFolder?: string | undefined;
  readonly extensionsFolder?: string | undefined;
  /** Keeps Workspace Trust on; a folder that is opened then starts in Restricted Mode. */
  readonly restricted?: boolean;
  /** VS Code as someone has installed it: notifications pop up, but extensions under development are not loaded. */
  readonly asInstalled?: boolean;
  readonly signal?: AbortSignal;
}

export interface Server extends AsyncDisposable {
  /** Host and port, the way VS Code names the machine an extension runs on. */
  readonly authority: string;
  /** Settled when the server ends, by whose doing ever; holds its last lines. */
  readonly ended: Promise<string>;
}

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
    const port = await listeningPort(child, lastLines, ended, options.signal);
    return { authority: `127.0.0.1:${port}`, ended, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverArguments(dataFolder: string, userDataFolder: string, options: ServerOptions): string[] {
  return [
    "out/server-main.js",
    "--host=127.0.0.1",
    "--port=0",
    "--without-connection-token",
    "--accept-server-license-terms",
    `--server-data-dir=${dataFolder}`,
    `--user-data-dir=${userDataFolder}`,
    ...(options.extensionsFolder === undefined ? [] : [`--extensions-dir=${options.extensionsFolder}`]),
    "--disable-telemetry",
    "--telemetry-level=off",
    "--disable-experiments",
    // Without it the workbench takes neither an extension under development nor tests from its url.
    ...(options.asInstalled ? [] : ["--enable-smoke-test-driver"]),
    ...(options.restricted ? [] : ["--disable-workspace-trust"]),
    // The server ends when its last extension host has. That one waits seconds, not hours, for a browser that was killed, so
    // nothing stays behind even if nobody is left to stop it. (A page must not be reloaded, then.)
    "--enable-remote-auto-shutdown",
    "--remote-auto-shutdown-without-delay",
    "--reconnection-grace-time=10",
  ];
}

// A test that is started in VS Code's own terminal inherits variables that would turn this server into part of that one.
const foreign = /^(ELECTRON_RUN_AS_NODE$|VSCODE_(?!TEST_))/;

function serverEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...added };
}

async function listeningPort(
  child: ChildProcess,
  lastLines: string[],
  ended: Promise<string>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const limit = AbortSignal.any([AbortSignal.timeout(startLimit), ...(signal === undefined ? [] : [signal])]);
  return await new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the VS Code server ${why}\n${lastLines.join("\n")}`));
    const readLine = (line: string): void => {
      if (lastLines.push(line) > linesKept) lastLines.shift();
      const port = /^Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(port);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface(stream).on("line", readLine);
    limit.addEventListener("abort", () => (signal?.aborted ? reject(signal.reason) : fail("did not listen in time")));
    void ended.then((why) => fail(`ended while it was starting ${why}`));
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of the group is left.
  }
}
