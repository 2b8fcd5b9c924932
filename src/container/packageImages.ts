import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import { packagesUnavailable } from "../packages/failure.ts";
import { INSTALLED, type Installation } from "../packages/installation.ts";
import { filesOf, INSTALLERS } from "../packages/packages.ts";
import type { InstallingEvent, PullEvent } from "../run/event.ts";
import { RunFailure } from "../run/failure.ts";
import { BoundedOutput } from "../run/output.ts";
import type { Job, Shape } from "../run/plan.ts";
import type { ExitEvent, Provided } from "./container.ts";
import { DockerContainer } from "./dockerContainer.ts";
import type { Engine } from "./engine.ts";
import { engineLost } from "./engineFailure.ts";
import { imageMissing, type ImagePuller } from "./image.ts";
import { lockDown } from "./lockdown.ts";
import { expiryLabel } from "./reaper.ts";
import { isWarm, type Snapshots } from "./snapshot.ts";

/** On every image that holds packages; its value is what was installed, as a list in JSON. */
export const PACKAGES_LABEL = "dev.forgeai.packages";

/** What an installation is held to: a package manager needs more than a program, and its downloads take their time. */
const INSTALL_LIMITS = {
  timeoutMs: 5 * 60 * 1000,
  memoryBytes: 512 * 1024 * 1024,
  cpus: 2,
  cpuShares: 512,
  processes: 256,
  diskBytes: 256 * 1024 * 1024,
};

/** What packages may take of the engine's disk, in bytes: the largest common ones have some hundred MB. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/** How often it is looked at how much they take, in milliseconds. */
const LOOK_MS = 1000;

/** What a package manager reports is the smaller part of what it says. */
const REPORT_BYTES = 4 * 1024 * 1024;
const WORDS_BYTES = 64 * 1024;

const Names = v.array(v.string());

interface Tools {
  readonly engine: Engine;
  readonly images: ImagePuller;
  readonly snapshots: Snapshots;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Images that hold the packages of programs, each made of a language's own by its package manager. They are told apart by the image
 * that they are made of and by what was installed; a second name tells them by what was asked for.
 */
export class PackageImages {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /**
   * Yields how it goes, and returns the image that has the packages. Installs nothing where there is one.
   * Throws a `packages-unavailable`, what pulling and starting throw, or the signal's reason.
   */
  async *provide(
    installation: Installation,
    shape: Shape,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent | InstallingEvent, Provided, void> {
    const base = yield* this.#base(shape, signal);
    const name = imageName([base, installation.manager, installation.index, contentsOf(installation)]);
    const found = shape.pull === "always" ? undefined : await this.#find(name);
    if (found !== undefined) return found;
    yield { type: "installing", packages: installation.wanted };
    const startedAt = performance.now();
    const packages = await this.#install(installation, { shape, base, name }, signal);
    return { image: name, packages, installMs: performance.now() - startedAt };
  }

  /** The id of the image to install into: the language's own, or what makes that quick. */
  async *#base(shape: Shape, signal: AbortSignal): AsyncGenerator<PullEvent, string, void> {
    const { engine, images, snapshots } = this.#tools;
    const { image, pull, platform } = shape;
    if (pull === "always") yield* images.pull(image, signal, platform);
    const snapshot = isWarm(shape) ? await snapshots.find(shape) : undefined;
    let id = await asked(engine.imageId(snapshot ?? image));
    if (id === undefined && pull === "never") throw imageMissing(image);
    if (id === undefined) {
      yield* images.pull(image, signal, platform);
      id = await asked(engine.imageId(image));
    }
    return id ?? image;
  }

  async #find(name: string): Promise<Provided | undefined> {
    const labels = await asked(this.#tools.engine.imageLabels(name));
    const list = labels?.[PACKAGES_LABEL];
    return list === undefined ? undefined : { image: name, packages: v.parse(Names, JSON.parse(list)) };
  }

  async #install(
    installation: Installation,
    { shape: { image, ...rest }, base, name }: { readonly shape: Shape; readonly base: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { engine, labels } = this.#tools;
    const shape: Shape = {
      ...rest,
      image: base,
      limits: INSTALL_LIMITS,
      network: "bridge",
      readOnlyRoot: false,
      terminal: false,
    };
    const own = `forgeai-packages-${randomBytes(8).toString("hex")}`;
    const container = new DockerContainer(engine, own, shape, { released: () => undefined, lost: () => undefined });
    using watch = await asked(engine.watch(own));
    try {
      // Root owns what is kept, and no program is root.
      const options = lockDown(shape, { uid: 0, labels: { ...labels, ...expiryLabel(INSTALL_LIMITS.timeoutMs) } });
      await container.create({ ...options, HostConfig: { ...options.HostConfig, AutoRemove: false } });
      await container.start();
      const packages = await this.#run(container, { name: own, image }, installation, signal);
      await container.unlessLost(watch.exit);
      await asked(this.#keep({ container: own, name, base, packages }));
      return packages;
    } finally {
      await container[Symbol.asyncDispose]();
      await container.gone();
    }
  }

  async #run(
    container: DockerContainer,
    { name, image }: { readonly name: string; readonly image: string },
    installation: Installation,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { manager } = installation;
    const [report, words] = [new BoundedOutput(REPORT_BYTES), new BoundedOutput(WORDS_BYTES, 0)];
    const size = new AbortController();
    using _ = this.#watchSize(name, size);
    const exit = await readExit(container.run(jobOf(installation), AbortSignal.any([signal, size.signal])), {
      stdout: report,
      stderr: words,
    });
    signal.throwIfAborted();
    size.signal.throwIfAborted();
    if (exit.exitCode === 0) return INSTALLERS[manager].installed(report.text());
    throw packagesUnavailable({
      language: manager,
      image,
      exit,
      said: words.text(),
      timeoutMs: INSTALL_LIMITS.timeoutMs,
    });
  }

  #watchSize(name: string, tooLarge: AbortController): Disposable {
    const look = async (): Promise<void> => {
      const bytes = await this.#tools.engine.writtenBytes(name);
      if (bytes > MOST_BYTES) tooLarge.abort(packagesTooLarge());
    };
    // What can't be asked now is asked again; an engine that is lost is noticed elsewhere.
    const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Where the same was installed before, and asked for in other words, that image gets a second name. */
  async #keep(made: {
    readonly container: string;
    readonly name: string;
    readonly base: string;
    readonly packages: readonly string[];
  }): Promise<void> {
    const { engine } = this.#tools;
    const resolved = imageName([made.base, made.packages]);
    if ((await engine.imageId(resolved)) === undefined)
      await engine.commit(made.container, resolved, { [PACKAGES_LABEL]: JSON.stringify(made.packages) });
    await engine.tag(resolved, made.name);
  }
}

function jobOf(installation: Installation): Job {
  const { script } = INSTALLERS[installation.manager];
  return {
    files: filesOf(installation),
    command: ["/bin/sh", "-c", `umask 022\n${script}`],
    stdin: "",
    artefact: INSTALLED,
  };
}

async function readExit(
  events: ReturnType<DockerContainer["run"]>,
  kept: Readonly<Record<"stdout" | "stderr", BoundedOutput>>,
): Promise<ExitEvent> {
  for await (const event of events) {
    if (event.type === "exit") return event;
    kept[event.type].push(event.data);
  }
  throw new TypeError("The container told no exit.");
}

/** A call to the engine that no container is at stake for yet. */
async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof RunFailure ? error : engineLost(error);
  }
}

function contentsOf({ files }: Installation): string[] {
  return files.flatMap(({ path, content }) => [path, Buffer.from(content).toString("base64")]);
}

function imageName(parts: readonly unknown[]): string {
  return `forgeai/packages:${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24)}`;
}

function packagesTooLarge(): RunFailure {
  return new RunFailure({
    code: "packages-unavailable",
    message: `The packages that the program asks for take more than ${MOST_BYTES / 1024 ** 3} GB.`,
    hint: "Ask for less.",
  });
}
