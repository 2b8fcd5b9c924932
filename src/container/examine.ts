import * as v from "valibot";
import { isImageName } from "../language/image-name.ts";
import type { Language } from "../language/language.ts";
import type { EngineReport, FoundImage, ImageReport, SecurityOption } from "../run/engineReport.ts";
import type { FoundEngine } from "./connect.ts";
import { callEngine, EngineRefusal } from "./engineCall.ts";
import { engineLost } from "./engineFailure.ts";

/** How long an engine may take to tell about itself, in milliseconds: a busy one counts all its containers first. */
const ANSWER_MS = 15_000;

/** What is absent, or of another kind than it should be, isn't known; the rest is. */
function known<Schema extends v.GenericSchema>(
  schema: Schema,
): v.SchemaWithFallback<v.OptionalSchema<Schema, undefined>, undefined> {
  return v.fallback(v.optional(schema), undefined);
}

const Text = known(v.pipe(v.string(), v.nonEmpty()));
const Texts = known(v.array(v.string()));
const Flag = known(v.boolean());
const Count = known(v.pipe(v.number(), v.minValue(1)));
const Named = v.object({ Name: v.pipe(v.string(), v.nonEmpty()) });

const VersionFacts = v.object({
  Platform: known(Named),
  Components: known(v.array(Named)),
  Version: Text,
  ApiVersion: Text,
});

const Info = v.object({
  OperatingSystem: Text,
  Architecture: Text,
  KernelVersion: Text,
  NCPU: Count,
  MemTotal: Count,
  Driver: Text,
  CgroupVersion: Text,
  CgroupDriver: Text,
  DefaultRuntime: Text,
  Runtimes: known(v.record(v.string(), v.unknown())),
  SecurityOptions: Texts,
  MemoryLimit: Flag,
  SwapLimit: Flag,
  PidsLimit: Flag,
  CPUShares: Flag,
  CpuCfsPeriod: Flag,
  CpuCfsQuota: Flag,
  Warnings: Texts,
});

const ImageFacts = v.object({ Id: v.string(), RepoDigests: Texts, Size: Count });

type Ask = (path: string) => Promise<unknown>;

/** Asks an engine about itself, and about the images of languages. Changes nothing. Throws an `engine-lost`, or the signal's reason. */
export async function examineEngine(
  { endpoint, source, otherWays }: FoundEngine,
  languages: readonly Language[],
  signal: AbortSignal,
): Promise<EngineReport> {
  const patience = AbortSignal.timeout(ANSWER_MS);
  const ask: Ask = (path) => callEngine(endpoint, { method: "GET", path }, AbortSignal.any([signal, patience]));
  try {
    const version = await askFor(VersionFacts, "/version", ask);
    const info = await askFor(Info, "/info", ask);
    const images: ImageReport[] = [];
    // One after another, each a few milliseconds: of answers that are too large there is one at a time.
    for (const image of languages.flatMap(imagesOf)) images.push(await lookFor(image, ask));
    const { warnings, ...facts } = factsOf(info.facts);
    return {
      foundBy: source,
      otherWays,
      ...identityOf(version.facts),
      ...facts,
      warnings: [...version.refusals, ...info.refusals, ...warnings],
      images,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw engineLost(patience.aborted ? new Error(`it did not answer within ${ANSWER_MS / 1000} s`) : error);
  }
}

/** An engine behind a proxy may refuse to tell of itself, and run containers even so. */
async function askFor<Facts>(
  schema: v.GenericSchema<unknown, Facts>,
  path: string,
  ask: Ask,
): Promise<{ readonly facts: Facts; readonly refusals: readonly string[] }> {
  try {
    return { facts: v.parse(schema, await ask(path)), refusals: [] };
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    return { facts: v.parse(schema, {}), refusals: [`It refuses to answer ${path}: ${error.message}`] };
  }
}

function identityOf(facts: v.InferOutput<typeof VersionFacts>): Pick<EngineReport, "name" | "version" | "apiVersion"> {
  const { Platform: platform, Components: components = [], Version: version, ApiVersion: apiVersion } = facts;
  const [engine] = components;
  // Docker's component is just called "Engine", and Podman's platform is the system that it runs on.
  const isOther = engine !== undefined && engine.Name !== "Engine";
  return { name: isOther ? engine.Name : (platform?.Name ?? "Docker Engine"), version, apiVersion };
}

type InfoFacts = Omit<EngineReport, "foundBy" | "otherWays" | "name" | "version" | "apiVersion" | "images">;

function factsOf(info: v.InferOutput<typeof Info>): InfoFacts {
  return {
    machine: {
      operatingSystem: info.OperatingSystem,
      architecture: info.Architecture,
      kernel: info.KernelVersion,
      cores: info.NCPU,
      memoryBytes: info.MemTotal,
    },
    storageDriver: info.Driver,
    cgroupVersion: info.CgroupVersion,
    cgroupDriver: info.CgroupDriver,
    defaultRuntime: info.DefaultRuntime,
    runtimes: info.Runtimes && Object.keys(info.Runtimes),
    security: info.SecurityOptions?.map(securityOption),
    enforces: enforcementOf(info),
    warnings: info.Warnings ?? [],
  };
}

function enforcementOf(info: v.InferOutput<typeof Info>): EngineReport["enforces"] {
  // Without control groups an engine limits nothing, whatever else it says.
  const held = (flag: boolean | undefined): boolean | undefined => (info.CgroupDriver === "none" ? false : flag);
  const { CpuCfsPeriod: period, CpuCfsQuota: quota } = info;
  return {
    memory: held(info.MemoryLimit),
    swap: held(info.SwapLimit),
    processes: held(info.PidsLimit),
    cpus: held(period === undefined ? quota : quota && period),
    cpuShares: held(info.CPUShares),
  };
}

/** Reads "name=seccomp,profile=default". */
function securityOption(text: string): SecurityOption {
  const parts = new Map(text.split(",").map((part) => [part.replace(/=.*/s, ""), part.replace(/^[^=]*=/, "")]));
  const profile = parts.get("profile");
  return { name: parts.get("name") ?? text, ...(profile !== undefined && { profile }) };
}

function imagesOf({ id, name, versions, defaultVersion }: Language): ImageReport[] {
  return versions.map(({ version, image }) => ({
    language: version === defaultVersion ? id : `${id}@${version}`,
    title: `${name} ${version}`,
    image,
  }));
}

async function lookFor(image: ImageReport, ask: Ask): Promise<ImageReport> {
  if (!isImageName(image.image)) return { ...image, refusal: "it isn't the name of an image" };
  try {
    return { ...image, found: readImage(await ask(`/images/${image.image}/json`)) };
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    return error.status === 404 ? image : { ...image, refusal: error.message };
  }
}

function readImage(answer: unknown): FoundImage {
  const { Id: id, RepoDigests: [reference] = [], Size: sizeBytes } = v.parse(ImageFacts, answer);
  const digest = reference?.replace(/^.*@/, "");
  return { id, ...(digest !== undefined && { digest }), sizeBytes };
}
