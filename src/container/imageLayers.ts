/** An image as its layers lie on the engine's disk. */
export interface LayeredImage {
  readonly id: string;
  /** The layers' identities, the lowest first. */
  readonly layers: readonly string[];
  /** What each step of its making added, in bytes, the first first; steps that made no layer have 0. */
  readonly history: readonly number[];
  /** All layers together, in bytes. */
  readonly sizeBytes: number;
}

/**
 * How much of the disk only these images take, in bytes: what would be free without them. A layer is told by itself and all below it.
 * Exact but for images that share some layers with another and have empty ones between them: engines don't tell which are empty.
 */
export function bytesOfOnly(own: readonly LayeredImage[], others: readonly LayeredImage[]): number {
  const shared = new Set(others.flatMap((image) => [...chainsOf(image).keys()]));
  const counted = new Map(own.flatMap((image) => [...chainsOf(image)]));
  return [...counted].reduce((sum, [chain, bytes]) => (shared.has(chain) ? sum : sum + bytes), 0);
}

/** Each layer with all below it, and its bytes. */
function chainsOf({ layers, history, sizeBytes }: LayeredImage): Map<string, number> {
  const told = history.filter((bytes) => bytes > 0);
  const isTold = told.length <= layers.length && told.reduce((sum, bytes) => sum + bytes, 0) === sizeBytes;
  const chains = new Map<string, number>();
  let chain = "";
  for (const [index, layer] of layers.entries()) {
    chain = `${chain} ${layer}`;
    const last = index === layers.length - 1 ? sizeBytes : 0;
    chains.set(chain, isTold ? (told[index] ?? 0) : last);
  }
  return chains;
}
