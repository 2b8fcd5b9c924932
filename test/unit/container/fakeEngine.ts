import { once } from "node:events";
import type { ImageSource } from "../../../src/container/image.ts";

/** An engine whose answers to a pull come when the test says so. */
export class FakeEngine implements ImageSource {
  /** The signals of the pulls that were begun, in their order. */
  readonly pulls: AbortSignal[] = [];
  readonly images = new Set<string>();
  readonly #lines: unknown[] = [];
  readonly #news = new EventTarget();
  #end: { readonly error?: Error } | undefined;

  async imageId(image: string): Promise<string | undefined> {
    return this.images.has(image) ? `sha256:${image}` : undefined;
  }

  async *pull(_image: string, signal: AbortSignal): AsyncGenerator<unknown, void, void> {
    this.pulls.push(signal);
    for (let read = 0; ; ) {
      signal.throwIfAborted();
      if (read < this.#lines.length) {
        yield this.#lines[read];
        read += 1;
      } else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return;
      } else {
        await once(this.#news, "news", { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  /** Sends lines, as the registry has news. */
  say(...lines: readonly unknown[]): void {
    this.#lines.push(...lines);
    this.#news.dispatchEvent(new Event("news"));
  }

  /** Ends the answer; with the image where it names one. */
  finish(image?: string): void {
    if (image !== undefined) this.images.add(image);
    this.#end = {};
    this.#news.dispatchEvent(new Event("news"));
  }

  break(error: Error): void {
    this.#end = { error };
    this.#news.dispatchEvent(new Event("news"));
  }
}
