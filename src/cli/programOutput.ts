import { StringDecoder } from "node:string_decoder";
import type { OutputEvent } from "../run/event.ts";
import { TerminalFilter } from "../run/terminalFilter.ts";
import { type Sink, type Terminal, write } from "./write.ts";

/** What a program prints: byte for byte, but as text that is safe for one where somebody's terminal shows it. */
export class ProgramOutput {
  readonly #streams: Readonly<Record<OutputEvent["type"], ByteStream | TerminalStream>>;

  /** @param isRaw whether a terminal, too, gets every byte */
  constructor({ stdout, stderr }: Terminal, isRaw: boolean) {
    const open = (sink: Sink): ByteStream | TerminalStream =>
      sink.isTTY && !isRaw ? new TerminalStream(sink) : new ByteStream(sink);
    this.#streams = { stdout: open(stdout), stderr: open(stderr) };
  }

  async write({ type, data }: Pick<OutputEvent, "type" | "data">): Promise<void> {
    await this.#streams[type].write(data);
  }

  /** Writes what was begun and takes colours back, before others write. */
  async end(): Promise<void> {
    await this.#streams.stdout.end();
    await this.#streams.stderr.end();
  }
}

class ByteStream {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(data: Uint8Array): Promise<void> {
    await write(this.#sink, data);
  }

  async end(): Promise<void> {}
}

class TerminalStream {
  readonly #sink: Sink;
  readonly #decoder = new StringDecoder("utf8");
  readonly #filter = new TerminalFilter("lines");

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(data: Uint8Array): Promise<void> {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    await this.#show(this.#filter.filter(this.#decoder.write(bytes)));
  }

  async end(): Promise<void> {
    await this.#show(this.#filter.filter(this.#decoder.end()) + this.#filter.end());
  }

  async #show(text: string): Promise<void> {
    if (text !== "") await write(this.#sink, text);
  }
}
