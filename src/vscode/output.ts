import { type OutputChannel, window } from "vscode";
import type { EndedEvent, RunEvent } from "../run/event.ts";
import type { RunFailure } from "../run/failure.ts";
import { DEFAULT_LIMITS, formatBytes } from "../run/limits.ts";
import { TextDecoders } from "../run/text.ts";
import { firstLine, lastLine } from "./outputLines.ts";

/** How long output is gathered before it is shown: below what an eye sees, and each append is a message to the window. */
const GATHER_MS = 30;

/** The output channel: a header, what the program prints while it runs, and a last line that says how it ended. */
export class OutputView {
  readonly #channel: OutputChannel = window.createOutputChannel("ForgeAI");

  /** Shows the channel without taking the focus from the editor. */
  reveal(): void {
    this.#channel.show(true);
  }

  /** Empties the channel for a new run. */
  begin(name: string): OutputWriter {
    this.#channel.clear();
    this.reveal();
    return new OutputWriter(this.#channel, name);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

/** Writes one run. What an earlier run still has to say after another began is not shown. */
export class OutputWriter {
  readonly #channel: OutputChannel;
  readonly #name: string;
  readonly #decoders = new TextDecoders();
  #pending = "";
  #timer: NodeJS.Timeout | undefined;
  #atLineStart = true;
  readonly #shownBytes = { stdout: 0, stderr: 0 };
  #lostBytes = 0;
  #capacity = DEFAULT_LIMITS.outputBytes;

  constructor(channel: OutputChannel, name: string) {
    this.#channel = channel;
    this.#name = name;
  }

  /** Takes the next event of the run. */
  write(event: RunEvent): void {
    switch (event.type) {
      case "queued":
      case "pulling":
        break;
      case "compiling":
      case "started":
        this.#capacity = event.limits.outputBytes;
        if (event.type === "started") this.#line(firstLine(this.#name, event));
        break;
      case "stdout":
      case "stderr":
        this.#output(event);
        break;
      case "ended":
        this.#end(event);
        break;
    }
  }

  fail({ message, hint, tried }: RunFailure): void {
    this.#endOutput();
    this.#line(`✖ ${message}`);
    for (const { what, why } of tried) this.#line(`  tried ${what}: ${why}`);
    this.#line(`  ${hint}`);
    this.#flush();
  }

  #output(event: Extract<RunEvent, { data: Uint8Array }>): void {
    const data = event.data.subarray(0, this.#capacity - this.#shownBytes[event.type]);
    this.#shownBytes[event.type] += data.length;
    this.#lostBytes += event.data.length - data.length;
    this.#append(this.#decoders.decode({ type: event.type, data }));
  }

  #endOutput(): void {
    this.#append(this.#decoders.end("stdout") + this.#decoders.end("stderr"));
    if (this.#lostBytes > 0) this.#line(`[… ${formatBytes(this.#lostBytes)} more were left out …]`);
  }

  #end(event: EndedEvent): void {
    this.#endOutput();
    this.#line(lastLine(event));
    if (event.hint !== undefined) this.#line(`  ${event.hint}`);
    this.#flush();
  }

  #line(text: string): void {
    this.#append(`${this.#atLineStart ? "" : "\n"}${text}\n`);
  }

  #append(text: string): void {
    if (text === "") return;
    this.#pending += text;
    this.#atLineStart = text.endsWith("\n");
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending !== "") this.#channel.append(this.#pending);
    this.#pending = "";
  }
}
