import { commands, type Disposable, type TextDocument } from "vscode";
import type { EndedEvent } from "../run/event.ts";
import { RunFailure } from "../run/failure.ts";
import { createRunner, type Runner } from "../runner.ts";
import type { ContextKey } from "./contributions.ts";
import { ProblemsPanel } from "./diagnostics.ts";
import { type Snapshot, takeSnapshot } from "./document.ts";
import { notifyFailure, RunProgress } from "./notify.ts";
import { OutputView, type OutputWriter } from "./output.ts";
import { readSettings } from "./settings.ts";

interface ActiveRun {
  readonly abort: AbortController;
  readonly ended: Promise<unknown>;
}

/** The runs of one window: one at a time, as they share the output channel. A new one ends the one before. */
export class RunSession implements Disposable {
  readonly #output = new OutputView();
  readonly #problems = new ProblemsPanel();
  #runner: Promise<Runner> | undefined;
  #active: ActiveRun | undefined;

  /** Runs the document's text and resolves with how it ended; undefined where it could not be run, which the user has been told. */
  async run(document: TextDocument): Promise<EndedEvent | undefined> {
    const abort = new AbortController();
    const ended = this.#runAfter(this.stop(), document, abort.signal);
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
    await this.#active?.ended;
  }

  showOutput(): void {
    this.#output.reveal();
  }

  async #runAfter(
    earlier: Promise<void>,
    document: TextDocument,
    signal: AbortSignal,
  ): Promise<EndedEvent | undefined> {
    await earlier;
    this.#problems.clear(document.uri);
    const name = document.uri.path.split("/").at(-1) ?? "";
    const writer = this.#output.begin(name);
    try {
      const snapshot = takeSnapshot(document);
      const ended = await this.#follow(snapshot, writer, signal);
      this.#problems.show(snapshot, ended.problems);
      return ended;
    } catch (error) {
      if (!(error instanceof RunFailure)) throw error;
      writer.fail(error);
      void notifyFailure(error);
      return undefined;
    }
  }

  async #follow(
    { document, language, file }: Snapshot,
    writer: OutputWriter,
    signal: AbortSignal,
  ): Promise<EndedEvent> {
    const request = { language: language.id, files: [file], ...readSettings(document) };
    this.#runner ??= createRunner({ executor: "container" });
    const runner = await this.#runner;
    using progress = new RunProgress(file.path, () => void this.stop());
    for await (const event of runner.run(request, { signal })) {
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
