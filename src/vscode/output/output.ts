import { setTimeout as sleep } from "node:timers/promises";
import { Disposable, type OutputChannel, type TextDocument, window, workspace } from "vscode";
import { OUTPUT_LANGUAGE } from "../contributions.ts";
import type { PlaceSource, RanFile } from "./links.ts";
import { OutputWriter } from "./outputWriter.ts";

export { OutputWriter } from "./outputWriter.ts";

/** The output channel. It shows one run at a time: what an earlier one still has to say after another began isn't shown. */
export class OutputView implements Disposable, PlaceSource {
  #channel: OutputChannel | undefined;
  #writer: OutputWriter | undefined;

  /** The files that the run in the channel can speak of. */
  get files(): readonly RanFile[] {
    return this.#writer?.files ?? [];
  }

  /** Shows the channel without taking the focus from the editor. */
  reveal(): void {
    this.#open().show(true);
  }

  /** Empties the channel for a new run. */
  begin(name: string): OutputWriter {
    const channel = this.#clear();
    this.#writer = new OutputWriter({ append: (text) => channel.append(text), isSeen }, name);
    return this.#writer;
  }

  /** Shows lines that belong to no run; they take the place of one that has ended. */
  report(title: string, lines: readonly string[]): void {
    if (this.#writer?.isOpen === true) this.#writer.interject([title, ...lines]);
    else this.#clear().append([title, ...lines, ""].join("\n"));
    this.reveal();
  }

  dispose(): void {
    this.#writer?.close();
    this.#channel?.dispose();
  }

  #clear(): OutputChannel {
    this.#writer?.close();
    this.#writer = undefined;
    this.#open().clear();
    this.reveal();
    return this.#open();
  }

  /** There is no channel before there is something to show. */
  #open(): OutputChannel {
    this.#channel ??= window.createOutputChannel("ForgeAI", OUTPUT_LANGUAGE);
    return this.#channel;
  }
}

/** How often the window looks for what was appended, in milliseconds. */
const LOOK_MS = 300;

/** A window that takes longer than that to show something is waited for no more. */
const LONGEST_MS = 5000;

/** Resolves when the channel's text changes in the window. */
async function isSeen(): Promise<void> {
  // It may be about to be opened.
  if (!workspace.textDocuments.some(isOutput)) return sleep(LOOK_MS);
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      subscriptions.dispose();
      resolve();
    };
    const timer = setTimeout(end, LONGEST_MS);
    const subscriptions = Disposable.from(
      workspace.onDidChangeTextDocument(({ document }) => isOutput(document) && end()),
      workspace.onDidCloseTextDocument((document) => isOutput(document) && end()),
    );
  });
}

function isOutput({ languageId }: TextDocument): boolean {
  return languageId === OUTPUT_LANGUAGE;
}
