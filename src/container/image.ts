import { EventEmitter, once } from "node:events";
import * as v from "valibot";
import type { PullEvent } from "../run/event.ts";
import { messageOf, RunFailure } from "../run/failure.ts";
import { EngineRefusal } from "./engine.ts";
import { engineLost } from "./engineFailure.ts";

/** What fetching images needs of an engine. */
export interface ImageSource {
  hasImage(image: string): Promise<boolean>;
  /** Starts to fetch an image and yields the lines that the engine says about it. */
  pull(image: string, signal: AbortSignal): AsyncIterable<unknown>;
}

/** A registry that says nothing for this long has stalled; engines try again by themselves for up to half a minute. */
const STALL_MS = 60_000;

const PullLine = v.object({
  status: v.optional(v.string()),
  id: v.optional(v.string()),
  error: v.optional(v.string()),
  progressDetail: v.optional(v.object({ current: v.optional(v.number()), total: v.optional(v.number()) })),
});

/** What was said about an image, or not said for too long. */
class PullError extends Error {
  override readonly name = "PullError";
}

/** Fetches images. Those who need the same one at the same time share one pull; it goes on until the last has left. */
export class ImagePuller {
  readonly #engine: ImageSource;
  readonly #stallMs: number;
  readonly #pulls = new Map<string, SharedPull>();

  /** @param stallMs how long a registry may say nothing, in milliseconds */
  constructor(engine: ImageSource, stallMs = STALL_MS) {
    this.#engine = engine;
    this.#stallMs = stallMs;
  }

  /** Yields how it goes and ends when the image is there. Throws an `image-unavailable`, or the signal's reason. */
  async *pull(image: string, signal: AbortSignal): AsyncGenerator<PullEvent, void, void> {
    const shared = this.#pulls.get(image);
    yield* (shared === undefined || shared.isAbandoned ? this.#start(image) : shared).follow(signal);
  }

  #start(image: string): SharedPull {
    const shared = new SharedPull(this.#engine, image, this.#stallMs);
    this.#pulls.set(image, shared);
    void shared.finished.finally(() => {
      if (this.#pulls.get(image) === shared) this.#pulls.delete(image);
    });
    return shared;
  }
}

/** One pull with any number of followers, each of whom sees the latest state. */
class SharedPull {
  readonly finished: Promise<void>;
  readonly #engine: ImageSource;
  readonly #image: string;
  readonly #stallMs: number;
  readonly #changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  readonly #abort = new AbortController();
  #followers = 0;
  #latest: PullEvent;
  #outcome: { readonly failure?: unknown } | undefined;

  constructor(engine: ImageSource, image: string, stallMs: number) {
    this.#engine = engine;
    this.#image = image;
    this.#stallMs = stallMs;
    this.#latest = { type: "pulling", image, status: "Asking the registry", currentBytes: 0, totalBytes: 0 };
    this.finished = this.#run();
  }

  /** Whoever comes after the last follower has left, and before the engine has let go of the pull, needs one of their own. */
  get isAbandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  async *follow(signal: AbortSignal): AsyncGenerator<PullEvent, void, void> {
    this.#followers += 1;
    try {
      for (let seen: PullEvent | undefined; ; ) {
        signal.throwIfAborted();
        if (seen !== this.#latest) {
          seen = this.#latest;
          yield seen;
        } else if (this.#outcome === undefined) {
          await once(this.#changes, "change", { signal });
        } else {
          if ("failure" in this.#outcome) throw this.#outcome.failure;
          return;
        }
      }
    } finally {
      this.#followers -= 1;
      if (this.#followers === 0) this.#abort.abort();
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#readProgress();
      // A stream that simply ends is no proof: a cut connection looks the same.
      if (!(await this.#engine.hasImage(this.#image)))
        throw new PullError("the engine's answer ended before the image was there");
      this.#outcome = {};
    } catch (error) {
      this.#outcome = { failure: this.#explain(error) };
    }
    this.#changes.emit("change");
  }

  /** What was said about the image is the image's failure; a connection that broke is the engine's. */
  #explain(error: unknown): RunFailure {
    if (this.#abort.signal.aborted) return imageUnavailable(this.#image, messageOf(this.#abort.signal.reason));
    const isAnswer = error instanceof PullError || error instanceof EngineRefusal || error instanceof SyntaxError;
    return isAnswer || v.isValiError(error) ? imageUnavailable(this.#image, messageOf(error)) : engineLost(error);
  }

  async #readProgress(): Promise<void> {
    const layers = new Map<string, { current: number; total: number }>();
    const stalled = new PullError(`the registry said nothing for ${this.#stallMs / 1000} s: the pull stalled`);
    const stall = setTimeout(() => this.#abort.abort(stalled), this.#stallMs);
    try {
      for await (const line of this.#engine.pull(this.#image, this.#abort.signal)) {
        stall.refresh();
        const { error, status = "", id, progressDetail } = v.parse(PullLine, line);
        if (error !== undefined) throw new PullError(error);
        if (id !== undefined && status === "Downloading") {
          const { current = 0, total = 0 } = progressDetail ?? {};
          layers.set(id, { current, total });
        }
        this.#tell(status, layers);
      }
    } finally {
      clearTimeout(stall);
    }
  }

  #tell(status: string, layers: ReadonlyMap<string, { current: number; total: number }>): void {
    const sum = (of: "current" | "total"): number =>
      [...layers.values()].reduce((bytes, layer) => bytes + layer[of], 0);
    this.#latest = {
      type: "pulling",
      image: this.#image,
      status,
      currentBytes: sum("current"),
      totalBytes: sum("total"),
    };
    this.#changes.emit("change");
  }
}

/** What registries and engines say, what it means, and what helps. The first that fits counts. */
const REASONS: readonly {
  readonly pattern: RegExp;
  readonly message: (image: string) => string;
  readonly hint: string;
}[] = [
  {
    pattern: /no matching manifest|does not match the specified platform/i,
    message: (image) => `The image ${image} doesn't exist for this machine's platform.`,
    hint: "Choose another version, or another image with --image.",
  },
  {
    pattern: /no space left/i,
    message: (image) => `There is no space left on the engine's disk for the image ${image}.`,
    hint: "Free some: docker system df shows what takes it.",
  },
  {
    pattern: /unauthorized|denied|authentication required|forbidden/i,
    message: (image) => `The registry doesn't give out the image ${image}: it is private, or isn't there.`,
    hint: "Check its name; if it is private, pull it once yourself with docker pull.",
  },
  {
    pattern: /manifest unknown|not found|repository does not exist/i,
    message: (image) => `The registry has no image ${image}.`,
    hint: "Check its name and its tag.",
  },
  {
    pattern:
      /no such host|dial tcp|i\/o timeout|connection refused|network is unreachable|TLS handshake|deadline exceeded|Client\.Timeout|EOF/i,
    message: (image) => `The registry of the image ${image} can't be reached.`,
    hint: "Check the network and the engine's proxy, or pull the image when there is one: it is kept.",
  },
];

/** Why an image can't be had, in the user's words with the engine's beside them. */
export function imageUnavailable(image: string, reason: string): RunFailure {
  const known = REASONS.find(({ pattern }) => pattern.test(reason));
  return new RunFailure({
    code: "image-unavailable",
    message: known?.message(image) ?? `The image ${image} could not be pulled.`,
    hint: known?.hint ?? `Try it by hand, the answer may say more: docker pull ${image}`,
    tried: [{ what: `pull ${image}`, why: reason }],
  });
}

/** The image isn't here, and the user said that none is to be fetched. */
export function imageMissing(image: string): RunFailure {
  return new RunFailure({
    code: "image-unavailable",
    message: `The image ${image} isn't on this machine, and pulling is off.`,
    hint: `Allow it with --pull=missing, or fetch it with docker pull ${image}.`,
  });
}
