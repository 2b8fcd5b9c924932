import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "./engine.ts";

/** How a container is asked for; its name stands in the same line. */
const CREATION = /POST \S*\/containers\/create\?\S*?\bname=([\w-]+)\S* HTTP/g;

/** More than the line of such a call has. */
const MOST_LINE_BYTES = 64 * 1024;

/** Stands between a caller and the engine, passes everything on, and notes the containers that are asked for. Dispose of it. */
export class Wiretap implements AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #containers = new Set<string>();
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string) {
    this.#folder = folder;
    const path = join(folder, "engine.sock");
    this.host = `unix://${path}`;
    // Either side may end its half and go on listening: so a program's input ends.
    this.#server = createServer({ allowHalfOpen: true }, (caller) => void this.#passOn(caller)).listen(path);
  }

  static async start(): Promise<Wiretap> {
    const tap = new Wiretap(await mkdtemp(join(tmpdir(), "engine-test-")));
    await once(tap.#server, "listening");
    return tap;
  }

  /** The names of the containers that were asked for so far. */
  get containers(): readonly string[] {
    return [...this.#containers];
  }

  async #passOn(caller: Socket): Promise<void> {
    caller.pause();
    const called = (await engine()).connect();
    let said = "";
    caller.on("data", (chunk) => {
      said = (said + chunk.toString("latin1")).slice(-MOST_LINE_BYTES);
      for (const [, name = ""] of said.matchAll(CREATION)) this.#containers.add(name);
    });
    this.#join(caller, called);
    this.#join(called, caller);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("error", () => undefined);
    from.on("close", () => {
      this.#sockets.delete(from);
      // What was read before an orderly end is still on its way.
      if (from.readableEnded && !from.errored) to.end();
      else to.destroy();
    });
    from.pipe(to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await rm(this.#folder, { recursive: true });
  }
}
