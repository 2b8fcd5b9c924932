import { commands, type Disposable, type OutputChannel, window } from "vscode";
import { OUTPUT_LANGUAGE, type PlaceSource, type RanFile } from "./links.ts";
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
    this.#writer = new OutputWriter({ append: (text) => channel.append(text), isShown: windowAnswers }, name);
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

/** Resolves when the window has come to what it was told last; a context key that nobody reads is what costs it least. */
function windowAnswers(): Thenable<unknown> {
  return commands.executeCommand("setContext", "forgeai.answered", true);
}
