import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { getSystemErrorName } from "node:util";
import * as v from "valibot";
import { python } from "../language/catalog/python.ts";
import type { PullEvent } from "../run/event.ts";
import { RunFailure } from "../run/failure.ts";
import { throughMirror } from "../run/mirror.ts";
import type { Shape } from "../run/plan.ts";
import type { DockerContainer } from "./dockerContainer.ts";
import type { Surroundings } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import { engineLost } from "./engineFailure.ts";
import type { ImagePuller } from "./image.ts";
import { type ContainerOptions, lockDown } from "./lockdown.ts";
import { type Cidr, DEVICE, type FilterTargets, filterMessages } from "./networkFilter.ts";
import { expiryLabel } from "./reaper.ts";

/** The network of all containers whose network is open. It stays, as images do. */
const NETWORK = "forgeai-open";

const NETWORK_LABEL = "dev.forgeai.network";

/** Containers on it can't talk to one another. */
const ALONE = { "com.docker.network.bridge.enable_icc": "false" };

/** Setting the filter up took 0.13 s. */
const FILTER_MS = 30_000;

const MEBIBYTE = 1024 * 1024;

/** Sends the kernel its messages, and ends with the number of the error that it answers with. */
const FILTER_SCRIPT = `
import socket, struct, sys
device = struct.pack("=I", socket.if_nametoindex("eth0")).hex()
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
    for message in sys.argv[1:]:
        kernel.send(bytes.fromhex(message.replace("${DEVICE}", device)))
        (error,) = struct.unpack_from("=i", kernel.recv(65536), 16)
        if error:
            sys.exit(-error)
`;

const NetworkFacts = v.object({
  Driver: v.literal("bridge"),
  EnableIPv6: v.literal(false),
  Labels: v.object({ [NETWORK_LABEL]: v.literal("open") }),
  Options: v.object({ "com.docker.network.bridge.enable_icc": v.literal("false") }),
  IPAM: v.object({ Config: v.tuple([v.object({ Subnet: v.custom<Cidr>(isIpv4Cidr) })]) }),
});

/** Where a container with an open network is put. */
export type NetworkPlace =
  | { readonly name: typeof NETWORK; readonly range: Cidr }
  /** The engine's own, which can't be filtered for this reason. */
  | { readonly name: "bridge"; readonly why: string };

interface Tools {
  readonly engine: Engine;
  readonly images: ImagePuller;
  readonly labels: Readonly<Record<string, string>>;
  readonly surroundings: Pick<Surroundings, "addresses">;
  /** Where its image comes from, as `throughMirror` has it. */
  readonly mirror: string | undefined;
}

/**
 * Gives a container the internet, and nothing that is nearer: the engine's machine, its neighbours and private addresses.
 * Before a container has its job, a second one in its network, which may administer that, has the kernel filter what it sends.
 */
export class OpenNetwork {
  readonly #tools: Tools;
  /** One with Python 3: ForgeAI's own choice, whatever rows a user has, for it gets a right that programs don't have. */
  readonly #image: string;

  constructor(tools: Tools) {
    this.#tools = tools;
    const { mirror } = tools;
    const [row = python] = mirror === undefined ? [python] : throughMirror([python], mirror);
    this.#image = row.versions.find(({ version }) => version === row.defaultVersion)?.image ?? "";
  }

  /** Makes the network where there is none. Throws an `engine-lost`. */
  async place(): Promise<NetworkPlace> {
    try {
      const network = (await this.#inspect()) ?? (await this.#make());
      const read = v.safeParse(NetworkFacts, network);
      if (read.success) return { name: NETWORK, range: read.output.IPAM.Config[0].Subnet };
      return { name: "bridge", why: `the engine's network "${NETWORK}" isn't one of ForgeAI's` };
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw engineLost(error);
      return { name: "bridge", why: `the engine makes no network for it: ${error.message}` };
    }
  }

  async #inspect(): Promise<unknown> {
    try {
      return await this.#tools.engine.call("look at a network", { method: "GET", path: `/networks/${NETWORK}` });
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  async #make(): Promise<unknown> {
    const body = {
      Name: NETWORK,
      // Of two that make it at a time, the second is refused.
      CheckDuplicate: true,
      Driver: "bridge",
      EnableIPv6: false,
      Options: ALONE,
      Labels: { ...this.#tools.labels, [NETWORK_LABEL]: "open" },
    };
    try {
      await this.#tools.engine.call("make a network", { method: "POST", path: "/networks/create", body });
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.status !== 409) throw error;
    }
    return this.#inspect();
  }

  /**
   * Has a started container's network filtered; where that can't be, it is one of the container's cautions. Yields what pulling says.
   * Throws an `engine-lost`, or the signal's reason.
   */
  async *filter(
    container: DockerContainer,
    place: NetworkPlace,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent, void, void> {
    const why = yield* this.#tryToFilter(container, place, signal);
    if (why === undefined) return;
    container.cautions.push(`The open network leads to the engine's machine and private addresses as well: ${why}.`);
  }

  /** Returns why it could not be done, in a sentence's words; undefined where it is. */
  async *#tryToFilter(
    container: DockerContainer,
    place: NetworkPlace,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent, string | undefined, void> {
    if (place.name === "bridge") return place.why;
    const { engine, images } = this.#tools;
    const image = this.#image;
    try {
      if ((await container.unlessLost(engine.imageId(image))) === undefined) {
        if (container.shape.pull === "never") return `the image ${image}, which sets the filter up, isn't there`;
        yield* images.pull(image, signal);
      }
      return await container.unlessLost(this.#setUp(container, place.range));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof EngineRefusal) return `the engine did not start what sets the filter up: ${error.message}`;
      if (error instanceof RunFailure && error.code !== "engine-lost") return error.message.replace(/\.$/, "");
      throw error instanceof RunFailure ? error : engineLost(error);
    }
  }

  async #setUp(container: DockerContainer, range: Cidr): Promise<string | undefined> {
    const { engine, labels, surroundings } = this.#tools;
    // The engine's machine may have others, where it is elsewhere: those are the internet's like any.
    const closed = surroundings.addresses().map((address): Cidr => `${address}/32`);
    const name = `forgeai-filter-${randomBytes(8).toString("hex")}`;
    using watch = await engine.watch(name);
    try {
      await engine.create(
        name,
        filterOptions(container, { targets: { network: range, closed }, image: this.#image, labels }),
      );
      await engine.start(name);
      const patience = new AbortController();
      const ended = await Promise.race([watch.exit, wait(FILTER_MS, undefined, { signal: patience.signal })]);
      patience.abort();
      if (ended === undefined) return `the filter was not set up within ${FILTER_MS / 1000} s`;
      return ended.status === 0 ? undefined : `the engine's kernel takes no filter: ${errorName(ended.status)}`;
    } finally {
      // It removes itself; this is for one that hangs, or was never started.
      await engine.remove(name).catch(() => undefined);
    }
  }
}

/** Locked down like a program, but root, and with the right to administer the network of that one container. */
function filterOptions(
  container: DockerContainer,
  {
    targets,
    image,
    labels,
  }: {
    readonly targets: FilterTargets;
    readonly image: string;
    readonly labels: Readonly<Record<string, string>>;
  },
): ContainerOptions {
  const shape: Shape = {
    image,
    pull: "never",
    limits: {
      timeoutMs: FILTER_MS,
      memoryBytes: 64 * MEBIBYTE,
      cpus: 1,
      cpuShares: 1024,
      processes: 4,
      diskBytes: MEBIBYTE,
    },
    network: "bridge",
    isolation: "default",
    readOnlyRoot: true,
    environment: {},
    terminal: false,
  };
  const { Hostname: _, ...options } = lockDown(shape, { uid: 0, labels: { ...labels, ...expiryLabel(FILTER_MS) } });
  return {
    ...options,
    Entrypoint: ["python3", "-I", "-c", FILTER_SCRIPT, ...filterMessages(targets)],
    HostConfig: { ...options.HostConfig, NetworkMode: `container:${container.name}`, CapAdd: ["NET_ADMIN"] },
  };
}

/** "EPERM"; the number where it has no name. */
function errorName(status: number): string {
  return status > 0 && status < 134 ? getSystemErrorName(-status) : `status ${status}`;
}

function isIpv4Cidr(value: unknown): value is Cidr {
  return typeof value === "string" && /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(value);
}
