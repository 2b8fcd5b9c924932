import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AcquiredEvent, Executor } from "../container/container.ts";
import { badRequest } from "../run/failure.ts";
import type { Limits } from "../run/limits.ts";
import type { Plan, Shape } from "../run/plan.ts";
import type { RunRequest } from "../run/request.ts";
import { LocalProcess } from "./localProcess.ts";
import { checkToolchain } from "./toolchain.ts";

/** What only a container can be held to. A plain process that was asked for it is refused, not run without. */
const CONTAINER_FIELDS: readonly (keyof RunRequest)[] = [
  "network",
  "isolation",
  "image",
  "pull",
  "platform",
  "readOnlyRoot",
  "packages",
  "terminal",
];
const CONTAINER_LIMITS: readonly (keyof Limits)[] = ["cpus", "cpuShares", "processes", "diskBytes"];

/** Runs each job as a plain process: with the user's own rights, held to its time and, as well as watching can, its memory. */
export class LocalExecutor implements Executor {
  readonly kind = "local";
  readonly #open = new Set<LocalProcess>();

  async check({ request, language, versionAsked }: Plan): Promise<void> {
    const { limits = {} } = request;
    const asked = [
      ...CONTAINER_FIELDS.filter((field) => request[field] !== undefined),
      ...CONTAINER_LIMITS.filter((limit) => limits[limit] !== undefined),
    ];
    if (asked.length > 0) {
      throw badRequest(
        `A local run can't be held to what was asked for: ${asked.join(", ")}.`,
        "Run in a container, with --container, or leave that out.",
      );
    }
    await checkToolchain(language, versionAsked);
  }

  async *acquire(shape: Shape, signal: AbortSignal): AsyncGenerator<AcquiredEvent, void, void> {
    signal.throwIfAborted();
    const folder = await realpath(await mkdtemp(join(tmpdir(), "forgeai-")));
    const place = new LocalProcess(folder, shape, () => this.#open.delete(place));
    this.#open.add(place);
    yield { type: "acquired", container: place };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((place) => place[Symbol.asyncDispose]()));
  }
}
