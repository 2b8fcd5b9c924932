/** What a program printed, as far as it was kept. */
export interface KeptOutput {
  /** As UTF-8; what isn't UTF-8 is replaced by U+FFFD. Head and tail where it was longer than `limits.outputBytes`. */
  readonly stdout: string;
  /** Like stdout, with what the compiler printed before it. */
  readonly stderr: string;
  /** How many bytes of each stream were left out. */
  readonly truncated: { readonly stdoutBytes: number; readonly stderrBytes: number };
}

const FIRST_BYTES = 4096;

/**
 * Keeps the head and the tail of an output stream within `capacity` bytes and counts what fell out between them.
 * One buffer that grows up to the capacity; when it is full, what lies behind the head becomes a ring that holds the tail.
 */
export class BoundedOutput {
  readonly #capacity: number;
  readonly #headBytes: number;
  #buffer = new Uint8Array(0);
  #length = 0;
  #lostBytes = 0;
  /** Where the ring's oldest byte lies. */
  #ringStart: number;

  constructor(capacity: number, headBytes = Math.ceil(capacity / 2)) {
    this.#capacity = capacity;
    this.#headBytes = headBytes;
    this.#ringStart = this.#headBytes;
  }

  /** How many bytes fell out. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  push(chunk: Uint8Array): void {
    const fitting = chunk.subarray(0, this.#capacity - this.#length);
    this.#append(fitting);
    this.#replaceOldest(chunk.subarray(fitting.length));
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(this.#capacity, Math.max(FIRST_BYTES, needed, this.#buffer.length * 2)));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }

  #replaceOldest(bytes: Uint8Array): void {
    this.#lostBytes += bytes.length;
    const ringBytes = this.#capacity - this.#headBytes;
    if (ringBytes === 0) return;
    let rest = bytes.subarray(Math.max(0, bytes.length - ringBytes));
    while (rest.length > 0) {
      const piece = rest.subarray(0, this.#capacity - this.#ringStart);
      this.#buffer.set(piece, this.#ringStart);
      this.#ringStart += piece.length;
      if (this.#ringStart === this.#capacity) this.#ringStart = this.#headBytes;
      rest = rest.subarray(piece.length);
    }
  }

  /** What was kept, as UTF-8 text; where something fell out, a line in its place says how much. */
  text(): string {
    if (this.#lostBytes === 0) return new TextDecoder().decode(this.#buffer.subarray(0, this.#length));
    const decoder = new TextDecoder();
    const head = new TextDecoder().decode(this.#buffer.subarray(0, this.#headBytes));
    const older = decoder.decode(this.#buffer.subarray(this.#ringStart), { stream: true });
    const newer = decoder.decode(this.#buffer.subarray(this.#headBytes, this.#ringStart));
    return `${head}\n[… ${this.#lostBytes} bytes left out …]\n${older}${newer}`;
  }
}
