import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSurroundings, type Surroundings } from "../../../src/container/endpoint.ts";
import type { EngineDoor } from "./engineCall.ts";

/** What one side of a connection sent at a time: as a rule one message, such as a request's head, an event, or a frame of output. */
export interface Piece {
  /** The call that it belongs to, without its parameters and names; the second of its kind has " 2" behind it. */
  readonly call: string;
  readonly from: "caller" | "engine";
  /** Counts what this side sent of this call before. */
  readonly index: number;
  readonly bytes: Buffer;
}

/** What is passed on of a piece, sooner or later, and whether the connection is cut behind it. */
export interface Passed {
  readonly bytes: Buffer;
  readonly thenCut?: boolean;
}

export type Tamper = (piece: Piece) => Passed | Promise<Passed>;

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/;

/** Stands between a caller and an engine, and does to what passes what a test wants. Dispose of it. */
export class FaultyProxy implements AsyncDisposable {
  readonly #folder: string;
  readonly #engine: EngineDoor;
  readonly #tamper: Tamper;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #calls = new Map<string, number>();

  private constructor(folder: string, engine: EngineDoor, tamper: Tamper) {
    this.#folder = folder;
    this.#engine = engine;
    this.#tamper = tamper;
    // Either side may end its half and go on listening: so a program's input ends.
    this.#server = createServer({ allowHalfOpen: true }, (caller) => this.#passOn(caller)).listen(this.#path);
  }

  static async start(engine: EngineDoor, tamper: Tamper): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(await mkdtemp(join(tmpdir(), "faulty-proxy-")), engine, tamper);
    await once(proxy.#server, "listening");
    return proxy;
  }

  get #path(): string {
    return join(this.#folder, "engine.sock");
  }

  /** For ForgeAI to find the engine behind this proxy and no other. */
  get surroundings(): Surroundings {
    return { ...readSurroundings(), environment: { DOCKER_HOST: `unix://${this.#path}` } };
  }

  #passOn(caller: Socket): void {
    const engine = this.#engine.connect();
    let call = "";
    const sent = { caller: 0, engine: 0 };
    const describe = (from: Piece["from"], bytes: Buffer): Piece => {
      const [, method, path] = (from === "caller" && REQUEST_LINE.exec(bytes.toString("latin1"))) || [];
      if (method !== undefined && path !== undefined) {
        call = this.#name(method, path);
        sent.caller = 0;
        sent.engine = 0;
      }
      return { call, from, index: sent[from]++, bytes };
    };
    void this.#join(caller, engine, (bytes) => describe("caller", bytes));
    void this.#join(engine, caller, (bytes) => describe("engine", bytes));
  }

  #name(method: string, path: string): string {
    const plain = path.replace(/^\/v[\d.]+(?=\/)/, "").replace(/\?.*$/s, "");
    const name = `${method} ${plain.replace(/^\/(containers|exec)\/(?!json|create)[^/]+/, "/$1/*")}`;
    const number = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, number);
    return number === 1 ? name : `${name} ${number}`;
  }

  async #join(from: Socket, to: Socket, describe: (bytes: Buffer) => Piece): Promise<void> {
    this.#sockets.add(from);
    from.on("error", () => undefined).on("close", () => this.#sockets.delete(from));
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        const { bytes, thenCut = false } = await this.#tamper(describe(chunk));
        to.write(bytes);
        if (thenCut) throw new Error("cut");
      }
      to.end();
    } catch {
      // Cut by us, or broken by one of the sides: then so for the other.
      from.destroy();
      to.destroySoon();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await rm(this.#folder, { recursive: true });
  }
}
