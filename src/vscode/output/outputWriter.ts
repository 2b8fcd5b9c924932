import type { OutputEvent, RunEvent, Setting } from "../../run/event.ts";
import type { RunFailure } from "../../run/failure.ts";
import { DEFAULT_LIMITS } from "../../run/limits.ts";
import type { RanFile } from "./links.ts";
import { failureLines, firstLines, lastLines, leftOutLine } from "./outputLines.ts";
import { PacedPaper, type Paper } from "./pacedPaper.ts";
import { ShownStream } from "./shownStream.ts";

/** How many bytes are read at a time: less than a millisecond's work. */
const READ_BYTES = 16 * 1024;

/** What is known of a run before it begins. */
export interface Introduction {
  readonly snapshot: { readonly files: readonly RanFile[] };
  /** What is to stand below the first line, a line each. */
  readonly notes: readonly string[];
}

/** Writes one run: a header, what it prints while it runs, and how it ended. */
export class OutputWriter {
  readonly #paper: PacedPaper;
  readonly #name: string;
  #notes: readonly string[] = [];
  #files: readonly RanFile[] = [];
  #streams = newStreams();
  #droppedBytes = 0;
  #capacity = DEFAULT_LIMITS.outputBytes;
  #hasHeader = false;
  #isOpen = true;

  /** `name` is what people call the program. */
  constructor(paper: Paper, name: string) {
    this.#paper = new PacedPaper(paper);
    this.#name = name;
  }

  /** Whether there is still something to come. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The files that it can speak of. */
  get files(): readonly RanFile[] {
    return this.#files;
  }

  introduce({ snapshot, notes }: Introduction): void {
    this.#files = snapshot.files;
    this.#notes = notes;
  }

  /**
   * Takes the next event of the run; wait for it, so that a flood leaves others their turn. What is to be shown may be behind,
   * even after the end: a program doesn't wait for the window.
   */
  async write(event: RunEvent): Promise<void> {
    switch (event.type) {
      case "queued":
      case "pulling":
      case "installing":
        return;
      case "compiling":
        return this.#begin(event);
      case "started":
        // What the compiler printed takes nothing from what the program may.
        this.#endStreams();
        return this.#begin(event);
      case "stdout":
      case "stderr":
        return this.#show(event);
      case "ended":
        // Who stops a flood doesn't want to see the rest of it.
        if (event.outcome === "cancelled") this.#droppedBytes += this.#paper.drop();
        return this.#end(lastLines(event));
    }
  }

  /** Says why it could not be run, or not to its end. */
  fail(failure: RunFailure): void {
    this.#end([...(this.#hasHeader ? [] : this.#noteLines()), ...failureLines(failure)]);
  }

  /** Says something between what the program prints. */
  interject(lines: readonly string[]): void {
    this.#paper.addLines(lines);
    this.#paper.flush();
  }

  /** Lets go of the paper: what this run still has to say is not shown. */
  close(): void {
    this.#isOpen = false;
    this.#paper.close();
  }

  #begin(setting: Setting): void {
    this.#capacity = setting.limits.outputBytes;
    if (this.#hasHeader) return;
    this.#hasHeader = true;
    this.#paper.addLines([...firstLines(this.#name, setting), ...this.#noteLines()]);
  }

  async #show({ type, data }: OutputEvent): Promise<void> {
    for (let at = 0; at < data.length; at += READ_BYTES) {
      this.#paper.add(this.#streams[type].take(data.subarray(at, at + READ_BYTES), this.#capacity));
      await this.#paper.takeTurns();
    }
  }

  #end(lines: readonly string[]): void {
    this.#endStreams();
    this.#paper.addLines(lines);
    this.#paper.flush();
    this.#isOpen = false;
  }

  #endStreams(): void {
    const streams = Object.values(this.#streams);
    for (const stream of streams) this.#paper.add(stream.end());
    const lostBytes = streams.reduce((sum, stream) => sum + stream.lostBytes, this.#droppedBytes);
    if (lostBytes > 0) this.#paper.addLines([leftOutLine(lostBytes)]);
    this.#streams = newStreams();
    this.#droppedBytes = 0;
  }

  #noteLines(): string[] {
    return this.#notes.map((note) => `  ${note}`);
  }
}

function newStreams(): Readonly<Record<OutputEvent["type"], ShownStream>> {
  return { stdout: new ShownStream(), stderr: new ShownStream() };
}
