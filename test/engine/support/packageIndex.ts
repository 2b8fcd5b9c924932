import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { engine } from "./engine.ts";
import { makeTar } from "./tar.ts";
import { makeZip } from "./zip.ts";

/** What the index itself has: packages that nobody else does. Everything else of npm's comes from the registry that npm uses here. */
export const OWN = {
  /** Of npm: its install scripts leave a file that it tells of. */
  scripted: "forgeai-test-scripted",
  /** Of pip: a wheel, which says hello. */
  wheel: "forgeai-test-greet",
  /** Of pip: needs to be built, which runs its code. */
  unbuilt: "forgeai-test-unbuilt",
  /** Of Go: a module, which says hello. */
  module: "forgeai.test/greet",
} as const;

/**
 * An index for npm, pip and Go on the address by which containers reach this machine: a proxy of the registry that npm uses here,
 * with some packages of its own. Remembers what it was asked for.
 */
export class PackageIndex implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #registry: string;
  readonly #address: string;
  readonly #own: ReadonlyMap<string, Buffer>;

  private constructor(server: Server, address: string, registry: string) {
    this.#server = server;
    this.#address = address;
    this.#registry = registry;
    this.#own = new Map([...npmFiles(address), ...pipFiles(), ...goFiles()]);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(): Promise<PackageIndex> {
    const server = createServer().listen(0, await (await engine()).gateway());
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("A server on a port has an address.");
    const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim().replace(/\/$/, "");
    return new PackageIndex(server, `http://${address.address}:${address.port}`, registry);
  }

  get npm(): string {
    return `${this.#address}/npm/`;
  }

  get pip(): string {
    return `${this.#address}/simple/`;
  }

  get go(): string {
    return `${this.#address}/go/`;
  }

  async #answer({ url = "/", headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(url);
    const own = this.#own.get(decodeURIComponent(url));
    if (own !== undefined) {
      // pip takes pages by their type.
      const type = url.endsWith("/") ? "text/html" : "application/octet-stream";
      return void response.writeHead(200, { "content-type": type }).end(own);
    }
    if (!url.startsWith("/npm/")) return void response.writeHead(404).end();
    try {
      const accept = headers.accept ?? "*/*";
      const theirs = await fetch(this.#registry + url.slice("/npm".length), { headers: { accept } });
      const type = theirs.headers.get("content-type") ?? "application/octet-stream";
      response.writeHead(theirs.status, { "content-type": type }).end(Buffer.from(await theirs.arrayBuffer()));
    } catch {
      response.writeHead(502).end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

function* npmFiles(address: string): Generator<[string, Buffer]> {
  const leaveTrace = "echo >ran";
  const manifest = {
    name: OWN.scripted,
    version: "1.0.0",
    scripts: { preinstall: leaveTrace, install: leaveTrace, postinstall: leaveTrace },
  };
  const archive = gzipSync(
    makeTar([
      { path: "package/package.json", content: Buffer.from(JSON.stringify(manifest)) },
      {
        path: "package/index.js",
        content: Buffer.from('exports.hasRun = require("fs").existsSync(__dirname + "/ran");\n'),
      },
    ]),
  );
  const tarball = `/npm/${OWN.scripted}/-/${OWN.scripted}-1.0.0.tgz`;
  yield [tarball, archive];
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const version = { ...manifest, dist: { tarball: address + tarball, integrity } };
  const facts = { name: OWN.scripted, "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } };
  yield [`/npm/${OWN.scripted}`, Buffer.from(JSON.stringify(facts))];
}

function* pipFiles(): Generator<[string, Buffer]> {
  const page = (file: string): Buffer => Buffer.from(`<!DOCTYPE html><a href="${file}">${file}</a>`);
  const folder = `/simple/${OWN.wheel}/`;
  const wheel = "forgeai_test_greet-1.0-py3-none-any.whl";
  const about = "forgeai_test_greet-1.0.dist-info";
  yield [folder, page(wheel)];
  yield [
    folder + wheel,
    makeZip({
      "forgeai_test_greet.py": 'def hello():\n    return "Hello from a wheel"\n',
      [`${about}/METADATA`]: `Metadata-Version: 2.1\nName: ${OWN.wheel}\nVersion: 1.0\n`,
      [`${about}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: forgeai\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
      [`${about}/RECORD`]: "",
    }),
  ];
  const source = "forgeai-test-unbuilt-1.0.tar.gz";
  yield [`/simple/${OWN.unbuilt}/`, page(source)];
  const setup = { path: "forgeai-test-unbuilt-1.0/setup.py", content: Buffer.from("open('/ran', 'w')\n") };
  yield [`/simple/${OWN.unbuilt}/${source}`, gzipSync(makeTar([setup]))];
}

function* goFiles(): Generator<[string, Buffer]> {
  const folder = `/go/${OWN.module}/@v`;
  const modFile = `module ${OWN.module}\n`;
  const root = `${OWN.module}@v1.0.0`;
  yield [`${folder}/list`, Buffer.from("v1.0.0\n")];
  yield [`${folder}/v1.0.0.info`, Buffer.from(JSON.stringify({ Version: "v1.0.0" }))];
  yield [`${folder}/v1.0.0.mod`, Buffer.from(modFile)];
  yield [
    `${folder}/v1.0.0.zip`,
    makeZip({
      [`${root}/go.mod`]: modFile,
      [`${root}/greet.go`]: 'package greet\n\nfunc Hello() string { return "Hello from a module" }\n',
    }),
  ];
}
