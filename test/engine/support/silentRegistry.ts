import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A registry on loopback that takes calls and never answers them. Dispose of it. */
export class SilentRegistry implements AsyncDisposable {
  readonly port: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #callers = new Set<Socket>();
  readonly #called: Promise<unknown>;

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server;
    this.port = port;
    this.#called = once(server, "connection");
    server.on("connection", (socket) => {
      this.#callers.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#callers.delete(socket));
    });
  }

  static async start(): Promise<SilentRegistry> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("A server on a port has an address.");
    return new SilentRegistry(server, address.port);
  }

  /** Resolves when the engine has asked for something. */
  async called(): Promise<void> {
    await this.#called;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#callers) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
