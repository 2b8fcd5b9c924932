import type { Disposable, Terminal, TextDocument } from "vscode";
import type { EndedEvent, RunEvent } from "../run/event.ts";
import { RunFailure } from "../run/failure.ts";
import type { RunRequest } from "../run/request.ts";
import { type ActiveRun, ActiveRuns, type RunName } from "./activeRuns.ts";
import { ProblemsPanel } from "./problems/diagnostics.ts";
import { findOpen, nameOf } from "./document.ts";
import { findBeside } from "./include/includeBeside.ts";
import { findMissingPackages } from "./packages/missingPackages.ts";
import type { PlaceSource } from "./output/links.ts";
import { Log } from "./output/log.ts";
import { notifyEnd, notifyFailure } from "./notifications/notify.ts";
import { OutputView, type OutputWriter } from "./output/output.ts";
import { type Preferences, type Prepared, prepare, type Wish } from "./preparation.ts";
import { RunProgress } from "./notifications/progress.ts";
import type { Runners } from "./runners.ts";
import type { RunStateBoard } from "./lenses/runStates.ts";
import type { FinishedRun } from "./notifications/steps.ts";
import { RunTerminal, type TerminalIo } from "./terminal/terminal.ts";

type Place = ActiveRun["place"];

/** The runs of one window. In the output channel there is one at a time: a new one ends the one before. Terminals have one each. */
export class RunSession implements Disposable {
  readonly output = new OutputView();
  readonly #states: RunStateBoard;
  readonly #problems = new ProblemsPanel();
  readonly #log = new Log();
  readonly #active = new ActiveRuns();
  readonly #terminals = new WeakMap<Terminal, PlaceSource>();
  readonly #runners: Runners;
  readonly #preferences: Preferences;
  #last: { readonly wish: Wish; readonly place: Place } | undefined;

  constructor(runners: Runners, preferences: Preferences, states: RunStateBoard) {
    this.#states = states;
    this.#runners = runners;
    this.#preferences = preferences;
  }

  /** Runs what is wished for and resolves with how it ended; undefined where it could not be run, which the user has been told. */
  async run(wish: Wish): Promise<EndedEvent | undefined> {
    this.#last = { wish, place: "channel" };
    const earlier = this.#active.clearChannel();
    const run = newRun("channel", wish);
    return this.#active.follow(run, this.#runInChannel(earlier, wish, run));
  }

  /** The same in a terminal of its own, in which the program reads what is typed. */
  async runInTerminal(wish: Wish): Promise<EndedEvent | undefined> {
    this.#last = { wish, place: "terminal" };
    const run = newRun("terminal", wish);
    return this.#active.follow(run, this.#runAtTerminal(wish, run));
  }

  /** Runs once more what was run last, in its text as it is now; undefined where nothing was run yet. */
  async rerunLast(): Promise<EndedEvent | undefined> {
    if (this.#last === undefined) return undefined;
    const { wish, place } = this.#last;
    return this.#again(place, { ...wish, document: await findOpen(wish.document) });
  }

  /** The files that a terminal's output can speak of; undefined for one that is none of ours. */
  sourceOf(terminal: Terminal): PlaceSource | undefined {
    return this.#terminals.get(terminal);
  }

  get hasRun(): boolean {
    return this.#last !== undefined;
  }

  /** Ends a run, and resolves when it has ended: the one that is named, or the one in the output channel, or else the newest. */
  async stop(name?: RunName): Promise<void> {
    await this.#active.stop(name);
  }

  async #runInChannel(earlier: Promise<void>, wish: Wish, run: ActiveRun): Promise<EndedEvent | undefined> {
    await earlier;
    const writer = this.output.begin(nameOf(wish.document));
    try {
      return await this.#carryOut(wish, run, async (prepared) => {
        writer.introduce(prepared);
        return this.#show(this.#events(prepared, run), prepared, writer, run);
      });
    } catch (error) {
      if (error instanceof RunFailure) writer.fail(error);
      return this.#fail(error, wish, run);
    }
  }

  async #runAtTerminal(wish: Wish, run: ActiveRun): Promise<EndedEvent | undefined> {
    try {
      return await this.#carryOut(wish, run, async (prepared) => {
        const terminal = new RunTerminal({
          name: nameOf(wish.document),
          notes: prepared.notes,
          abort: run.abort,
          run: (io: TerminalIo) => this.#events(prepared, run, { terminal: io.terminal, stdin: io.stdin }),
        });
        this.#terminals.set(terminal.window, prepared.snapshot);
        return terminal.ended;
      });
    } catch (error) {
      return this.#fail(error, wish, run);
    }
  }

  /** What is the same wherever the output goes: problems, lenses, and what is next. */
  async #carryOut(
    wish: Wish,
    run: ActiveRun,
    follow: (prepared: Prepared) => Promise<EndedEvent>,
  ): Promise<EndedEvent> {
    const { document } = wish;
    this.#problems.clear(document.uri);
    const prepared = await prepare(wish, this.#preferences);
    const { snapshot, notes } = prepared;
    this.#log.noted(notes);
    run.name = { uri: document.uri, pieceId: snapshot.piece.id };
    using state = this.#states.begin(run.name, snapshot.files[0]?.version ?? document.version);
    const ended = await follow(prepared);
    state.end(ended);
    this.#problems.show(snapshot, ended.problems);
    void this.#offer(ended, prepared, wish, run);
    return ended;
  }

  async #offer(ended: EndedEvent, { snapshot, request }: Prepared, wish: Wish, run: ActiveRun): Promise<void> {
    const [beside, packages] = await Promise.all([
      findBeside(snapshot, ended.problems),
      findMissingPackages(ended, request),
    ]);
    await notifyEnd(ended, { ...this.#finish(wish, run.place), files: snapshot.files, beside, packages });
  }

  async *#events(
    { request, engine }: Prepared,
    { title, abort }: ActiveRun,
    more: Partial<RunRequest> = {},
  ): AsyncGenerator<RunEvent, void, void> {
    const runner = await this.#runners.over(engine);
    yield* this.#log.follow(title, runner.run({ ...request, ...more }, { signal: abort.signal }));
  }

  async #show(
    events: AsyncIterable<RunEvent>,
    { snapshot }: Prepared,
    writer: OutputWriter,
    run: ActiveRun,
  ): Promise<EndedEvent> {
    using progress = new RunProgress(nameOf(snapshot.document), () => run.abort.abort());
    for await (const event of events) {
      progress.show(event);
      await writer.write(event);
      if (event.type === "ended") return event;
    }
    throw new TypeError("The run broke off without an end.");
  }

  #fail(error: unknown, wish: Wish, run: ActiveRun): undefined {
    if (!(error instanceof RunFailure)) throw error;
    this.#log.failed(error);
    void notifyFailure(error, this.#finish(wish, run.place));
    return undefined;
  }

  /** What was raised for this run stays raised: else a program that lacks two things would lack one of them each time. */
  #finish(wish: Wish, place: Place): FinishedRun {
    return {
      document: wish.document,
      files: [],
      beside: new Map(),
      packages: [],
      runAgain: async (document: TextDocument, { limits = {}, beside = [], packages = wish.packages ?? false }) =>
        this.#again(place, {
          ...wish,
          document,
          limits: { ...wish.limits, ...limits },
          beside: [...wish.beside, ...beside],
          packages,
        }),
      showOutput: () => this.output.reveal(),
    };
  }

  async #again(place: Place, wish: Wish): Promise<EndedEvent | undefined> {
    return place === "channel" ? this.run(wish) : this.runInTerminal(wish);
  }

  /** Ends all that goes on. */
  async end(): Promise<void> {
    await this.#active.stopAll();
  }

  dispose(): void {
    for (const part of [this.output, this.#problems, this.#log, this.#active]) part.dispose();
  }
}

function newRun(place: Place, { document }: Wish): ActiveRun {
  return { place, title: nameOf(document), abort: new AbortController() };
}
