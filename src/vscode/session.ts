import { commands, type Disposable, type TextDocument } from "vscode";
import type { EndedEvent } from "../run/event.ts";
import { RunFailure } from "../run/failure.ts";
import type { Limits } from "../run/limits.ts";
import { createRunner, type Runner } from "../runner.ts";
import type { ContextKey } from "./contributions.ts";
import { ProblemsPanel } from "./diagnostics.ts";
import { nameOf, type Snapshot, takeSnapshot } from "./document.ts";
import { notifyEnd, notifyFailure } from "./notify.ts";
import { OutputView, type OutputWriter } from "./output.ts";
import { RunProgress } from "./progress.ts";
import { readSettings } from "./settings.ts";
import type { FinishedRun } from "./steps.ts";

interface ActiveRun {
  readonly abort: AbortController;
  readonly ended: Promise<unknown>;
}

/** What is to be run, and with which limits instead of those of the settings. */
interface Wish {
  readonly document: TextDocument;
  readonly limits: Partial<Limits>;
}

/** The runs of one window: one at a time, as they share the output channel. A new one ends the one before. */
export class RunSession implements Disposable {
  readonly #output = new OutputView();
  readonly #problems = new ProblemsPanel();
  #runner: Promise<Runner> | undefined;
  #active: ActiveRun | undefined;

  /**
   * Runs the document's text and resolves with how it ended; undefined where it could not be run, which the user has been told.
   * `limits` hold for this run, before those of the settings.
   */
  async run(document: TextDocument, limits: Partial<Limits> = {}): Promise<EndedEvent | undefined> {
    const abort = new AbortController();
    const ended = this.#runAfter(this.stop(), { document, limits }, abort.signal);
    this.#active = { abort, ended };
    await this.#tellRunning(true);
    try {
      return await ended;
    } finally {
      if (this.#active?.abort === abort) {
        this.#active = undefined;
        await this.#tellRunning(false);
      }
    }
  }

  /** Ends the run that goes on, if one does, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.#active?.abort.abort();
    // How it ended is told to whoever began it; a run that follows must not fail with it.
    await Promise.allSettled([this.#active?.ended]);
  }

  showOutput(): void {
    this.#output.reveal();
  }

  async #runAfter(earlier: Promise<void>, wish: Wish, signal: AbortSignal): Promise<EndedEvent | undefined> {
    await earlier;
    const { document, limits } = wish;
    this.#problems.clear(document.uri);
    const writer = this.#output.begin(nameOf(document));
    try {
      const snapshot = takeSnapshot(document);
      const ended = await this.#follow(snapshot, limits, writer, signal);
      this.#problems.show(snapshot, ended.problems);
      void notifyEnd(ended, this.#finish(wish));
      return ended;
    } catch (error) {
      if (!(error instanceof RunFailure)) throw error;
      writer.fail(error);
      void notifyFailure(error, this.#finish(wish));
      return undefined;
    }
  }

  /** What was raised for this run stays raised: else a program that lacks two things would lack one of them each time. */
  #finish({ document, limits }: Wish): FinishedRun {
    return {
      document,
      runAgain: (again, raised) => this.run(again, { ...limits, ...raised }),
      showOutput: () => this.showOutput(),
    };
  }

  async #follow(
    { document, language, file }: Snapshot,
    limits: Partial<Limits>,
    writer: OutputWriter,
    signal: AbortSignal,
  ): Promise<EndedEvent> {
    const settings = readSettings(document);
    const request = {
      language: language.id,
      files: [file],
      network: settings.network,
      limits: { ...settings.limits, ...limits },
    };
    this.#runner ??= createRunner({ executor: "container" });
    const runner = await this.#runner;
    using progress = new RunProgress(file.path, () => void this.stop());
    for await (const event of runner.run(request, { signal })) {
      if (event.type === "queued") progress.queued(event);
      if (event.type === "pulling") progress.pulling(event);
      if (event.type === "compiling" || event.type === "started") progress.started();
      writer.write(event);
      if (event.type === "ended") return event;
    }
    throw new TypeError("The run broke off without an end.");
  }

  async #tellRunning(running: boolean): Promise<void> {
    await commands.executeCommand("setContext", "forgeai.running" satisfies ContextKey, running);
  }

  async end(): Promise<void> {
    await this.stop();
    await (await this.#runner)?.[Symbol.asyncDispose]();
  }

  dispose(): void {
    this.#output.dispose();
    this.#problems.dispose();
  }
}
