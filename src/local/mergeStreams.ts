import type { Readable } from "node:stream";

interface Source<T> {
  readonly type: T;
  readonly stream: Readable;
}

/** Yields what several streams say in the order in which it comes, reading no faster than it is taken, until all have ended. */
export async function* mergeStreams<T>(
  sources: readonly Source<T>[],
): AsyncGenerator<{ type: T; data: Uint8Array }, void, void> {
  const advance = async (type: T, chunks: AsyncIterator<Uint8Array>) => ({ type, chunks, next: await chunks.next() });
  const pending = new Map(
    sources.map(({ type, stream }) => {
      const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
      return [chunks, advance(type, chunks)];
    }),
  );
  try {
    while (pending.size > 0) {
      const { type, chunks, next } = await Promise.race(pending.values());
      if (next.done) {
        pending.delete(chunks);
      } else {
        yield { type, data: next.value };
        pending.set(chunks, advance(type, chunks));
      }
    }
  } finally {
    for (const { stream } of sources) stream.destroy();
  }
}
