import { Console } from "node:console";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";

/** One Unix socket each: bytes pass as they are, and the end of each is plain to see. The verdict is an exit code in digits. */
export function socketPath(folder: string, name: "stdout" | "stderr" | "verdict"): string {
  return join(folder, `${name}.sock`);
}

export interface OutputRelay {
  /** Ends the relay; resolves when the other side has read everything. */
  finish(exitCode: number): Promise<void>;
}

const consoleMethods = ["log", "info", "debug", "warn", "error", "table", "dir"] as const;

/** In the extension host: sends what is written to the console and to the standard streams over the sockets. */
export async function relayOutput(folder: string): Promise<OutputRelay> {
  const [stdout, stderr, verdict] = await Promise.all([
    connect(socketPath(folder, "stdout")),
    connect(socketPath(folder, "stderr")),
    connect(socketPath(folder, "verdict")),
  ]);
  const relay = new Console({ stdout, stderr });
  const restoreConsole = replace(
    console,
    Object.fromEntries(consoleMethods.map((name) => [name, relay[name].bind(relay)])),
  );
  const restoreStreams = replace(process, { stdout, stderr });
  return {
    async finish(exitCode) {
      restoreConsole();
      restoreStreams();
      await Promise.all([end(stdout), end(stderr)]);
      verdict.write(String(exitCode));
      await end(verdict);
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
async function end(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, "close");
  socket.end();
  await closed;
}
