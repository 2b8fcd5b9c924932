import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readSurroundings, type Surroundings } from "../../../src/container/endpoint.ts";
import { askEngine, type EngineDoor } from "./engineCall.ts";
import { Namespace } from "./namespace.ts";

export interface PrivateEngineOptions {
  /** The program that starts its containers, instead of the engine's own. */
  readonly runtime?: string;
  /** Programs that it knows as runtimes beside its own, by the names that it gives them. */
  readonly runtimes?: Readonly<Record<string, string>>;
  /** The size of the disk on which it keeps everything; enough for a few images where nothing is said. */
  readonly diskBytes?: number;
}

const DISK_BYTES = 1024 * 1024 * 1024;

const START_MS = 20_000;
const PAUSE_MS = 20;

const CGROUPS = "/sys/fs/cgroup";

/**
 * A Docker engine of a test's own, to be stopped, killed and frozen: its processes and mounts are in a namespace of their own,
 * with its data in memory, and only its socket and its logs are outside. It has a containerd of its own and leaves the
 * machine's network alone. Dispose of it.
 */
export class PrivateEngine implements EngineDoor, AsyncDisposable {
  readonly #folder: string;
  readonly #namespace: Namespace;
  readonly #cgroup: string;

  private constructor(folder: string, namespace: Namespace) {
    this.#folder = folder;
    this.#namespace = namespace;
    this.#cgroup = `forgeai-test-${randomBytes(6).toString("hex")}`;
  }

  /** Whether this user may, and this machine can, have one. */
  static async isPossible(): Promise<boolean> {
    if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
    try {
      await using namespace = await Namespace.start();
      await namespace.run("mount -t tmpfs tmpfs /tmp && command -v dockerd && command -v containerd");
      return true;
    } catch {
      return false;
    }
  }

  static async start(options: PrivateEngineOptions = {}): Promise<PrivateEngine> {
    const namespace = await Namespace.start();
    const engine = new PrivateEngine(await mkdtemp(join(tmpdir(), "private-engine-")), namespace);
    try {
      await engine.#prepare(options);
      await engine.start();
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  get #socket(): string {
    return join(this.#folder, "engine.sock");
  }

  /** For ForgeAI to find this engine and no other. */
  get surroundings(): Surroundings {
    return { ...readSurroundings(), environment: { DOCKER_HOST: `unix://${this.#socket}` } };
  }

  connect(): Socket {
    return connect({ path: this.#socket, allowHalfOpen: true });
  }

  /** Starts the engine itself, where it isn't running, and waits until it answers. */
  async start(): Promise<void> {
    const folder = this.#folder;
    await this.#namespace.run(
      `dockerd --config-file ${folder}/engine.json --host unix://${this.#socket} >>${folder}/engine.log 2>&1 & engine=$!`,
    );
    await this.#untilItAnswers();
  }

  /** Asks it to end, which takes it as long as its containers take to end. */
  async stop(): Promise<void> {
    await this.#namespace.run("kill -TERM $engine");
  }

  /** Ends it as a crash would: its containers go on. */
  async kill(): Promise<void> {
    await this.#namespace.run("kill -KILL $engine; wait $engine; true");
  }

  /** It is there, and connections to it can be made, but it does nothing any more. */
  async freeze(): Promise<void> {
    await this.#namespace.run(`
      kill -STOP $engine
      while grep -L "^State:.T" /proc/$engine/task/*/status | grep -q .; do sleep 0.01; done`);
  }

  async thaw(): Promise<void> {
    await this.#namespace.run("kill -CONT $engine");
  }

  /** Brings it back from wherever it is. */
  async restart(): Promise<void> {
    await this.#namespace.run("kill -CONT $engine; kill -TERM $engine; wait $engine; true");
    await this.start();
  }

  async #prepare({ runtime, runtimes = {}, diskBytes = DISK_BYTES }: PrivateEngineOptions): Promise<void> {
    const folder = this.#folder;
    await Promise.all([
      writeFile(join(folder, "engine.json"), JSON.stringify(this.#configuration(runtime, runtimes))),
      writeFile(join(folder, "containerd.toml"), 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'),
    ]);
    // containerd and its shims meet in /run/containerd, whatever they are told.
    await this.#namespace.run(`
      mkdir ${folder}/data && mount -t tmpfs -o mode=0700,size=${diskBytes} tmpfs ${folder}/data || exit
      mkdir -p /run/containerd && mount -t tmpfs tmpfs /run/containerd || exit
      containerd --config ${folder}/containerd.toml --root ${folder}/data/containerd --state /run/containerd \
        --address /run/containerd/containerd.sock >${folder}/containerd.log 2>&1 &
      until [ -S /run/containerd/containerd.sock ]; do kill -0 $! && sleep 0.02 || exit; done`);
  }

  #configuration(
    runtime: string | undefined,
    runtimes: Readonly<Record<string, string>>,
  ): Readonly<Record<string, unknown>> {
    const all = { ...runtimes, ...(runtime !== undefined && { test: runtime }) };
    return {
      containerd: "/run/containerd/containerd.sock",
      "data-root": join(this.#folder, "data/engine"),
      "exec-root": join(this.#folder, "data/run"),
      pidfile: join(this.#folder, "data/engine.pid"),
      "cgroup-parent": `/${this.#cgroup}`,
      "exec-opts": ["native.cgroupdriver=cgroupfs"],
      // The machine's bridge is taken as it is, and not used; "none" would delete it.
      iptables: false,
      ip6tables: false,
      "ip-forward": false,
      "ip-masq": false,
      // Each further one would come 5 s later than the one before.
      "max-download-attempts": 1,
      // So that those of one test don't wait for those of another.
      "max-concurrent-downloads": 100,
      "log-level": "warn",
      runtimes: Object.fromEntries(Object.entries(all).map(([name, path]) => [name, { path }])),
      ...(runtime !== undefined && { "default-runtime": "test" }),
    };
  }

  async #untilItAnswers(): Promise<void> {
    const end = performance.now() + START_MS;
    for (;;) {
      const answer = await askEngine(this, { path: "/_ping" }).catch((error: Error) => error);
      if (answer === "OK") return;
      if (performance.now() > end) throw new Error(`The private engine doesn't start: ${await this.#log()}`);
      await wait(PAUSE_MS);
    }
  }

  async #log(): Promise<string> {
    const log = await readFile(join(this.#folder, "engine.log"), "utf8").catch(String);
    return log.split("\n").slice(-20).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // All of it is gone with its namespace, but for the machine's network, which it shares.
    await askEngine(this, { method: "DELETE", path: "/networks/forgeai-open" }).catch(() => undefined);
    await this.#namespace[Symbol.asyncDispose]();
    const controllers = await readdir(CGROUPS).catch(() => []);
    for (const place of [CGROUPS, ...controllers.map((name) => join(CGROUPS, name))])
      await removeCgroup(join(place, this.#cgroup));
    await rm(this.#folder, { recursive: true });
  }
}

/** Nobody is in there any more. Its files can't be removed, and go with the folders. */
async function removeCgroup(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(folder, entry.name));
  await rmdir(folder);
}
