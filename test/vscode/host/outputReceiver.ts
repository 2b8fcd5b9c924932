import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { socketPath } from "./outputRelay.ts";

export interface OutputReceiver extends Disposable {
  /**
   * The exit code of the tests, when all their output has been passed on. Rejects when the extension host never loads them
   * or dies before they are done.
   */
  readonly verdict: Promise<number>;
}

/** Milliseconds a busy machine may take from here to the first line of the tests; seven seconds are usual. */
const loadLimit = 120_000;

/** In the adapter: passes what the sockets bring on to its own standard streams. */
export async function receiveOutput(folder: string): Promise<OutputReceiver> {
  const [stdout, stderr, verdict] = await Promise.all([
    listen(socketPath(folder, "stdout")),
    listen(socketPath(folder, "stderr")),
    listen(socketPath(folder, "verdict")),
  ]);
  stdout.on("connection", (socket: Socket) => void socket.on("error", ignore).pipe(process.stdout, { end: false }));
  stderr.on("connection", (socket: Socket) => void socket.on("error", ignore).pipe(process.stderr, { end: false }));
  return {
    verdict: receiveVerdict(verdict),
    [Symbol.dispose]() {
      for (const server of [stdout, stderr, verdict]) server.close();
    },
  };
}

async function listen(path: string): Promise<Server> {
  const server = createServer().listen(path);
  await once(server, "listening");
  return server;
}

async function receiveVerdict(server: Server): Promise<number> {
  const connected: Promise<Socket[]> = once(server, "connection");
  const [socket] = await Promise.race([connected, delay(loadLimit, [], { ref: false })]);
  if (socket === undefined) throw new Error(`VS Code did not load the tests within ${loadLimit / 1000} seconds`);
  const digits = await text(socket);
  if (digits === "") throw new Error("the extension host ended before the tests had");
  return Number(digits);
}

function ignore(): void {
  // A connection that breaks is one that ended.
}
