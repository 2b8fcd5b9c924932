import * as v from "valibot";
import { RunFailure } from "../run/failure.ts";
import {
  disproof,
  type GivenIsolation,
  type Isolation,
  type KernelFacts,
  LEVEL_FACTS,
  LEVELS,
  runtimeName,
  STRONG_LEVELS,
  type StrongLevel,
} from "../run/isolation.ts";
import type { Engine } from "./engine.ts";
import { engineLost } from "./engineFailure.ts";

/** How a container is kept apart. */
export interface Sandbox {
  readonly isolation: GivenIsolation;
  /** The engine's own where it is left out. */
  readonly runtime?: string | undefined;
  /** Which kernel has to answer from inside before the container gets its job. */
  readonly proof?: Proof;
}

export interface Proof {
  readonly level: StrongLevel;
  /** The release of the kernel that the engine runs on; undefined where it doesn't tell. */
  readonly hostRelease: string | undefined;
}

/** The engine's own runtime, locked down. */
export const DEFAULT_SANDBOX: Sandbox = { isolation: "default" };

const Info = v.object({
  Runtimes: v.optional(v.record(v.string(), v.unknown()), {}),
  KernelVersion: v.optional(v.pipe(v.string(), v.nonEmpty())),
});

interface EngineFacts {
  readonly runtimes: readonly string[];
  readonly hostRelease: string | undefined;
}

/** The runtimes of one engine, and what has become known of them. */
export class Runtimes {
  readonly #engine: Engine;
  #facts: Promise<EngineFacts> | undefined;
  /** Levels that didn't hold what their names promise, for "auto" to pass over. */
  readonly #disproved = new Set<GivenIsolation>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * What to run in, from the strongest; one of several does. Throws an `isolation-unavailable` where the engine has nothing that
   * was asked for, and an `engine-lost`.
   */
  async candidates(asked: Isolation): Promise<readonly Sandbox[]> {
    if (asked === "default") return [DEFAULT_SANDBOX];
    const known = find(asked, await this.#ask());
    if (asked === "auto") return [...known.filter(({ isolation }) => !this.#disproved.has(isolation)), DEFAULT_SANDBOX];
    if (known.length > 0) return known;
    // It may have been registered since.
    this.#facts = undefined;
    const facts = await this.#ask();
    const found = find(asked, facts);
    if (found.length === 0) throw notRegistered(asked, facts.runtimes);
    return found;
  }

  /** "auto" takes it no more, until the engine is connected to anew. */
  disprove({ isolation }: Sandbox): void {
    this.#disproved.add(isolation);
  }

  async #ask(): Promise<EngineFacts> {
    this.#facts ??= this.#engine.call("tell of itself", { method: "GET", path: "/info" }).then((info) => {
      const { Runtimes: runtimes, KernelVersion: hostRelease } = v.parse(Info, info);
      return { runtimes: Object.keys(runtimes), hostRelease };
    });
    try {
      return await this.#facts;
    } catch (error) {
      this.#facts = undefined;
      throw engineLost(error);
    }
  }
}

/** What of what is asked for the engine has, from the strongest. */
function find(asked: Isolation, { runtimes, hostRelease }: EngineFacts): Sandbox[] {
  const name = runtimeName(asked);
  if (name !== undefined) return runtimes.includes(name) ? [{ isolation: `runtime:${name}`, runtime: name }] : [];
  return STRONG_LEVELS.filter((level) => asked === "auto" || asked === level).flatMap((level) => {
    const runtime = LEVEL_FACTS[level].runtimes.find((each) => runtimes.includes(each));
    return runtime === undefined ? [] : [{ isolation: level, runtime, proof: { level, hostRelease } }];
  });
}

function notRegistered(asked: Isolation, runtimes: readonly string[]): RunFailure {
  const level = STRONG_LEVELS.find((each) => each === asked);
  const its = level === undefined ? `"${runtimeName(asked)}"` : LEVEL_FACTS[level].title;
  return isolationUnavailable(
    asked,
    `The engine has no runtime for ${its}: it has ${runtimes.join(", ") || "named none"}.`,
  );
}

/** Throws an `isolation-unavailable` where what answers from inside isn't what was asked for. */
export function checkProof({ level, hostRelease }: Proof, runtime: string | undefined, kernel: KernelFacts): void {
  const why = disproof(level, kernel, hostRelease);
  if (why === undefined) return;
  throw isolationUnavailable(level, `The engine's runtime "${runtime}" isn't ${LEVEL_FACTS[level].title}: ${why}.`);
}

/** The runtime is there, and did not start the container. */
export function runtimeBroken({ isolation, runtime }: Sandbox, { message, cause }: RunFailure): RunFailure {
  return isolationUnavailable(
    isolation,
    `The engine's runtime "${runtime}" did not start a container. ${message}`,
    cause,
  );
}

function isolationUnavailable(isolation: Isolation, why: string, cause?: unknown): RunFailure {
  const level = STRONG_LEVELS.find((each) => each === isolation);
  const remedy = level === undefined ? "docker info shows the engine's runtimes." : LEVEL_FACTS[level].remedy;
  const weaker = LEVELS[level === undefined ? 0 : LEVELS.indexOf(level) - 1];
  return new RunFailure({
    code: "isolation-unavailable",
    message: `The program was not run, for there is no isolation "${isolation}". ${why}`,
    hint: `${remedy} Or ask for less, on purpose: --isolation=${weaker}, or the setting forgeai.isolation.`,
    cause,
  });
}
