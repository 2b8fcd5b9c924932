import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders, type RequestListener } from "node:http";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import { TemporaryFolder } from "../temporaryFolder.ts";

/** What an engine that is well says of itself to a ping. */
export const PING_HEADERS: OutgoingHttpHeaders = { "api-version": "1.47", ostype: "linux" };

/** A real server on a socket of its own that answers as the test says. */
export class FakeEngineServer implements AsyncDisposable {
  readonly #folder = new TemporaryFolder();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly socketPath = join(this.#folder.path, "docker.sock");

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => this.#sockets.add(socket));
  }

  static async start(server: Server): Promise<FakeEngineServer> {
    const engine = new FakeEngineServer(server);
    server.listen(engine.socketPath);
    await once(server, "listening");
    return engine;
  }

  static async http(answer: RequestListener): Promise<FakeEngineServer> {
    return FakeEngineServer.start(createServer(answer));
  }

  /** An engine that is well, and answers to all but pings as the test says. */
  static async well(
    answer: RequestListener = (_, response) => void response.writeHead(404).end(),
  ): Promise<FakeEngineServer> {
    return FakeEngineServer.http((request, response) => {
      if (request.url === "/_ping") response.writeHead(200, PING_HEADERS).end("OK");
      else answer(request, response);
    });
  }

  /** How many connections are open. */
  get open(): number {
    return [...this.#sockets].filter(({ destroyed }) => !destroyed).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#folder[Symbol.dispose]();
  }
}
