import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { eventually } from "./eventually.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/** Who may pull from it. */
export const USER = { name: "forgeai", password: "a password of tests" };

/** That password's hash by bcrypt, which is all that the registry reads. */
const PASSWORD_HASH = "$2b$04$uv17auqATWrkeniYrfUwn.oB/dw148dFukqXdmh/4RBZqLnFhp9TS";

const AUTHORIZATION = `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString("base64")}`;

const Part = v.object({ digest: v.string() });

const Manifest = v.object({ config: Part, layers: v.array(Part) });

/** What an image is called in a registry. */
interface ImagePlace {
  readonly path: string;
  readonly tag: string;
}

/** A real image registry on loopback that gives nothing to strangers. Dispose of it. */
export class PrivateRegistry implements AsyncDisposable {
  /** As images begin that are in it: "127.0.0.1:5000". */
  readonly host: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(host: string, child: ChildProcess, folder: string) {
    this.host = host;
    this.#process = child;
    this.#folder = folder;
  }

  static async start(): Promise<PrivateRegistry> {
    const folder = await mkdtemp(join(tmpdir(), "forgeai-registry-"));
    const host = `127.0.0.1:${await findFreePort()}`;
    const users = join(folder, "users");
    await writeFile(users, `${USER.name}:${PASSWORD_HASH}\n`);
    const configuration = {
      version: "0.1",
      log: { level: "error" },
      storage: { filesystem: { rootdirectory: join(folder, "images") } },
      auth: { htpasswd: { realm: "tests", path: users } },
      http: { addr: host },
    };
    // JSON is YAML.
    await writeFile(join(folder, "registry.yml"), JSON.stringify(configuration));
    const child = spawn("docker-registry", ["serve", join(folder, "registry.yml")], { stdio: "ignore" });
    await once(child, "spawn");
    const registry = new PrivateRegistry(host, child, folder);
    await eventually("the registry's refusal", async () => {
      const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
      return answer?.status === 401 ? [answer] : [];
    });
    return registry;
  }

  /** Copies an image, by its path and tag, from a registry that asks for nothing. Returns what it is called here. */
  async copy(from: string, { path, tag }: ImagePlace, to: ImagePlace = { path, tag }): Promise<string> {
    const answer = await succeed(`http://${from}/v2/${path}/manifests/${tag}`, { headers: { accept: MANIFEST } });
    const manifest = await answer.text();
    const { config, layers } = v.parse(Manifest, JSON.parse(manifest));
    for (const { digest } of [config, ...layers]) {
      const blob = await succeed(`http://${from}/v2/${path}/blobs/${digest}`);
      await this.#upload(to.path, digest, await blob.arrayBuffer());
    }
    const headers = { authorization: AUTHORIZATION, "content-type": MANIFEST };
    await succeed(`http://${this.host}/v2/${to.path}/manifests/${to.tag}`, { method: "PUT", headers, body: manifest });
    return `${this.host}/${to.path}:${to.tag}`;
  }

  async #upload(path: string, digest: string, body: ArrayBuffer): Promise<void> {
    const headers = { authorization: AUTHORIZATION };
    const begun = await succeed(`http://${this.host}/v2/${path}/blobs/uploads/`, { method: "POST", headers });
    const place = new URL(begun.headers.get("location") ?? "", `http://${this.host}`);
    place.searchParams.set("digest", digest);
    const type = { "content-type": "application/octet-stream" };
    await succeed(place, { method: "PUT", headers: { ...headers, ...type }, body });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function succeed(url: string | URL, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, options);
  if (!response.ok)
    throw new Error(`${options.method ?? "GET"} ${String(url)}: ${response.status} ${await response.text()}`);
  return response;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("A server on a port has an address.");
  return address.port;
}
