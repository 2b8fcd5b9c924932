import { Console } from "node:console";
import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";

/** One Unix socket a stream: bytes pass as they are, and the end of each is plain to see. */
const streams = ["stdout", "stderr"] as const;
type StreamName = (typeof streams)[number];
const consoleMethods = ["log", "info", "debug", "warn", "error", "table", "dir"] as const;

function socketPath(folder: string, stream: StreamName): string {
  return join(folder, `${stream}.sock`);
}

/** In the extension host: sends what is written to the console and to both streams over the sockets, until disposed. */
export async function relayOutput(folder: string): Promise<AsyncDisposable> {
  const [stdout, stderr] = await Promise.all(streams.map((stream) => connect(socketPath(folder, stream))));
  if (stdout === undefined || stderr === undefined) throw new Error("both streams were asked for");
  const relay = new Console({ stdout, stderr });
  const restorers = [
    replace(console, Object.fromEntries(consoleMethods.map((name) => [name, relay[name].bind(relay)]))),
    replace(process, { stdout, stderr }),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const restore of restorers) restore();
      await Promise.all([stdout, stderr].map(finish));
    },
  };
}

/** Replaces by definition: VS Code guards the console with setters that ignore what they are given. */
function replace(target: object, properties: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(properties).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, descriptor);
    }
  };
}

async function connect(path: string): Promise<Socket> {
  const socket = createConnection(path);
  await once(socket, "connect");
  // The adapter may go first, when it is interrupted.
  socket.on("error", () => {});
  return socket;
}

/** The other side closes only when it has read everything. */
async function finish(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, "close");
  socket.end();
  await closed;
}

export interface OutputReceiver extends Disposable {
  /** Settled when a relay has come and gone: the extension host is done with the tests, or dead. */
  readonly ended: Promise<void>;
}

/** In the adapter: passes what the sockets bring on to its own streams. */
export async function receiveOutput(folder: string): Promise<OutputReceiver> {
  const servers = streams.map((stream) => createServer({ noDelay: true }).listen(socketPath(folder, stream)));
  await Promise.all(servers.map((server) => once(server, "listening")));
  return {
    ended: passOn(servers),
    [Symbol.dispose]() {
      for (const server of servers) server.close();
    },
  };
}

async function passOn(servers: readonly Server[]): Promise<void> {
  const connections = await Promise.all(servers.map((server) => once(server, "connection")));
  await Promise.all(
    connections.map(async ([socket]: Socket[], index) => {
      const stream = streams[index];
      if (socket === undefined || stream === undefined) return;
      socket.on("error", () => {});
      socket.pipe(process[stream], { end: false });
      await once(socket, "close");
    }),
  );
}
