import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";
import { connect, type Socket } from "node:net";
import { json, text } from "node:stream/consumers";
import * as v from "valibot";
import { findEndpoints, readSurroundings } from "../../../src/container/endpoint.ts";
import { readJsonLines } from "../../../src/container/jsonLines.ts";

/** The label that every container of ForgeAI carries. */
const FORGEAI_LABEL = "dev.forgeai.expires";

const Containers = v.array(v.object({ Id: v.string(), Names: v.array(v.string()) }));
/** The label that every image has that ForgeAI made. */
const SNAPSHOT_LABEL = "dev.forgeai.snapshot";

const ListedImages = v.array(v.object({ RepoTags: v.nullable(v.array(v.string())) }));
const Network = v.object({
  IPAM: v.object({ Config: v.array(v.object({ Gateway: v.optional(v.string()), Subnet: v.optional(v.string()) })) }),
});
const Images = v.object({ Id: v.string() });
const Volumes = v.object({ Volumes: v.nullable(v.array(v.object({ Name: v.string() }))) });
const Info = v.object({ DockerRootDir: v.string(), CgroupVersion: v.optional(v.string()) });
const Version = v.object({ Version: v.string() });
const EngineEvent = v.object({
  Type: v.string(),
  Action: v.string(),
  Actor: v.object({ ID: v.string(), Attributes: v.record(v.string(), v.string()) }),
});

export type Label = readonly [name: string, value: string];

/** What the engine tells of a container with each event: its name and its labels, among others. */
export type Attributes = Readonly<Record<string, string>>;

export type EngineEvent = v.InferOutput<typeof EngineEvent>;

/** The engine that ForgeAI finds, looked at without ForgeAI's own code or any client's. */
export class EngineView {
  readonly #address: RequestOptions;

  private constructor(address: RequestOptions) {
    this.#address = address;
  }

  static async find(): Promise<EngineView> {
    const { candidates } = await findEndpoints(readSurroundings());
    for (const { endpoint } of candidates) {
      const view = new EngineView(endpoint);
      const answer = await view.#get("/version").catch(() => undefined);
      if (answer !== undefined && v.is(Version, await json(answer))) return view;
    }
    throw new Error("The engine tests need a Docker engine: `npm test` brings one.");
  }

  /** A connection of one's own. */
  connect(): Socket {
    const { socketPath, host, port } = this.#address;
    const to = socketPath ? { path: socketPath } : { host: host ?? "localhost", port: Number(port) };
    return connect({ ...to, allowHalfOpen: true });
  }

  /** All containers of ForgeAI, running or not: those with the label as well, where one is named. */
  async containers(label?: Label): Promise<string[]> {
    const filters = JSON.stringify({ label: [FORGEAI_LABEL, ...(label === undefined ? [] : [label.join("=")])] });
    const answer = await this.#get(`/containers/json?all=true&filters=${encodeURIComponent(filters)}`);
    return v.parse(Containers, await json(answer)).map(({ Id, Names }) => Names[0]?.slice(1) ?? Id);
  }

  /** Those of them that run. */
  async running(): Promise<string[]> {
    const filters = JSON.stringify({ label: [FORGEAI_LABEL] });
    const answer = await this.#get(`/containers/json?filters=${encodeURIComponent(filters)}`);
    return v.parse(Containers, await json(answer)).map(({ Id, Names }) => Names[0]?.slice(1) ?? Id);
  }

  /** Everything that the engine tells about a container, as it tells it. */
  async inspect(container: string): Promise<string> {
    return text(await this.#get(`/containers/${container}/json`));
  }

  async volumes(): Promise<string[]> {
    const answer = v.parse(Volumes, await json(await this.#get("/volumes")));
    return (answer.Volumes ?? []).map(({ Name }) => Name);
  }

  async info(): Promise<v.InferOutput<typeof Info>> {
    return v.parse(Info, await json(await this.#get("/info")));
  }

  /** The images that ForgeAI derived from others, by their names. */
  async snapshots(): Promise<string[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [SNAPSHOT_LABEL] }));
    const listed = v.parse(ListedImages, await json(await this.#get(`/images/json?filters=${filters}`)));
    return listed.flatMap(({ RepoTags }) => RepoTags ?? []);
  }

  /** All containers, running or not, whose names begin so. */
  async containersNamed(beginning: string): Promise<string[]> {
    const filters = encodeURIComponent(JSON.stringify({ name: [`^/${beginning}`] }));
    const answer = await this.#get(`/containers/json?all=true&filters=${filters}`);
    return v.parse(Containers, await json(answer)).map(({ Id, Names }) => Names[0]?.slice(1) ?? Id);
  }

  async hasImage(image: string): Promise<boolean> {
    const answer = await this.#get(`/images/${image}/json`).catch(() => undefined);
    return answer !== undefined && v.is(Images, await json(answer));
  }

  /** Removes an image by its exact name, where it is there. */
  async removeImage(image: string): Promise<void> {
    if (await this.hasImage(image)) await text(await this.#send("DELETE", `/images/${image}`));
  }

  /** The names of the images with a label; of what several names mean, each. */
  async imagesWith([name, value]: Label): Promise<string[]> {
    return this.#imageNames({ label: [`${name}=${value}`] });
  }

  /** The names of the images of a repository. */
  async imagesOf(repository: string): Promise<string[]> {
    return this.#imageNames({ reference: [repository] });
  }

  async #imageNames(filter: object): Promise<string[]> {
    const filters = encodeURIComponent(JSON.stringify(filter));
    const listed = v.parse(ListedImages, await json(await this.#get(`/images/json?filters=${filters}`)));
    return listed.flatMap(({ RepoTags }) => RepoTags ?? []);
  }

  /** The address at which containers with a network find this machine. */
  async gateway(): Promise<string> {
    const { IPAM } = v.parse(Network, await json(await this.#get("/networks/bridge")));
    const [{ Gateway, Subnet = "127.0.0.0/8" } = {}] = IPAM.Config;
    // An engine tells it only of a bridge that was there when it started; it is the first address of the network.
    return Gateway ?? Subnet.replace(/0\/\d+$/, "1");
  }

  /** What the engine says that happened since a moment, in its own log of events: nothing is missed for being late. */
  async eventsSince(moment: number, type: "container" | "image"): Promise<EngineEvent[]> {
    const filters = encodeURIComponent(JSON.stringify({ type: [type] }));
    const answer = await this.#get(`/events?since=${moment / 1000}&until=${Date.now() / 1000}&filters=${filters}`);
    const events: EngineEvent[] = [];
    for await (const line of readJsonLines(answer)) events.push(v.parse(EngineEvent, line));
    return events;
  }

  /** The names of those containers of ours that were made since a moment, whether they still are or not. */
  async containersMadeSince(moment: number, isOurs: (attributes: Attributes) => boolean): Promise<string[]> {
    const events = await this.eventsSince(moment, "container");
    const made = events.filter(({ Action, Actor }) => Action === "create" && isOurs(Actor.Attributes));
    return made.map(({ Actor }) => Actor.Attributes["name"] ?? Actor.ID);
  }

  async #get(path: string): Promise<IncomingMessage> {
    return this.#send("GET", path);
  }

  async #send(method: "GET" | "DELETE", path: string): Promise<IncomingMessage> {
    const call: ClientRequest = request({ ...this.#address, method, path });
    call.end();
    const [answer]: IncomingMessage[] = await once(call, "response");
    if (answer === undefined) throw new TypeError("A response comes with its message.");
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) throw new Error(`${method} ${path}: ${statusCode} ${await text(answer)}`);
    return answer;
  }
}

let found: Promise<EngineView> | undefined;

/** The one engine of all tests. */
export function engine(): Promise<EngineView> {
  found ??= EngineView.find();
  return found;
}
