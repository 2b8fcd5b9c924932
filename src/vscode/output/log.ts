import { type Disposable, type LogOutputChannel, window } from "vscode";
import type { RunEvent } from "../../run/event.ts";
import type { RunFailure } from "../../run/failure.ts";
import { beginLine, endLine, failureText, pullLine } from "./logLines.ts";

/** What ForgeAI itself did, for whoever looks for a fault: nothing that a program printed, and nothing of its text. */
export class Log implements Disposable {
  #channel: LogOutputChannel | undefined;

  /** Passes on the events of a run, and takes down when it began, what was pulled for it, and how it ended. */
  async *follow(name: string, events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent, void, void> {
    const pulled = new Set<string>();
    let hasBegun = false;
    for await (const event of events) {
      if (event.type === "pulling" && !pulled.has(event.image)) {
        pulled.add(event.image);
        this.#open().info(pullLine(event));
      }
      if ((event.type === "compiling" || event.type === "started") && !hasBegun) {
        hasBegun = true;
        this.#open().info(beginLine(name, event));
      }
      if (event.type === "ended") this.#open().info(endLine(name, event));
      yield event;
    }
  }

  /** Takes down what could not be run, and why. */
  failed(failure: RunFailure): void {
    this.#open().error(failureText(failure));
  }

  /** Takes down what a run does without: settings that don't hold, files that are left out. */
  noted(notes: readonly string[]): void {
    for (const note of notes) this.#open().warn(note);
  }

  dispose(): void {
    this.#channel?.dispose();
  }

  /** There is no channel before there is something to take down. */
  #open(): LogOutputChannel {
    this.#channel ??= window.createOutputChannel("ForgeAI Log", { log: true });
    return this.#channel;
  }
}
