import { availableParallelism } from "node:os";
import type { Container, Executor, Output } from "./container/container.ts";
import type { SnapshotPolicy } from "./container/docker.ts";
import type { NamedEngine } from "./container/endpoint.ts";
import { LANGUAGES } from "./language/catalog.ts";
import type { Language } from "./language/language.ts";
import { Artefact } from "./run/artefact.ts";
import type { EngineReport } from "./run/engineReport.ts";
import type { InstallingEvent, OutputEvent, Phase, PullEvent, QueuedEvent, RunEvent } from "./run/event.ts";
import { badRequest } from "./run/failure.ts";
import { checkMirror, throughMirror } from "./run/mirror.ts";
import { CANCELLED, decideCompileEnding, decideEnding, type Exit, programTooLarge } from "./run/outcome.ts";
import { OutputLimit } from "./run/outputLimit.ts";
import { ARTEFACT, type Job, type Plan, planRun, type Shape } from "./run/plan.ts";
import { Queue, type QueueBounds, type Turn } from "./run/queue.ts";
import { RunRecord } from "./run/record.ts";
import type { RunRequest } from "./run/request.ts";
import { type Stop, Stops } from "./run/stop.ts";

export type { SnapshotPolicy } from "./container/docker.ts";
export type { NamedEngine } from "./container/endpoint.ts";

/** How many runs wait where nobody says how many may: far more than people start, few enough to hold in memory. */
const DEFAULT_QUEUE = 1000;

export interface RunnerOptions extends Partial<QueueBounds> {
  /** "container": locked down, by Docker. "local": a plain process with all rights of the user. */
  readonly executor: "container" | "local";
  /** Put on every container, beside ForgeAI's own labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The engine that runs the containers; where none is named, the one that the docker command would use. */
  readonly engine?: NamedEngine | undefined;
  /**
   * Images that ForgeAI derives from a language's own to make it quick: "make" makes those that runs miss, in the background and
   * while none goes on; "use", the default, only uses those that are there.
   */
  readonly snapshots?: SnapshotPolicy | undefined;
  /**
   * Where the languages' official images come from instead of Docker's own registry: "registry.example/hub" stands for
   * `registry.example/hub/library/python:3.14-alpine`. An image that a request names is taken as it is named.
   */
  readonly mirror?: string | undefined;
}

export interface RunOptions {
  /** An abort ends the program, or the waiting for its turn; the run then ends as `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface ExamineOptions {
  /** The languages whose images are looked for; the built-in ones where they are left out. */
  readonly languages?: readonly Language[] | undefined;
  /** An abort ends the asking; what is thrown then is its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs programs: so many at a time, and the others in the order in which they come. Dispose of it to end what still runs or waits. */
export interface Runner extends AsyncDisposable {
  /**
   * Runs one program. The last event is `ended`; leaving the loop early ends the program.
   * Throws a `RunFailure` where ForgeAI could not run it: `busy` where too many wait already.
   */
  run(request: RunRequest, options?: RunOptions): AsyncGenerator<RunEvent, void, void>;
  /**
   * Looks for the engine anew and asks what it is, what it can hold programs to, and which images it has. Changes nothing.
   * Throws a `RunFailure`: `engine-unavailable` or `engine-lost` as a run would, `bad-request` where plain processes are run.
   */
  examine(options?: ExamineOptions): Promise<EngineReport>;
}

/**
 * Makes a runner: by default for as many runs at a time as the machine has cores, and 1000 that wait.
 * Nothing is started or connected to before the first run. Throws a `bad-request` for bounds and a mirror that can't be.
 */
export async function createRunner({
  executor,
  labels = {},
  engine,
  snapshots,
  mirror,
  ...bounds
}: RunnerOptions): Promise<Runner> {
  if (executor === "local") {
    if (mirror !== undefined) {
      throw badRequest(
        "A local run takes no images, from no mirror either.",
        "Run in a container, with --container, or leave --image-mirror out.",
      );
    }
    const { LocalExecutor } = await import("./local/local.ts");
    return runnerOver(new LocalExecutor(), bounds);
  }
  const { DockerExecutor } = await import("./container/docker.ts");
  return runnerOver(new DockerExecutor({ labels, engine, snapshots, mirror }), { ...bounds, mirror });
}

/** A runner over any executor: a test brings its own. Throws a `bad-request` for bounds and a mirror that can't be. */
export function runnerOver(
  executor: Executor,
  {
    concurrency = availableParallelism(),
    queue = DEFAULT_QUEUE,
    mirror,
  }: Partial<QueueBounds> & Pick<RunnerOptions, "mirror"> = {},
): Runner {
  if (mirror !== undefined) checkMirror(mirror);
  const mirrored = <Asked extends Pick<RunRequest, "languages">>(asked: Asked): Asked =>
    mirror === undefined ? asked : { ...asked, languages: throughMirror(asked.languages ?? LANGUAGES, mirror) };
  const setup = { executor, queue: new Queue({ concurrency, queue }), stops: new Stops() };
  return {
    run: (request, { signal } = {}) => run(setup, mirrored(request), signal),
    examine: (options = {}) => examine(executor, mirrored(options)),
    [Symbol.asyncDispose]: async () => {
      setup.stops.close();
      await executor[Symbol.asyncDispose]();
    },
  };
}

async function examine(
  executor: Executor,
  { languages = LANGUAGES, signal = new AbortController().signal }: ExamineOptions,
): Promise<EngineReport> {
  if (executor.examine === undefined)
    throw badRequest("Plain processes have no engine to examine.", 'Make a runner with the executor "container".');
  return executor.examine(languages, signal);
}

/** What all runs of a runner share. */
interface Setup {
  readonly executor: Executor;
  readonly queue: Queue;
  readonly stops: Stops;
}

/** What all steps of one run share. */
interface Course {
  readonly executor: Executor;
  readonly plan: Plan;
  readonly stop: Stop;
  readonly record: RunRecord;
}

/** The one use case: plan, wait for its turn, compile where the language does, run, and say how it ended. */
async function* run(
  { executor, queue, stops }: Setup,
  request: RunRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, void, void> {
  const plan = planRun(request);
  using stop = stops.open(signal);
  const course = { executor, plan, stop, record: new RunRecord(plan, executor.kind) };
  if (stop.reason === undefined) {
    // Given back before the end is told: whoever hears of it may start the next.
    using turn = queue.enter();
    yield* waitFor(turn, course);
    yield* carryOut(course);
  }
  yield course.record.end();
}

async function* waitFor(turn: Turn, { record, stop }: Course): AsyncGenerator<QueuedEvent, void, void> {
  const since = performance.now();
  let waited = false;
  for await (const ahead of turn.wait(stop.signal)) {
    waited = true;
    yield { type: "queued", ahead };
  }
  if (waited) record.queuedMs = performance.now() - since;
}

async function* carryOut(course: Course): AsyncGenerator<RunEvent, void, void> {
  const { executor, plan, stop } = course;
  if (stop.reason !== undefined) return;
  try {
    await executor.check(plan);
    const ready = plan.request.packages === undefined ? course : yield* install(course);
    const job = yield* compile(ready);
    if (job !== undefined) yield* execute(ready, job);
  } catch (error) {
    // Whatever broke off on the way to a program that nobody wants any more is the stop's doing.
    if (stop.reason !== "cancelled") throw error;
  }
}

/** Returns the course with a plan in an image that has the program's packages. */
async function* install(course: Course): AsyncGenerator<PullEvent | InstallingEvent, Course, void> {
  const { executor, plan, record, stop } = course;
  // Few runs ask for packages.
  const { inImage, planInstallation } = await import("./packages/packages.ts");
  const installation = planInstallation(plan);
  if (executor.install === undefined || installation === undefined) return course;
  const { shape } = plan.compile ?? plan.run;
  const { image, packages, installMs } = yield* executor.install(installation, shape, stop.signal);
  record.installed(packages, installMs);
  return { ...course, plan: inImage(plan, installation, image) };
}

/** Returns the job that runs the program, or undefined where it could not be compiled. */
async function* compile(course: Course): AsyncGenerator<RunEvent, Job | undefined, void> {
  const { executor, plan, record } = course;
  const { compile: phase, run: next } = plan;
  if (phase === undefined) return next.job;
  await using container = yield* acquire(course, phase.shape);
  yield { type: "compiling", ...record.setting };
  const { diskBytes } = next.shape.limits;
  const artefact = new Artefact(diskBytes);
  const exit = yield* observe(course, container, { phase: "compile", job: phase.job, pass: keepProgram(artefact) });
  if (exit.exitCode !== 0 || exit.stopped !== undefined) {
    record.ending = decideCompileEnding(exit, phase.shape.limits, executor.kind);
  } else if (artefact.tooLarge) {
    record.ending = programTooLarge(artefact.bytes, diskBytes);
  } else {
    const file = { path: ARTEFACT, content: artefact.content(), executable: true };
    return { ...next.job, files: [...next.job.files, file] };
  }
  return undefined;
}

async function* execute(course: Course, job: Job): AsyncGenerator<RunEvent, void, void> {
  const { executor, plan, record } = course;
  await using container = yield* acquire(course, plan.run.shape);
  // All that is left to say where a stop costs the connection.
  record.ending = CANCELLED;
  yield { type: "started", ...record.setting };
  const exit = yield* observe(course, container, { phase: "run", job, pass: holdToOutputLimit(course) });
  record.ending = decideEnding(exit, plan.limits, executor.kind);
}

async function* acquire({ executor, record, stop }: Course, shape: Shape): AsyncGenerator<PullEvent, Container, void> {
  const timer = record.timeAcquisition();
  for await (const event of executor.acquire(shape, stop.signal)) {
    if (event.type === "acquired") {
      timer.acquired();
      // The first one's: a compiled program names the folder that it was compiled in.
      record.folder ??= event.container.folder;
      const { isolation, cautions } = event.container;
      record.setting = { ...record.setting, isolation, ...(cautions.length > 0 && { cautions }) };
      return event.container;
    }
    timer.pulling();
    yield event;
  }
  throw new TypeError("The executor gave no container.");
}

/** What of a piece of output is shown; it may be nothing. */
type Pass = (piece: Output) => Uint8Array;

const NOTHING = new Uint8Array();

/** A compiler's standard output is the program. */
function keepProgram(artefact: Artefact): Pass {
  return ({ type, data }) => {
    if (type === "stderr") return data;
    artefact.push(data);
    return NOTHING;
  };
}

/** Ends a program that prints too much, where the request says so. */
function holdToOutputLimit({ plan, stop }: Course): Pass {
  if (plan.request.onOutputLimit !== "stop") return ({ data }) => data;
  const limit = new OutputLimit(plan.limits.outputBytes);
  return (piece) => {
    const data = limit.admit(piece);
    if (limit.exceeded) stop.request("output-limit");
    return data;
  };
}

interface Step {
  readonly phase: Phase;
  readonly job: Job;
  readonly pass: Pass;
}

/** Shows what a job prints, keeps what problems are read from, and returns how it ended. */
async function* observe(
  { record, stop }: Course,
  container: Container,
  { phase, job, pass }: Step,
): AsyncGenerator<OutputEvent, Exit, void> {
  for await (const event of container.run(job, stop.signal)) {
    if (event.type === "exit") return record.ended(phase, nameStop(event, stop));
    const { type } = event;
    const data = pass(event);
    if (data.length === 0) continue;
    record.sawOutput(phase, { type, data });
    yield { type, phase, data };
  }
  throw new TypeError("The container told no exit.");
}

/** A container knows that it was told to end a program, not why. A time-out that came first stays one. */
function nameStop(exit: Exit, { reason }: Stop): Exit {
  return reason === "output-limit" && exit.stopped !== "timeout" ? { ...exit, stopped: reason } : exit;
}
