import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { RunFailure } from "../run/failure.ts";
import { type GivenIsolation, isGvisor } from "../run/isolation.ts";
import type { Exit } from "../run/outcome.ts";
import type { Job, Shape } from "../run/plan.ts";
import { WORK_FOLDER } from "../run/workFolder.ts";
import { type BootOrders, encodeJob, insideSeconds, UNTOLD_STATUS } from "./boot.ts";
import { BootReport } from "./bootReport.ts";
import type { Container, ExitEvent, Output } from "./container.ts";
import { Deadline } from "./deadline.ts";
import type { Engine, EngineExit, Watch } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import { blamesRuntime, couldNotStart, engineLost, programMissing, startBroke, startRefused } from "./engineFailure.ts";
import { gvisorFacts, killedFacts, reportedFacts, toldFacts } from "./exitFacts.ts";
import { InputWriter, inputFailed } from "./input.ts";
import { checkProof, DEFAULT_SANDBOX, runtimeBroken, type Sandbox } from "./isolation.ts";
import { readKernel, type ToldKernel } from "./kernel.ts";
import type { ContainerOptions } from "./lockdown.ts";
import { Demultiplexer } from "./output.ts";
import { sizesFailed, TerminalSession } from "./terminalSession.ts";

/** How long a started container may take until it has its job; 16 MB of files took less than a second. */
const BOOT_MS = 30_000;

/** An engine whose container's output has ended, or which was told to end it, and that doesn't report its end within this time is lost. */
const NEWS_MS = 4000;

/** The same for a runtime other than the engine's own: gVisor takes longer to end a fork bomb. */
const SANDBOX_NEWS_MS = 20_000;

/** An engine that is lost is given this long to remove a container before its loss is told; it is tried on in the background. */
const LAST_REMOVAL_MS = 500;

/** What the engine reports for a first process that SIGKILL ended. */
const KILLED_STATUS = 137;

/** Pauses before each further attempt at a removal, in milliseconds. */
const REMOVAL_PAUSES = [0, 100, 200, 400, 800, 1600, 3200];

/** Every process but the first, which takes no signals, and this one itself. */
const ASK_TO_END = ["/bin/sh", "-c", "kill -TERM -1"];

/** Whoever keeps the containers hears of them. */
export interface ContainerOwner {
  /** It is gone, or nothing more can be done about it. */
  readonly released: () => void;
  /** The engine was lost. */
  readonly lost: () => void;
}

/** One Docker container, from its creation to its removal. */
export class DockerContainer implements Container {
  readonly folder = WORK_FOLDER;
  readonly shape: Shape;
  readonly #engine: Engine;
  /** By which the engine knows it. */
  readonly name: string;
  readonly #owner: ContainerOwner;
  readonly sandbox: Sandbox;
  readonly cautions: string[] = [];
  readonly #lost: Promise<never>;
  readonly #pulse: Disposable;
  /** What has to stop as well where the caller never comes back to the run's events. */
  readonly #watchers: Disposable[] = [];
  #giveUp: (failure: RunFailure) => void = () => undefined;
  #watch: Promise<Watch> | undefined;
  #socket: Duplex | undefined;
  #output: AsyncGenerator<readonly Output[], void, void> | undefined;
  #patience: NodeJS.Timeout | undefined;
  #removed: Promise<void> | undefined;
  /** What is known of it at the engine: nothing while a creation isn't answered. */
  #state: "unknown" | "absent" | "present" | "ended" = "absent";
  #isLost = false;
  /** Its own word, which the engine hasn't confirmed. */
  #saidToEnd = false;
  #killed = false;

  constructor(engine: Engine, name: string, shape: Shape, owner: ContainerOwner, sandbox = DEFAULT_SANDBOX) {
    this.#engine = engine;
    this.name = name;
    this.shape = shape;
    this.#owner = owner;
    this.sandbox = sandbox;
    this.#lost = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.#lost.catch((failure: RunFailure) => this.#lose(failure));
    this.#pulse = engine.pulse.watch((error) => this.#giveUp(engineLost(error)));
  }

  get isolation(): GivenIsolation {
    return this.sandbox.isolation;
  }

  /** Throws the `EngineRefusal` with status 404 where the image isn't there, for other reasons a `RunFailure`. */
  async create(options: ContainerOptions): Promise<void> {
    this.#watch ??= this.#engine.watch(this.name);
    this.#state = "unknown";
    try {
      await this.unlessLost(Promise.all([this.#createIt(options), this.#watch]));
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) throw error;
      throw this.#failed(error);
    }
  }

  async #createIt(options: ContainerOptions): Promise<void> {
    try {
      const warnings = await this.#engine.create(this.name, options, this.shape.platform);
      this.cautions.push(...warnings.map((warning) => `The engine can't do all that was asked: ${warning}`));
      this.#state = "present";
    } catch (error) {
      if (error instanceof EngineRefusal) this.#state = "absent";
      throw error;
    }
  }

  /**
   * Leaves the container waiting for its job. Throws an `isolation-unavailable` where it isn't kept apart as its sandbox promises:
   * nothing of the job has been sent then.
   */
  async start(): Promise<void> {
    try {
      const { terminal } = this.shape;
      const { proof, runtime } = this.sandbox;
      this.#socket = await this.unlessLost(
        terminal ? this.#engine.attachTerminal(this.name) : this.#engine.attach(this.name),
      );
      // Whoever reads it sees what broke; until then nobody does, and an error that nobody hears ends the process.
      this.#socket.on("error", () => undefined);
      await this.unlessLost(this.#engine.start(this.name));
      const output = this.#pieces(this.#socket);
      this.#output = output;
      if (proof === undefined) return;
      const { kernel, rest } = await this.unlessLost(this.#askKernel(output));
      checkProof(proof, runtime, kernel);
      this.#output = withFirst([{ type: "stdout", data: rest }], output);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Output | ExitEvent, void, void> {
    if (this.#socket === undefined || this.#output === undefined)
      throw new TypeError("The container has not been started.");
    const report = new BootReport(this.shape);
    const { timeoutMs } = this.shape.limits;
    const orders = { mark: report.mark, deadlineSeconds: insideSeconds(timeoutMs) };
    using deadline = new Deadline({ signal, end: (how) => void this.#end(how) });
    using session = this.#openSession(job, orders);
    using input = new InputWriter(this.#socket, session ?? encodeJob(job, orders), job.stdin);
    using boot = this.#hurryUp(report);
    this.#watchers.push(deadline, input, boot);
    if (session !== undefined) this.#watchers.push(session);
    try {
      for await (const pieces of this.#output) {
        const printed = pieces.flatMap((piece) => report.take(piece));
        // Before what was printed is handed on: whoever takes it may take long.
        if (report.state === "started") deadline.begin(timeoutMs);
        session?.notice(report);
        yield* printed;
        if (report.state === "missing" || report.end !== undefined || report.isBroken) break;
      }
      yield* report.rest();
      const facts = await this.#exit(report, deadline, job);
      if (input.failure !== undefined) throw inputFailed(input.failure.error);
      if (session?.failure !== undefined) throw sizesFailed(session.failure.error);
      const stopped = deadline.reason ?? facts.stopped;
      yield { type: "exit", ...facts, ...(stopped && { stopped }), runMs: deadline.elapsedMs };
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Undefined where the run has no terminal. */
  #openSession(job: Job, orders: BootOrders): TerminalSession | undefined {
    const { terminal } = job;
    if ((terminal !== undefined) !== this.shape.terminal) throw new TypeError("The job is made for another shape.");
    if (terminal === undefined) return undefined;
    return new TerminalSession({
      terminal,
      makeJob: (size) => encodeJob(job, { ...orders, terminal: size }),
      resize: async (size) => this.#engine.resize(this.name, size),
    });
  }

  async #askKernel(output: AsyncIterator<readonly Output[]>): Promise<ToldKernel> {
    const patience = setTimeout(() => this.#giveUp(saidNothing()), BOOT_MS);
    this.#watchers.push({ [Symbol.dispose]: () => clearTimeout(patience) });
    let said = Buffer.alloc(0);
    for (;;) {
      const next = await output.next();
      if (!next.done) said = Buffer.concat([said, ...next.value.map(({ data }) => data)]);
      const told = readKernel(said);
      if (told === undefined && !next.done) continue;
      clearTimeout(patience);
      if (told !== undefined) return told;
      throw await this.#startBroke(said.toString().trim());
    }
  }

  async *#pieces(socket: Duplex): AsyncGenerator<Output[], void, void> {
    if (this.shape.terminal) {
      // It has no frames.
      for await (const data of socket) yield [{ type: "stdout", data }];
      return;
    }
    const output = new Demultiplexer();
    for await (const chunk of socket) yield [...output.push(chunk)];
    if (output.truncated) throw new Error("the program's output broke off in the middle");
  }

  /** What the container tells itself is enough; where it could tell nothing, the engine says how it ended. */
  async #exit(report: BootReport, { reason }: Deadline, { command }: Job): Promise<Omit<Exit, "runMs">> {
    if (report.state === "missing") throw programMissing(this.shape.image, command[0]);
    if (report.end !== undefined) {
      this.#saidToEnd = true;
      return toldFacts(report.end);
    }
    // The end of the output confirms that our kill was the end.
    if (this.#killed && reason !== undefined) return killedFacts();
    // Of a flood that was stopped, Docker drops what nobody has taken 2 s later, and what is told behind it.
    const mayBeCut = reason !== undefined && !report.hasGarbledEnd;
    if (report.isBroken || (report.hasEndOnOneSide && !mayBeCut)) throw engineLost("what it sent was garbled");
    const exit = await this.#news();
    this.#state = "ended";
    if (exit.outOfMemory || reason !== undefined) return reportedFacts(exit);
    if (report.state === "started" && isGvisor(this.sandbox.runtime)) return gvisorFacts(exit);
    if (this.shape.terminal && exit.status === UNTOLD_STATUS) return toldFacts({ how: "lost" });
    if (report.state === "booting" && report.preamble !== "") throw await this.#startBroke(report.preamble);
    // The first process tells its program's end before its own, unless it is killed from outside.
    if (report.state === "booting" || exit.status !== KILLED_STATUS) throw engineLost("the program's output broke off");
    return reportedFacts(exit);
  }

  async #startBroke(words: string): Promise<RunFailure> {
    const { image } = this.shape;
    return startBroke(image, words, () => this.#engine.platformOf(image));
  }

  async #news(): Promise<EngineExit> {
    const watch = await this.#watch;
    if (watch === undefined) throw new TypeError("The container has not been created.");
    this.#expectNews("the program's output ended, and not the program");
    return this.unlessLost(watch.exit);
  }

  #expectNews(otherwise: string): void {
    const patienceMs = this.sandbox.runtime === undefined ? NEWS_MS : SANDBOX_NEWS_MS;
    this.#patience ??= setTimeout(() => this.#giveUp(engineLost(otherwise)), patienceMs);
  }

  #hurryUp(report: BootReport): Disposable {
    const timer = setTimeout(() => {
      if (report.state === "booting") this.#giveUp(saidNothing());
    }, BOOT_MS);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  }

  async #end(how: "politely" | "by-force"): Promise<void> {
    try {
      if (how === "politely") return await this.#engine.execute(this.name, ASK_TO_END);
      this.#expectNews("it was told to end the container and didn't");
      await this.#engine.kill(this.name);
      this.#killed = true;
    } catch (error) {
      // A refusal says that the program has ended meanwhile, which will be told as well, or that it leaves no room for a process.
      if (!(error instanceof EngineRefusal)) this.#giveUp(engineLost(error));
    }
  }

  /** Rejects with an `engine-lost` where the engine is lost before the call is answered. */
  async unlessLost<T>(call: Promise<T>): Promise<T> {
    return Promise.race([call, this.#lost]);
  }

  #failed(error: unknown): RunFailure {
    const { runtime } = this.sandbox;
    const failure = couldNotStart(error);
    if (failure.code === "engine-lost") this.#giveUp(failure);
    return runtime !== undefined && blamesRuntime(failure) ? runtimeBroken(this.sandbox, failure) : failure;
  }

  #lose(failure: RunFailure): void {
    this.#isLost = failure.code === "engine-lost";
    if (this.#isLost) this.#owner.lost();
    this.#socket?.destroy(failure);
  }

  /** Ends whatever runs and removes the container. Doesn't wait for that where nothing should run any more; `gone` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#removed ??= this.#remove();
    if (this.#saidToEnd) return;
    await (this.#isLost ? Promise.race([this.#removed, wait(LAST_REMOVAL_MS)]) : this.#removed);
  }

  async gone(): Promise<void> {
    await this.#removed;
  }

  async #remove(): Promise<void> {
    clearTimeout(this.#patience);
    for (const watcher of [this.#pulse, ...this.#watchers]) watcher[Symbol.dispose]();
    this.#socket?.destroy();
    void this.#watch?.then((watch) => watch[Symbol.dispose]()).catch(() => undefined);
    for (const pause of REMOVAL_PAUSES) {
      if (this.#state === "absent" || this.#state === "ended") break;
      await wait(pause);
      await this.#removeOnce();
    }
    this.#owner.released();
  }

  /** What can't be removed now is ended by its own deadline and removed by the engine, or by a later start's sweep. */
  async #removeOnce(): Promise<void> {
    const found = await this.#engine.remove(this.name).catch(() => undefined);
    // One that isn't there may still be in the making, where its creation wasn't answered.
    if (found === true || (found === false && this.#state === "present")) this.#state = "ended";
  }
}

function saidNothing(): RunFailure {
  return startRefused(`nothing, for ${BOOT_MS / 1000} s`);
}

async function* withFirst<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  yield first;
  yield* others;
}
