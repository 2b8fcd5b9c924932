import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { buffer, text } from "node:stream/consumers";

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

/** Starts `forgeai` and leaves it running. */
export function startCli(words: readonly string[], environment: CliOptions["environment"] = {}): CliProcess {
  return spawn(process.execPath, [CLI, ...words], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
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
  const child = startCli(words, environment);
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
