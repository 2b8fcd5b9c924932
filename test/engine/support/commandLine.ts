import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { engine } from "./engine.ts";
import { eventuallyNone } from "./eventually.ts";
import { Wiretap } from "./wiretap.ts";

/** The command line as it is built and shipped. */
const CLI = "dist/cli.js";

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Standard input; an end of file where nothing is given. */
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
}

export type CliProcess = ChildProcessByStdio<Writable, Readable, Readable>;

let wiretap: Promise<Wiretap> | undefined;

function tap(): Promise<Wiretap> {
  wiretap ??= Wiretap.start();
  return wiretap;
}

/** The containers that were made since a moment for calls of the running file of tests. */
export async function cliContainersMadeSince(moment: number): Promise<string[]> {
  const { containers } = await tap();
  return (await engine()).containersMadeSince(moment, ({ name = "" }) => containers.includes(name));
}

/** For the end of a file of tests that makes calls: sees to it that they have left no container. */
export async function endCliCalls(): Promise<void> {
  await using ending = await tap();
  wiretap = undefined;
  const view = await engine();
  await eventuallyNone("containers of the command line", async () =>
    (await view.containers()).filter((name) => ending.containers.includes(name)),
  );
}

/** Starts `forgeai` and leaves it running. */
export async function startCli(
  words: readonly string[],
  environment: CliOptions["environment"] = {},
): Promise<CliProcess> {
  const { host } = await tap();
  return spawn(process.execPath, [CLI, ...words], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, DOCKER_HOST: host, ...environment },
  });
}

/** Calls `forgeai` in a pseudo-terminal, and resolves with all that comes to it. Its input is at its end. */
export async function runCliInTerminal(words: readonly string[]): Promise<Buffer> {
  const { host } = await tap();
  const quoted = [process.execPath, CLI, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const child = spawn("script", ["--quiet", "--command", quoted.join(" "), "/dev/null"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DOCKER_HOST: host },
  });
  const [output] = await Promise.all([buffer(child.stdout), once(child, "close")]);
  return output;
}

/** Calls `forgeai` and waits for its end. */
export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { stdout, ...rest } = await runCliForBytes(words, options);
  return { ...rest, stdout: stdout.toString() };
}

/** The same, with the output as it came. */
export async function runCliForBytes(
  words: readonly string[],
  { input = "", environment }: CliOptions = {},
): Promise<Omit<CliResult, "stdout"> & { readonly stdout: Buffer }> {
  const child = await startCli(words, environment);
  // Whoever refuses to run a program doesn't read what it would have been given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [status]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { status: typeof status === "number" ? status : null, stdout, stderr };
}

/** Resolves when the program has printed something. */
export async function firstData(child: CliProcess): Promise<string> {
  const [chunk] = await once(child.stdout, "data");
  return String(chunk);
}
