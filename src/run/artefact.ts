/** A compiled program on its way from one container to the next, through memory; no more of it is kept than would fit there. */
export class Artefact {
  readonly #capacity: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** `capacity` is how much the next container's work folder holds, in bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get tooLarge(): boolean {
    return this.#bytes > this.#capacity;
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (!this.tooLarge) this.#chunks.push(chunk);
  }

  content(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}
