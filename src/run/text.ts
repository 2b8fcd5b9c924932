import { StringDecoder } from "node:string_decoder";
import type { OutputEvent } from "./event.ts";

/** Turns output into text. Each stream has its own decoder: a character may be split between two pieces of one stream. */
export class TextDecoders {
  readonly #decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };

  decode({ type, data }: Pick<OutputEvent, "type" | "data">): string {
    return this.#decoders[type].write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }

  /** What is left of a stream that ended inside a character. */
  end(type: OutputEvent["type"]): string {
    return this.#decoders[type].end();
  }
}
