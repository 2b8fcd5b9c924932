import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { filesHolding } from "../support/disk.ts";
import { engine } from "../support/engine.ts";
import { eventuallyNone } from "../support/eventually.ts";
import { hostProcesses } from "../support/processes.ts";

const SECRET = "the host's own";

/** What a program would find that got out: a file, a server and sockets of this machine. Dispose of it. */
export class Bait implements AsyncDisposable {
  /** An argument of every attack, by which its processes and files would be known on this machine. */
  readonly marker = `attack-${randomUUID()}`;
  /** Of the server at every address of this machine, for TCP and UDP alike. */
  readonly port: number;
  readonly #folder: string;
  readonly #startedAt = Date.now();
  readonly #close: readonly (() => void)[];
  #visits = 0;

  private constructor(folder: string, tcp: Server, close: readonly (() => void)[]) {
    this.#folder = folder;
    const address = tcp.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
    this.#close = close;
  }

  static async lay(): Promise<Bait> {
    const folder = await mkdtemp(join(tmpdir(), "bait-"));
    await writeFile(join(folder, "secret"), SECRET);
    const servers = { tcp: createServer(), file: createServer(), nameless: createServer() };
    const datagrams = createSocket("udp4");
    const close = [...Object.values(servers).map((server) => () => server.close()), () => datagrams.close()];
    const bait = new Bait(folder, await listening(servers.tcp, 0), close);
    await listening(servers.file, bait.socketFile);
    // Others than Linux have no sockets without a file.
    if (process.platform === "linux") await listening(servers.nameless, `\0${bait.socketName}`);
    datagrams.bind(bait.port);
    await once(datagrams, "listening");
    for (const server of Object.values(servers))
      server.on("connection", (socket) => bait.#visit(() => socket.destroy()));
    datagrams.on("message", () => bait.#visit());
    return bait;
  }

  /** Everybody may read it. */
  get secretFile(): string {
    return join(this.#folder, "secret");
  }

  get socketFile(): string {
    return join(this.#folder, "socket");
  }

  /** Of the socket that has no file, without the zero before it. */
  get socketName(): string {
    return `bait-${this.port}`;
  }

  /** Where containers with a network find this machine, as engines set it up. */
  get gateway(): string {
    return networkInterfaces()["docker0"]?.[0]?.address ?? "172.17.0.1";
  }

  /** Those of this machine that others can use. */
  get addresses(): string[] {
    const all = Object.values(networkInterfaces()).flatMap((list = []) => list);
    // A link's own addresses need the link's name.
    return all
      .filter(({ internal, address }) => !internal && !address.startsWith("fe80"))
      .map(({ address }) => address);
  }

  /** What programs got of it so far: nobody called, no file was touched, and nothing of theirs lies or runs on this machine. */
  async assertUntouched(): Promise<void> {
    assert.equal(this.#visits, 0, "nobody calls");
    assert.equal(await readFile(this.secretFile, "utf8"), SECRET);
    assert.deepEqual((await readdir(this.#folder)).toSorted(), ["secret", "socket"]);
    await eventuallyNone("processes of the attacks", async () =>
      (await hostProcesses()).filter(({ command }) => command.includes(this.marker)),
    );
    const { DockerRootDir } = await (await engine()).info();
    const left = [DockerRootDir, tmpdir()].flatMap((folder) => filesHolding(this.marker, folder, this.#startedAt));
    assert.deepEqual(left, []);
  }

  #visit(leave: () => void = () => undefined): void {
    this.#visits += 1;
    leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#close) close();
    await rm(this.#folder, { recursive: true });
  }
}

async function listening(server: Server, at: string | number): Promise<Server> {
  server.listen(at);
  await once(server, "listening");
  return server;
}
