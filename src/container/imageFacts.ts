import * as v from "valibot";
import type { Engine } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import type { LayeredImage } from "./imageLayers.ts";

type Asker = Pick<Engine, "call">;

const Labels = v.nullish(v.record(v.string(), v.string()));

const Listed = v.array(
  v.object({
    Id: v.string(),
    RepoTags: v.nullish(v.array(v.string())),
    Labels,
  }),
);

const Inspected = v.object({
  Id: v.string(),
  Created: v.string(),
  Os: v.string(),
  Architecture: v.string(),
  Variant: v.optional(v.string(), ""),
  Size: v.number(),
  RepoTags: v.nullish(v.array(v.string())),
  RepoDigests: v.nullish(v.array(v.string())),
  RootFS: v.object({ Layers: v.nullish(v.array(v.string())) }),
});

const History = v.array(v.object({ Size: v.number() }));
const Info = v.object({ ID: v.optional(v.string(), "") });
const DiskUse = v.object({ LayersSize: v.number() });

/** An image in an engine's list. */
export interface ListedImage {
  readonly id: string;
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What an engine tells about an image. */
export interface ImageFacts {
  readonly id: string;
  readonly digest?: string;
  readonly platform: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

/** The engine's own id, which it keeps when it is started again. */
export async function engineId(engine: Asker): Promise<string> {
  return v.parse(Info, await engine.call("tell about itself", { method: "GET", path: "/info" })).ID;
}

/** All images but those that others are made of and that have no name. */
export async function listImages(engine: Asker): Promise<ListedImage[]> {
  const listed = await engine.call("list its images", { method: "GET", path: "/images/json" });
  return v.parse(Listed, listed).map(({ Id, RepoTags, Labels: labels }) => ({
    id: Id,
    names: (RepoTags ?? []).filter((name) => name !== "<none>:<none>"),
    labels: labels ?? {},
  }));
}

/** Undefined where there is none of that name or id. */
export async function readImage(engine: Asker, image: string): Promise<ImageFacts | undefined> {
  const facts = await inspect(engine, image);
  if (facts === undefined) return undefined;
  const { Id, Os, Architecture, Variant, Size, Created, RepoDigests } = facts;
  const digest = RepoDigests?.[0]?.replace(/^.*@/, "");
  return {
    id: Id,
    ...(digest !== undefined && { digest }),
    platform: [Os, Architecture, Variant].filter((part) => part !== "").join("/"),
    sizeBytes: Size,
    createdAt: new Date(Created),
  };
}

/** An image with its layers; undefined where it has gone meanwhile. */
export async function readLayers(engine: Asker, id: string): Promise<LayeredImage | undefined> {
  const facts = await inspect(engine, id);
  const steps = await found(engine.call("tell an image's history", { method: "GET", path: `/images/${id}/history` }));
  if (facts === undefined || steps === undefined) return undefined;
  const history = v.parse(History, steps).map(({ Size }) => Size);
  return { id, layers: facts.RootFS.Layers ?? [], history: history.toReversed(), sizeBytes: facts.Size };
}

/** How many bytes all layers of all images take. */
export async function diskUse(engine: Asker): Promise<number> {
  return v.parse(DiskUse, await engine.call("measure its disk", { method: "GET", path: "/system/df" })).LayersSize;
}

/**
 * Takes a name from an image, or removes the one with that id; with its last name the image goes. Never by force. Resolves with
 * false where there is none. Rejects with an `EngineRefusal` where it is in use.
 */
export async function removeImage(engine: Asker, image: string): Promise<boolean> {
  const answer = await found(engine.call("remove the image", { method: "DELETE", path: `/images/${image}` }));
  return answer !== undefined;
}

async function inspect(engine: Asker, image: string): Promise<v.InferOutput<typeof Inspected> | undefined> {
  const answer = await found(engine.call("look at the image", { method: "GET", path: `/images/${image}/json` }));
  return answer === undefined ? undefined : v.parse(Inspected, answer);
}

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return undefined;
    throw error;
  }
}
