import type { Readable } from "node:stream";

interface Source<T> {
  readonly type: T;
  readonly stream: Readable;
}

/** Yields what several streams say in the order in which it comes, reading no faster than it is taken, until all have ended. */
export async function* mergeStreams<T>(
  sources: readonly Source<T>[],
): AsyncGenerator<{ type: T; data: Uint8Array }, void, void> {
  // Not a race of promises: one that stays pending keeps alive every chunk that won against it.
  let wake = (): void => undefined;
  for (const { stream } of sources) {
    for (const name of ["readable", "end", "close", "error"]) stream.on(name, () => wake());
  }
  const open = new Set(sources);
  try {
    while (open.size > 0) {
      const change = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let nothingRead = true;
      for (const source of open) {
        const data: Uint8Array | null = source.stream.read();
        if (data !== null) {
          nothingRead = false;
          yield { type: source.type, data };
        } else if (source.stream.errored !== null) {
          throw source.stream.errored;
        } else if (source.stream.readableEnded || source.stream.destroyed) {
          open.delete(source);
        }
      }
      if (nothingRead && open.size > 0) await change;
    }
  } finally {
    for (const { stream } of sources) stream.destroy();
  }
}
