import { Writable } from "node:stream";

/** A terminal, or a pipe, that keeps what is written to it. */
export class RecordingTerminal {
  readonly stdout: RecordingStream;
  readonly stderr: RecordingStream;

  constructor({ isTTY = false }: { readonly isTTY?: boolean } = {}) {
    this.stdout = new RecordingStream(isTTY);
    this.stderr = new RecordingStream(isTTY);
  }
}

class RecordingStream extends Writable {
  readonly isTTY: boolean;
  readonly #chunks: Buffer[] = [];

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }
}
