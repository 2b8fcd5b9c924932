import { findLogin } from "./credentials.ts";
import type { Surroundings } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { ImagePuller } from "./image.ts";
import { engineId } from "./imageFacts.ts";
import { Ledger } from "./ledger.ts";

interface Choices {
  readonly surroundings: Surroundings;
  readonly stallMs?: number | undefined;
  /** The ledger to note in what has been pulled; the user's where it is left out. */
  readonly ledger?: () => Promise<Ledger>;
}

/** Pulls as the user: with the credentials of the user's Docker configuration, and with a note of what it brought. */
export function imagePuller(
  engine: Engine,
  { surroundings, stallMs, ledger = async () => new Ledger(await engineId(engine)) }: Choices,
): ImagePuller {
  return new ImagePuller(engine, {
    ...(stallMs !== undefined && { stallMs }),
    findLogin: (image, signal) => findLogin(image, surroundings, signal),
    record: async (brought) => (await ledger()).add(brought),
  });
}
