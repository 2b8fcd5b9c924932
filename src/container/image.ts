import { EventEmitter, once } from "node:events";
import * as v from "valibot";
import type { PullEvent } from "../run/event.ts";
import { messageOf, RunFailure } from "../run/failure.ts";
import { DOCKER_HUB, type Login, registryOf } from "./credentials.ts";
import type { PullChoices } from "./engine.ts";
import { EngineRefusal, MOST_WORDS_UNITS } from "./engineCall.ts";
import { engineLost } from "./engineFailure.ts";
import type { Pulse } from "./pulse.ts";

/** What fetching images needs of an engine. */
export interface ImageSource {
  /** Tells when the engine is lost. */
  readonly pulse?: Pick<Pulse, "watch">;
  /** Undefined where there is none of that name. */
  imageId(image: string): Promise<string | undefined>;
  /** Starts to fetch an image and yields the lines that the engine says about it. */
  pull(image: string, signal: AbortSignal, choices?: PullChoices): AsyncIterable<unknown>;
}

/** Looks up what a registry is told about the user. Rejects only with the signal's reason. */
export type FindLogin = (image: string, signal: AbortSignal) => Promise<Login>;

const ANONYMOUS: FindLogin = async () => ({});

/** A registry that says nothing for this long has stalled; engines try again by themselves for up to half a minute. */
const STALL_MS = 60_000;

/** Engines take images of no more than 127. */
const MOST_LAYERS = 1000;

/** A number of bytes; engines send negative ones where they don't know. */
const Bytes = v.pipe(
  v.number(),
  v.finite(),
  v.transform((bytes) => Math.max(0, bytes)),
);

const PullLine = v.object({
  status: v.optional(v.string()),
  id: v.optional(v.string()),
  error: v.optional(v.string()),
  errorDetail: v.optional(v.object({ message: v.string() })),
  progressDetail: v.optional(v.object({ current: v.optional(Bytes), total: v.optional(Bytes) })),
});

/** What was said about an image, or not said for too long. */
class PullError extends Error {
  override readonly name = "PullError";
}

export interface PullerOptions {
  /** How long a registry may say nothing, in milliseconds. */
  readonly stallMs?: number;
  readonly findLogin?: FindLogin;
  /** Hears of each image that a pull has brought. That it can't remember it is no reason for a pull to fail. */
  readonly record?: (brought: { readonly image: string; readonly id: string }) => Promise<void>;
}

/** Fetches images. Those who need the same one at the same time share one pull; it goes on until the last has left. */
export class ImagePuller {
  readonly #engine: ImageSource;
  readonly #options: Required<PullerOptions>;
  readonly #pulls = new Map<string, SharedPull>();

  constructor(
    engine: ImageSource,
    { stallMs = STALL_MS, findLogin = ANONYMOUS, record = async () => undefined }: PullerOptions = {},
  ) {
    this.#engine = engine;
    this.#options = { stallMs, findLogin, record };
  }

  /** Yields how it goes and ends when the image is there. Throws an `image-unavailable`, or the signal's reason. */
  async *pull(image: string, signal: AbortSignal, platform?: string): AsyncGenerator<PullEvent, void, void> {
    const shared = this.#pulls.get(keyOf(image, platform));
    yield* (shared === undefined || shared.isAbandoned ? this.#start(image, platform) : shared).follow(signal);
  }

  #start(image: string, platform: string | undefined): SharedPull {
    const shared = new SharedPull(this.#engine, { image, platform, ...this.#options });
    const key = keyOf(image, platform);
    this.#pulls.set(key, shared);
    void shared.finished.finally(() => {
      if (this.#pulls.get(key) === shared) this.#pulls.delete(key);
    });
    return shared;
  }
}

const keyOf = (image: string, platform = ""): string => `${platform} ${image}`;

interface SharedPullOptions extends Required<PullerOptions> {
  readonly image: string;
  readonly platform: string | undefined;
}

/** One pull with any number of followers, each of whom sees the latest state. */
class SharedPull {
  readonly finished: Promise<void>;
  readonly #engine: ImageSource;
  readonly #image: string;
  readonly #options: SharedPullOptions;
  readonly #changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  readonly #abort = new AbortController();
  #followers = 0;
  #latest: PullEvent;
  #outcome: { readonly failure?: unknown } | undefined;
  /** Why there were no credentials where there may be some. */
  #trouble: string | undefined;

  constructor(engine: ImageSource, options: SharedPullOptions) {
    const { image } = options;
    this.#engine = engine;
    this.#image = image;
    this.#options = options;
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
          // Its own words for an abort are not the signal's reason, which is thrown next.
          await once(this.#changes, "change", { signal }).catch(() => undefined);
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
    using _ = this.#engine.pulse?.watch((error) => this.#abort.abort(engineLost(error)));
    try {
      const before = await this.#engine.imageId(this.#image);
      await this.#readProgress();
      const id = await this.#engine.imageId(this.#image);
      // A stream that simply ends is no proof: a cut connection looks the same.
      if (id === undefined) throw new PullError("the engine's answer ended before the image was there");
      // What was here before is somebody else's, whoever asks for it again.
      if (id !== before) await this.#options.record({ image: this.#image, id }).catch(() => undefined);
      this.#outcome = {};
    } catch (error) {
      this.#outcome = { failure: this.#explain(error) };
    }
    this.#changes.emit("change");
  }

  /** What was said about the image is the image's failure; a connection that broke is the engine's. */
  #explain(error: unknown): RunFailure {
    const { aborted, reason } = this.#abort.signal;
    if (aborted) return reason instanceof RunFailure ? reason : imageUnavailable(this.#image, messageOf(reason));
    const isAnswer = error instanceof PullError || error instanceof EngineRefusal || error instanceof SyntaxError;
    return isAnswer || v.isValiError(error)
      ? imageUnavailable(this.#image, messageOf(error), this.#trouble)
      : engineLost(error);
  }

  async #readProgress(): Promise<void> {
    const layers = new Map<string, { current: number; total: number }>();
    const { stallMs, platform } = this.#options;
    const { credentials, trouble } = await this.#options.findLogin(this.#image, this.#abort.signal);
    this.#trouble = trouble;
    const stalled = new PullError(`the registry said nothing for ${stallMs / 1000} s: the pull stalled`);
    const stall = setTimeout(() => this.#abort.abort(stalled), stallMs);
    try {
      for await (const line of this.#engine.pull(this.#image, this.#abort.signal, { credentials, platform })) {
        stall.refresh();
        const { errorDetail, error = errorDetail?.message, status = "", id, progressDetail } = v.parse(PullLine, line);
        if (error !== undefined) throw new PullError(error.slice(0, MOST_WORDS_UNITS));
        if (id !== undefined && status === "Downloading" && (layers.has(id) || layers.size < MOST_LAYERS)) {
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
  readonly hint: string | ((image: string) => string);
  /** Whether credentials would have helped. */
  readonly wantsLogin?: true;
}[] = [
  {
    pattern:
      /no matching manifest|no match for platform|does not match the specified platform|cannot be used on this platform/i,
    message: (image) =>
      `The image ${image} doesn't exist for the platform: this machine's, or the one that was asked for.`,
    hint: "Choose another version, or another image with --image; if you gave a --platform, leave it out.",
  },
  {
    pattern: /no space left/i,
    message: (image) => `There is no space left on the engine's disk for the image ${image}.`,
    hint: "Free some: docker system df shows what takes it.",
  },
  {
    pattern: /toomanyrequests|too many requests|HTTP 429|rate limit/i,
    message: (image) => `The registry of the image ${image} was asked too often, and gives nothing out for a while.`,
    hint: "Wait and try again, or log in with docker login: who is known may ask more often.",
    wantsLogin: true,
  },
  {
    pattern: /unauthorized|denied|authentication required|no basic auth credentials|forbidden|HTTP 40[13]\b/i,
    message: (image) => `The registry doesn't give out the image ${image}: it is private, or isn't there.`,
    hint: (image) => `Check its name; if it is private, log in: ${loginCommand(image)}`,
    wantsLogin: true,
  },
  {
    pattern: /unknown blob|blob unknown/i,
    message: (image) => `The image ${image} is incomplete in its registry: a part of it is missing there.`,
    hint: "Whoever keeps it has to push it again; until then choose another with --image.",
  },
  {
    pattern: /verification failed|unexpected commit digest|failed size validation|digest mismatch|invalid checksum/i,
    message: (image) => `What came of the image ${image} is damaged: it isn't what its digest promises.`,
    hint: "Try again; where it stays so, something between the engine and the registry changes what passes.",
  },
  {
    pattern: /x509|certificate/i,
    message: (image) => `The engine doesn't trust the certificate of the registry of the image ${image}.`,
    hint: "Give the engine the certificate of the registry, or of the proxy on the way to it (/etc/docker/certs.d).",
  },
  {
    pattern: /server gave HTTP response to HTTPS client/i,
    message: (image) => `The registry of the image ${image} doesn't speak TLS.`,
    hint: "If that is meant to be so, name it under insecure-registries in the engine's settings.",
  },
  {
    pattern:
      /unexpected HTTP status|unexpected status (code |from )|HTTP 5\d\d|internal server error|bad gateway|service unavailable|gateway time-?out/i,
    message: (image) => `The registry of the image ${image} is in trouble: it answered with an error of its own.`,
    hint: "Try again in a while, or look at the registry's status page.",
  },
  {
    pattern: /manifest unknown|name unknown|not found|repository does not exist|HTTP 404/i,
    message: (image) => `The registry has no image ${image}.`,
    hint: "Check its name and its tag.",
  },
  {
    pattern:
      /error unmarshalling content|invalid character|missing signature key|unsupported (manifest )?media type|unknown media type|malformed HTTP response/i,
    message: (image) => `What answers for the image ${image} isn't an image registry.`,
    hint: "Check the image's name, and whether this network wants a log-in first: a page may stand in the way.",
  },
  {
    pattern: /pull stalled/i,
    message: (image) => `The pull of the image ${image} stalled: nothing came any more.`,
    hint: "Check the network and the engine's proxy, then try again: what has come already is kept.",
  },
  {
    pattern: /unexpected EOF|connection reset|broken pipe|range request|http2: (server|client) connection/i,
    message: (image) => `The connection to the registry of the image ${image} broke off.`,
    hint: "Try again: what has come already is kept.",
  },
  {
    pattern:
      /no such host|dial tcp|proxyconnect|i\/o timeout|connection refused|network is unreachable|TLS handshake|deadline exceeded|Client\.Timeout|server misbehaving|name resolution|EOF/i,
    message: (image) => `The registry of the image ${image} can't be reached.`,
    hint: "Check the network and the engine's proxy, or pull the image when there is one: it is kept.",
  },
];

/** Docker's own registry is the one that goes without saying. */
function loginCommand(image: string): string {
  const registry = registryOf(image);
  return registry === DOCKER_HUB ? "docker login" : `docker login ${registry}`;
}

/**
 * Why an image can't be had, in the user's words with the engine's beside them.
 * @param trouble why there were no credentials where there may be some
 */
export function imageUnavailable(image: string, reason: string, trouble?: string): RunFailure {
  // Names and addresses could hold any of the words.
  const words = reason.replaceAll(/"[^"]*"|https?:\/\/\S+/g, "");
  const known = REASONS.find(({ pattern }) => pattern.test(words));
  const hint = known?.hint ?? `Try it by hand, the answer may say more: docker pull ${image}`;
  const advice = typeof hint === "string" ? hint : hint(image);
  const isTrouble = known?.wantsLogin === true && trouble !== undefined;
  return new RunFailure({
    code: "image-unavailable",
    message: known?.message(image) ?? `The image ${image} could not be pulled.`,
    hint: isTrouble ? `It was asked for without credentials: ${trouble}. ${advice}` : advice,
    tried: [
      ...(isTrouble ? [{ what: `find credentials for ${image}`, why: trouble }] : []),
      { what: `pull ${image}`, why: reason },
    ],
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
