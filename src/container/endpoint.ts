import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir, networkInterfaces } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { type Attempt, messageOf } from "../run/failure.ts";

/** Where an engine listens. */
export type Endpoint =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly tls?: TlsFiles };

export interface TlsFiles {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** One way to an engine and what it was derived from: "DOCKER_HOST", "the context desktop-linux". */
export interface Candidate {
  readonly endpoint: Endpoint;
  readonly source: string;
}

/** An engine that somebody named. */
export interface NamedEngine {
  /** As DOCKER_HOST has it: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`. Empty where none is named after all. */
  readonly host: string;
  /** Who named it, for people: "the setting forgeai.engine.host". */
  readonly from: string;
}

/** What the search depends on; a test passes its own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  readonly read: (path: string) => Promise<string>;
  /** This machine's own IPv4 addresses in its networks. */
  readonly addresses: () => readonly string[];
}

export function readSurroundings(): Surroundings {
  return {
    environment: process.env,
    home: homedir(),
    platform: process.platform,
    uid: process.getuid?.(),
    read: (path) => readFile(path, "utf8"),
    addresses: () =>
      Object.values(networkInterfaces())
        .flatMap((each) => each ?? [])
        .filter(({ family, internal }) => family === "IPv4" && !internal)
        .map(({ address }) => address),
  };
}

/** Where a way leads: what to try, in order, and what could not even be tried. */
interface Destination {
  readonly candidates: readonly Candidate[];
  readonly attempts: readonly Attempt[];
}

export interface Search extends Destination {
  /** The ways that weren't gone, and why. */
  readonly passedOver: readonly Attempt[];
}

/** A way to an engine, for whoever gave it a value. */
interface Way {
  readonly what: string;
  readonly value: string | undefined;
  /** Why it isn't gone without. */
  readonly absent: string;
  readonly follow: (value: string) => Promise<Destination>;
}

/**
 * Finds the engine that `named` means; where there is none, as the docker command does: DOCKER_HOST, DOCKER_CONTEXT, the
 * current context. Whoever names an engine means that one and no other; only where nobody did, the usual sockets are tried.
 */
export async function findEndpoints(surroundings: Surroundings, named?: NamedEngine): Promise<Search> {
  const ways = await listWays(surroundings, named);
  for (const [index, { what, value, follow }] of ways.entries()) {
    if (!value) continue;
    const first = `${what} comes first`;
    const passedOver = [
      ...ways.slice(0, index).map(absence),
      ...ways.slice(index + 1).map((way) => (way.value ? { what: way.what, why: first } : absence(way))),
      ...(value === DEFAULT_CONTEXT ? [] : [{ what: "the usual sockets", why: first }]),
    ];
    return { ...(await follow(value)), passedOver };
  }
  return { ...usualSockets(surroundings), passedOver: ways.map(absence) };
}

/** The context that leads to where engines usually are. */
const DEFAULT_CONTEXT = "default";

async function listWays(surroundings: Surroundings, named: NamedEngine | undefined): Promise<Way[]> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = surroundings.environment;
  const absent = "it isn't set";
  const atHost = (what: string, value: string | undefined): Way => ({
    what,
    value,
    absent,
    follow: (address) => readHost(address, what, surroundings),
  });
  const follow = async (name: string): Promise<Destination> =>
    name === DEFAULT_CONTEXT ? usualSockets(surroundings) : readContext(name, surroundings);
  return [
    ...(named === undefined ? [] : [atHost(named.from, named.host)]),
    atHost("DOCKER_HOST", host),
    { what: "DOCKER_CONTEXT", value: context, absent, follow },
    {
      what: "Docker's current context",
      value: await readCurrentContext(surroundings),
      absent: "none is chosen",
      follow,
    },
  ];
}

const absence = ({ what, absent }: Way): Attempt => ({ what, why: absent });

function usualSockets(surroundings: Surroundings): Destination {
  const candidates = socketPaths(surroundings).map((socketPath) => ({ endpoint: { socketPath }, source: socketPath }));
  return { candidates, attempts: [] };
}

function socketPaths({ platform, home, uid, environment }: Surroundings): string[] {
  if (platform === "win32")
    return ["//./pipe/docker_engine", "//./pipe/dockerDesktopLinuxEngine", "//./pipe/podman-machine-default"];
  const runtime = environment["XDG_RUNTIME_DIR"] ?? (uid === undefined ? undefined : `/run/user/${uid}`);
  return [
    "/var/run/docker.sock",
    ...[".docker/run", ".docker/desktop", ".colima/default", ".orbstack/run", ".rd", ".lima/docker/sock"].map(
      (folder) => join(home, folder, "docker.sock"),
    ),
    ...(runtime === undefined ? [] : [join(runtime, "docker.sock"), join(runtime, "podman/podman.sock")]),
    "/run/podman/podman.sock",
  ];
}

async function readHost(host: string, source: string, surroundings: Surroundings): Promise<Destination> {
  try {
    return {
      candidates: [{ endpoint: await parseHost(host, surroundings), source: `${source} (${host})` }],
      attempts: [],
    };
  } catch (error) {
    return { candidates: [], attempts: [{ what: `${source} (${host})`, why: messageOf(error) }] };
  }
}

/** Reads `unix:///path`, `npipe:////./pipe/name` or `tcp://host:port`. Throws an Error that says what is wrong. */
async function parseHost(host: string, surroundings: Surroundings): Promise<Endpoint> {
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(host) ?? [];
  if (rest === "") throw new Error("it names no engine");
  if (scheme === "unix" || scheme === "npipe") return { socketPath: rest };
  if (scheme === "ssh") {
    throw new Error(
      "engines behind ssh:// aren't supported; forward the socket (ssh -L local.sock:/var/run/docker.sock host) and name that",
    );
  }
  if (scheme !== "tcp" && scheme !== "http" && scheme !== "https")
    throw new Error(`"${scheme}://" isn't an engine's address`);
  const { hostname, port } = parseAddress(rest);
  const { DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: folder } = surroundings.environment;
  const encrypted = scheme === "https" || Boolean(verify);
  const address = { host: hostname, port: port ?? (encrypted ? 2376 : 2375) };
  if (!encrypted) return address;
  return { ...address, tls: await readTls(folder || join(surroundings.home, ".docker"), surroundings) };
}

/** Reads `host`, `host:port` or `[::1]:port`, whatever path is behind it. */
function parseAddress(address: string): { hostname: string; port: number | undefined } {
  // Any scheme but the web's own, which has ports that go without saying and finds a host in every text.
  const url = URL.canParse(`tcp://${address}`) ? new URL(`tcp://${address}`) : undefined;
  if (url === undefined || url.hostname === "") throw new Error("it isn't a host and a port");
  return { hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: url.port === "" ? undefined : Number(url.port) };
}

async function readTls(folder: string, { read }: Surroundings): Promise<TlsFiles> {
  const readIfThere = (name: string): Promise<string | undefined> => read(join(folder, name)).catch(() => undefined);
  const [ca, cert, key] = await Promise.all(["ca.pem", "cert.pem", "key.pem"].map(readIfThere));
  return { ca, cert, key };
}

const Configuration = v.object({ currentContext: v.optional(v.string()) });

const Context = v.object({
  Endpoints: v.object({ docker: v.object({ Host: v.string() }) }),
});

function configurationFolder({ environment, home }: Surroundings): string {
  return environment["DOCKER_CONFIG"] || join(home, ".docker");
}

/** Where the docker command keeps its configuration. */
export function configurationPath(surroundings: Surroundings): string {
  return join(configurationFolder(surroundings), "config.json");
}

/** Docker's configuration, whatever is in it. Rejects where there is none, or it isn't JSON. */
export async function readConfiguration(surroundings: Surroundings): Promise<unknown> {
  return JSON.parse(await surroundings.read(configurationPath(surroundings)));
}

async function readCurrentContext(surroundings: Surroundings): Promise<string | undefined> {
  try {
    return v.parse(Configuration, await readConfiguration(surroundings)).currentContext;
  } catch {
    // No configuration, or not one of Docker's: then nobody chose a context.
    return undefined;
  }
}

async function readContext(name: string, surroundings: Surroundings): Promise<Destination> {
  const id = createHash("sha256").update(name).digest("hex");
  const contexts = join(configurationFolder(surroundings), "contexts");
  const source = `the Docker context "${name}"`;
  try {
    const meta = v.parse(Context, JSON.parse(await surroundings.read(join(contexts, "meta", id, "meta.json"))));
    const search = await readHost(meta.Endpoints.docker.Host, source, surroundings);
    const tls = await readTls(join(contexts, "tls", id, "docker"), surroundings);
    return tls.ca === undefined
      ? search
      : { ...search, candidates: search.candidates.map((candidate) => withTls(candidate, tls)) };
  } catch (error) {
    return { candidates: [], attempts: [{ what: source, why: `its description can't be read (${messageOf(error)})` }] };
  }
}

function withTls(candidate: Candidate, tls: TlsFiles): Candidate {
  return "host" in candidate.endpoint ? { ...candidate, endpoint: { ...candidate.endpoint, tls } } : candidate;
}
