import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { makeTar } from "./tar.ts";

const MEDIA = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  list: "application/vnd.docker.distribution.manifest.list.v2+json",
  configuration: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};

/** What engines ask for: whether it is a registry, what an image consists of, and the parts. */
export type Question = "greeting" | "manifest" | "configuration" | "layer";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Gives the right answer to a question, or one of its own. Resolving with undefined cuts the connection. */
export type Fault = (
  question: Question,
  right: Answer,
  response: ServerResponse,
) => Promise<Answer | undefined> | Answer;

export interface FaultyRegistryOptions {
  readonly fault?: Fault;
  /** What its one image holds; something that no other does where nothing is said. */
  readonly content?: Uint8Array;
}

/** What a registry says about an image that it has for other machines only. */
export const foreignPlatforms: Answer = answerOf(
  MEDIA.list,
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA.list,
      manifests: ["s390x", "ppc64le"].map((architecture) => ({
        mediaType: MEDIA.manifest,
        size: 500,
        digest: digestOf(Buffer.from(architecture)),
        platform: { os: "linux", architecture },
      })),
    }),
  ),
);

/** An image registry on loopback that holds one image, which can be pulled, and answers as a test wants. Dispose of it. */
export class FaultyRegistry implements AsyncDisposable {
  /** What engines call its image. */
  readonly image: string;
  /** The same by its digest. */
  readonly imageByDigest: string;
  readonly #server: Server;
  readonly #image: RegistryImage;
  readonly #fault: Fault;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number, image: RegistryImage, fault: Fault) {
    const repository = `127.0.0.1:${port}/forgeai-test/faulty`;
    this.image = `${repository}:1`;
    this.imageByDigest = `${repository}@${image.digest}`;
    this.#server = server;
    this.#image = image;
    this.#fault = fault;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start({ fault = (_, right) => right, content }: FaultyRegistryOptions = {}): Promise<FaultyRegistry> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("A server on a port has an address.");
    return new FaultyRegistry(server, address.port, new RegistryImage(content), fault);
  }

  async #answer({ url = "", method }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [question, right] = this.#image.find(url);
    const answer = await this.#fault(question, right, response);
    if (answer === undefined) {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { "Content-Length": answer.body.length, ...answer.headers });
    response.end(method === "HEAD" ? undefined : answer.body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** The parts of an image of one layer, as a registry holds them. */
class RegistryImage {
  readonly #layer: Part;
  readonly #configuration: Part;
  readonly #manifest: Part;

  constructor(content: Uint8Array = randomBytes(1000)) {
    const tar = makeTar([{ path: "content", content }]);
    this.#layer = new Part(MEDIA.layer, gzipSync(tar, { level: 1 }));
    this.#configuration = Part.ofJson(MEDIA.configuration, {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: { Cmd: ["/content"] },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
    });
    this.#manifest = Part.ofJson(MEDIA.manifest, {
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config: this.#configuration.description,
      layers: [this.#layer.description],
    });
  }

  get digest(): string {
    return this.#manifest.digest;
  }

  find(url: string): readonly [Question, Answer] {
    if (url.includes("/manifests/")) return ["manifest", this.#manifest.answer];
    if (url.includes(this.#layer.digest)) return ["layer", this.#layer.answer];
    if (url.includes(this.#configuration.digest)) return ["configuration", this.#configuration.answer];
    return ["greeting", answerOf("application/json", Buffer.from("{}"))];
  }
}

class Part {
  readonly digest: string;
  readonly #type: string;
  readonly #bytes: Buffer;

  constructor(type: string, bytes: Buffer) {
    this.#type = type;
    this.#bytes = bytes;
    this.digest = digestOf(bytes);
  }

  static ofJson(type: string, value: unknown): Part {
    return new Part(type, Buffer.from(JSON.stringify(value)));
  }

  get description(): Readonly<Record<string, unknown>> {
    return { mediaType: this.#type, size: this.#bytes.length, digest: this.digest };
  }

  get answer(): Answer {
    return answerOf(this.#type, this.#bytes);
  }
}

function answerOf(type: string, body: Buffer): Answer {
  const headers = {
    "Content-Type": type,
    "Docker-Content-Digest": digestOf(body),
    "Docker-Distribution-Api-Version": "registry/2.0",
  };
  return { status: 200, headers, body };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
