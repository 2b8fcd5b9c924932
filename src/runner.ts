import type { Container, Executor } from "./container/container.ts";
import type { OutputEvent, Phase, PullEvent, RunEvent } from "./run/event.ts";
import { CANCELLED, decideCompileEnding, decideEnding, type Exit, programTooLarge } from "./run/outcome.ts";
import { ARTEFACT, type Job, type Plan, planRun, type Shape } from "./run/plan.ts";
import { RunRecord } from "./run/record.ts";
import type { RunRequest } from "./run/request.ts";

export interface RunnerOptions {
  /** "container": locked down, by Docker. "local": a plain process with all rights of the user. */
  readonly executor: "container" | "local";
  /** Put on every container, beside ForgeAI's own labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /** An abort ends the program; the run then ends as `cancelled`. */
  readonly signal?: AbortSignal;
}

/** Runs programs. Dispose of it to end what still runs. */
export interface Runner extends AsyncDisposable {
  /**
   * Runs one program. The last event is `ended`; leaving the loop early ends the program.
   * Throws a `RunFailure` where ForgeAI could not run it.
   */
  run(request: RunRequest, options?: RunOptions): AsyncGenerator<RunEvent, void, void>;
}

/** Makes a runner. Nothing is started or connected to before the first run. */
export async function createRunner({ executor, labels = {} }: RunnerOptions): Promise<Runner> {
  if (executor === "local") {
    const { LocalExecutor } = await import("./local/local.ts");
    return runnerOver(new LocalExecutor());
  }
  const { DockerExecutor } = await import("./container/docker.ts");
  return runnerOver(new DockerExecutor({ labels }));
}

/** A runner over any executor: a test brings its own. */
export function runnerOver(executor: Executor): Runner {
  return {
    run: (request, { signal = new AbortController().signal } = {}) => run(executor, request, signal),
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  };
}

/** The one use case: plan, compile where the language does, run, and say how it ended. */
async function* run(
  executor: Executor,
  request: RunRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, void> {
  const plan = planRun(request);
  await executor.check(plan);
  const record = new RunRecord(plan, executor.kind);
  try {
    const job = yield* compile(executor, plan, record, signal);
    if (job !== undefined) yield* execute(executor, { ...plan.run, job }, record, signal);
  } catch (error) {
    // Whatever broke off on the way to a program that nobody wants any more is the stop's doing.
    if (!signal.aborted) throw error;
  }
  yield record.end();
}

/** Returns the job that runs the program, or undefined where it could not be compiled. */
async function* compile(
  executor: Executor,
  { compile: phase, run: { job, shape } }: Plan,
  record: RunRecord,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Job | undefined, void> {
  if (phase === undefined) return job;
  await using container = yield* acquire(executor, phase.shape, record, signal);
  yield { type: "compiling", ...record.setting };
  const artefact = new Artefact(shape.limits.diskBytes);
  const exit = yield* observe(container, phase.job, "compile", record, signal, artefact);
  if (exit.exitCode !== 0 || exit.stopped !== undefined) {
    record.ending = decideCompileEnding(exit, phase.shape.limits);
  } else if (artefact.tooLarge) {
    record.ending = programTooLarge(artefact.bytes, shape.limits.diskBytes);
  } else {
    return { ...job, files: [...job.files, { path: ARTEFACT, content: artefact.content(), executable: true }] };
  }
  return undefined;
}

async function* execute(
  executor: Executor,
  { shape, job }: { readonly shape: Shape; readonly job: Job },
  record: RunRecord,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, void> {
  await using container = yield* acquire(executor, shape, record, signal);
  // All that is left to say where a stop costs the connection.
  record.ending = CANCELLED;
  yield { type: "started", ...record.setting };
  const exit = yield* observe(container, job, "run", record, signal);
  record.ending = decideEnding(exit, shape.limits);
}

async function* acquire(
  executor: Executor,
  shape: Shape,
  record: RunRecord,
  signal: AbortSignal,
): AsyncGenerator<PullEvent, Container, void> {
  const timer = record.timeAcquisition();
  for await (const event of executor.acquire(shape, signal)) {
    if (event.type === "acquired") {
      timer.acquired();
      // The first one's: a compiled program names the folder that it was compiled in.
      record.folder ??= event.container.folder;
      return event.container;
    }
    timer.pulling();
    yield event;
  }
  throw new TypeError("The executor gave no container.");
}

/** Passes on what a job prints, keeps what problems are read from, and returns how it ended. */
async function* observe(
  container: Container,
  job: Job,
  phase: Phase,
  record: RunRecord,
  signal: AbortSignal,
  artefact?: Artefact,
): AsyncGenerator<OutputEvent, Exit, void> {
  for await (const event of container.run(job, signal)) {
    if (event.type === "exit") {
      record.ended(phase, event);
      return event;
    }
    const { type, data } = event;
    if (type === "stdout" && artefact !== undefined) {
      artefact.push(data);
      continue;
    }
    if (type === "stderr") record.sawError(phase, data);
    yield { type, phase, data };
  }
  throw new TypeError("The container told no exit.");
}

/** The compiled program on its way from one container to the next, through memory; no more of it is kept than would fit there. */
class Artefact {
  readonly #capacity: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get tooLarge(): boolean {
    return this.#bytes > this.#capacity;
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (!this.tooLarge) this.#chunks.push(chunk);
  }

  content(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}
