import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { Container, ExitEvent, Output } from "../container/container.ts";
import { Deadline } from "../container/deadline.ts";
import { inputFailed, InputWriter } from "../container/input.ts";
import { messageOf, RunFailure } from "../run/failure.ts";
import { formatBytes } from "../run/limits.ts";
import type { Exit } from "../run/outcome.ts";
import type { Job, JobFile, Shape } from "../run/plan.ts";
import { LateOutput } from "./lateOutput.ts";
import { mergeStreams } from "./mergeStreams.ts";
import { ProcessTree } from "./processTree.ts";
import { toolchainMissing } from "./toolchain.ts";

/** How often memory is looked at. What a program takes and gives back in between isn't seen: hence "best effort". */
const MEMORY_WATCH_MS = 100;

/** One job as a process, in a folder of its own that is removed with it. */
export class LocalProcess implements Container {
  readonly isolation = "process";
  readonly cautions: readonly string[] = [];
  readonly folder: string;
  readonly #shape: Shape;
  readonly #release: () => void;
  readonly #tree = new ProcessTree();
  /** What has to stop as well where the caller never comes back to the run's events. */
  readonly #watchers: Disposable[] = [];
  #outOfMemory: string | undefined;
  #late: LateOutput | undefined;
  #removed: Promise<void> | undefined;

  constructor(folder: string, shape: Shape, release: () => void) {
    this.folder = folder;
    this.#shape = shape;
    this.#release = release;
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Output | ExitEvent, void, void> {
    await Promise.all(job.files.map((file) => this.#write(file)));
    signal.throwIfAborted();
    const child = await this.#start(job);
    using deadline = new Deadline({ signal, end: (how) => void this.#tree.end(how) });
    deadline.begin(this.#shape.limits.timeoutMs);
    using input = new InputWriter(child.stdin, new Uint8Array(), job.stdin);
    using watch = this.#watchMemory();
    this.#watchers.push(deadline, input, watch);
    const end = this.#end(child, deadline);
    yield* this.#read(child, job);
    const exit = await end;
    if (input.failure !== undefined) throw inputFailed(input.failure.error);
    if (job.artefact !== undefined && exit.exitCode === 0) {
      yield { type: "stdout", data: await readFile(join(this.folder, job.artefact)) };
    }
    yield { type: "exit", ...exit };
  }

  async #write({ path, content, executable = false }: JobFile): Promise<void> {
    const target = join(this.folder, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, content, { mode: executable ? 0o700 : 0o600 });
  }

  async #start({ command: [program, ...args] }: Job): Promise<ReturnType<typeof spawnPiped>> {
    const child = spawnPiped(program, args, this.folder, {
      ...process.env,
      ...this.#shape.environment,
      ...this.#tree.mark,
    });
    // At once: whoever disposes of this place while the process starts means that one too.
    this.#tree.root = child.pid;
    try {
      await once(child, "spawn");
    } catch (error) {
      throw couldNotStart(program, error);
    }
    return child;
  }

  async *#read({ stdout, stderr }: { stdout: Readable; stderr: Readable }, { artefact }: Job): AsyncGenerator<Output> {
    const [out, err] = artefact === undefined ? (["stdout", "stderr"] as const) : (["stderr", "stderr"] as const);
    const pieces = mergeStreams([
      { type: out, stream: stdout },
      { type: err, stream: stderr },
    ]);
    for await (const piece of pieces) {
      this.#late?.count(piece.data.length);
      yield piece;
    }
  }

  /** The program's end is the end of all that it started, as in a container; that also closes the streams they share. */
  async #end(child: ReturnType<typeof spawnPiped>, deadline: Deadline): Promise<Exit> {
    await once(child, "exit");
    // Whoever takes long to read what it printed doesn't make it run longer.
    deadline[Symbol.dispose]();
    await this.#tree.end("by-force");
    this.#late = new LateOutput([child.stdout, child.stderr]);
    return {
      exitCode: child.exitCode,
      signal: child.signalCode,
      ...(deadline.reason && { stopped: deadline.reason }),
      ...(this.#outOfMemory !== undefined && { refused: { memory: this.#outOfMemory } }),
      runMs: deadline.elapsedMs,
    };
  }

  #watchMemory(): Disposable {
    const { memoryBytes } = this.#shape.limits;
    const look = async (): Promise<void> => {
      const bytes = await this.#tree.residentBytes();
      if (bytes <= memoryBytes || this.#outOfMemory !== undefined) return;
      this.#outOfMemory = `its processes held ${formatBytes(bytes)} when they were measured`;
      await this.#tree.end("by-force");
    };
    const timer = setInterval(() => void look(), MEMORY_WATCH_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#removed ??= this.#remove();
    await this.#removed;
  }

  async #remove(): Promise<void> {
    for (const watcher of this.#watchers) watcher[Symbol.dispose]();
    await this.#tree.end("by-force");
    await removeFolder(this.folder).finally(this.#release);
  }
}

async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  // What lies in a folder without write permission, as Go's module cache has them, can't be removed by its owner either.
  await remove().catch(async () => {
    await makeWritable(folder);
    await remove();
  });
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
}

function spawnPiped(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  // A session of its own, where there are such: a Ctrl+C in our terminal is ours to pass on.
  return spawn(program, args, { cwd, env, stdio: "pipe", detached: process.platform !== "win32", windowsHide: true });
}

function couldNotStart(program: string, error: unknown): RunFailure {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return toolchainMissing(program);
  return new RunFailure({
    code: "start-failed",
    message: `${program} could not be started: ${messageOf(error)}.`,
    hint: "Run in a container instead: --container.",
    cause: error,
  });
}
