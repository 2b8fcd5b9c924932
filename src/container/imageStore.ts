import type { Language } from "../language/language.ts";
import type { ImageEvent, ImageKind, ImageList, ImageRow, PruneReport, PulledEvent } from "../run/imageList.ts";
import { messageOf, RunFailure } from "../run/failure.ts";
import { planRun } from "../run/plan.ts";
import { connectToEngine } from "./connect.ts";
import { readSurroundings, type NamedEngine } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal } from "./engineCall.ts";
import { engineLost } from "./engineFailure.ts";
import { diskUse, engineId, type ListedImage, listImages, readImage, readLayers, removeImage } from "./imageFacts.ts";
import { bytesOfOnly, type LayeredImage } from "./imageLayers.ts";
import type { ImagePuller } from "./image.ts";
import { Ledger, type LedgerEntry } from "./ledger.ts";
import { PACKAGES_LABEL } from "./packageImages.ts";
import { imagePuller } from "./puller.ts";
import { isWarm, SNAPSHOT_LABEL, Snapshots } from "./snapshot.ts";

export interface StoreOptions {
  readonly engine?: NamedEngine | undefined;
  readonly languages: readonly Language[];
  readonly platform?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly ledgerFolder?: string | undefined;
}

/** What ForgeAI made tells so itself. */
const MADE: readonly { readonly label: string; readonly kind: ImageKind }[] = [
  // In the order in which they can be removed: packages are installed into snapshots.
  { label: PACKAGES_LABEL, kind: "packages" },
  { label: SNAPSHOT_LABEL, kind: "snapshot" },
];

interface MadeImage extends ListedImage {
  readonly kind: ImageKind;
  readonly made: string;
}

interface Parts {
  readonly engine: Engine;
  readonly puller: ImagePuller;
  readonly snapshots: Snapshots;
  readonly ledger: Ledger;
}

/** The images of one engine: what languages need, and what ForgeAI added. */
export class ImageStore {
  readonly #parts: Parts;
  readonly #languages: readonly Language[];
  readonly #labels: Readonly<Record<string, string>>;
  readonly #platform: string | undefined;

  private constructor(parts: Parts, { languages, platform, labels = {} }: StoreOptions) {
    this.#parts = parts;
    this.#languages = languages;
    this.#labels = labels;
    this.#platform = platform;
  }

  /** Throws an `engine-unavailable`. */
  static async connect(options: StoreOptions): Promise<ImageStore> {
    const surroundings = readSurroundings();
    const engine = await connectToEngine(surroundings, options.engine);
    const ledger = new Ledger(await told(engineId(engine)), options.ledgerFolder);
    const puller = imagePuller(engine, { surroundings, ledger: async () => ledger });
    return new ImageStore({ engine, puller, ledger, snapshots: new Snapshots(engine, options.labels) }, options);
  }

  async list(signal: AbortSignal): Promise<ImageList> {
    return told(this.#list(signal), signal);
  }

  async #list(signal: AbortSignal): Promise<ImageList> {
    const { engine, ledger } = this.#parts;
    const [images, entries] = await Promise.all([listImages(engine), ledger.entries()]);
    const ids = new Set(images.map(({ id }) => id));
    const made = this.#madeOf(images);
    const pulled = entries.filter(({ id }) => ids.has(id));
    signal.throwIfAborted();
    const own = new Set([...made, ...pulled].map(({ id }) => id));
    const rows = await Promise.all([
      ...this.#needed().map(async ([image, neededBy]) => this.#neededRow(image, neededBy, own)),
      ...made.map(async (image) => this.#madeRow(image, images)),
      ...this.#former(pulled, images).map(async (entry) => this.#formerRow(entry)),
    ]);
    return { rows, addedBytes: await this.#bytesOf(own, images) };
  }

  /** Each image that a language needs, with those that need it. */
  #needed(): [string, string[]][] {
    const needed = new Map<string, string[]>();
    for (const { id, versions } of this.#languages) {
      for (const { version, image } of versions) needed.set(image, [...(needed.get(image) ?? []), `${id}@${version}`]);
    }
    return [...needed];
  }

  /** What ForgeAI made, those first that nothing else is made of. */
  #madeOf(images: readonly ListedImage[]): MadeImage[] {
    const isMeant = ({ labels }: ListedImage): boolean =>
      Object.entries(this.#labels).every(([name, value]) => labels[name] === value);
    return MADE.flatMap(({ label, kind }) =>
      images.filter(isMeant).flatMap((image) => {
        const value = image.labels[label];
        // What is made of a snapshot has its label as well.
        const isOther = MADE.some(
          (other) => other.kind === "packages" && kind !== "packages" && other.label in image.labels,
        );
        return value === undefined || isOther ? [] : [{ ...image, kind, made: value }];
      }),
    );
  }

  /** What was pulled, and is not what a language needs now. */
  #former(pulled: readonly LedgerEntry[], images: readonly ListedImage[]): LedgerEntry[] {
    const needed = new Set(this.#needed().map(([image]) => image));
    return pulled.filter(
      ({ image, id }) =>
        !needed.has(image) || !images.some((listed) => listed.id === id && listed.names.includes(image)),
    );
  }

  async #neededRow(image: string, neededBy: readonly string[], own: ReadonlySet<string>): Promise<ImageRow> {
    const facts = await readImage(this.#parts.engine, image);
    const isOurs = facts !== undefined && own.has(facts.id);
    return { image, neededBy, kind: "language", isHere: facts !== undefined, isOurs, ...facts };
  }

  async #madeRow({ id, names, kind, made }: MadeImage, images: readonly ListedImage[]): Promise<ImageRow> {
    const facts = await readImage(this.#parts.engine, id);
    const contents =
      kind === "packages" ? packagesOf(made) : (images.find((each) => each.id === made)?.names[0] ?? made);
    return { image: names[0] ?? id, neededBy: [], kind, isHere: facts !== undefined, isOurs: true, contents, ...facts };
  }

  async #formerRow({ image, id }: LedgerEntry): Promise<ImageRow> {
    const facts = await readImage(this.#parts.engine, id);
    return { image, neededBy: [], kind: "former", isHere: facts !== undefined, isOurs: true, ...facts };
  }

  async #bytesOf(own: ReadonlySet<string>, images: readonly ListedImage[]): Promise<number> {
    const layered = await Promise.all(images.map(({ id }) => readLayers(this.#parts.engine, id)));
    const there = layered.filter((image): image is LayeredImage => image !== undefined);
    return bytesOfOnly(
      there.filter(({ id }) => own.has(id)),
      there.filter(({ id }) => !own.has(id)),
    );
  }

  async *pull(image: string, signal: AbortSignal): AsyncGenerator<ImageEvent, void, void> {
    const { engine, puller, snapshots } = this.#parts;
    const before = await told(engine.imageId(image));
    yield* puller.pull(image, signal, this.#platform);
    const after = await told(readImage(engine, image));
    yield { type: "pulled", image, change: changeOf(before, after?.id) };
    if (this.#platform !== undefined) {
      checkCame(image, this.#platform, after?.platform);
      return;
    }
    // Kept for the engine's own platform only.
    for (const shape of this.#shapesOf(image)) {
      if (!isWarm(shape) || (await snapshots.find(shape)) !== undefined) continue;
      yield { type: "warming", image };
      await makeQuick(image, snapshots.make(shape, signal), signal);
      yield { type: "warmed", image };
    }
  }

  /** What a run in the image would start with. */
  #shapesOf(image: string) {
    const version = this.#languages.flatMap((language) =>
      language.versions.filter((each) => each.image === image).map((each) => ({ language, version: each.version })),
    );
    return version.map(({ language, version: name }) => {
      const { compile, run } = planRun({ language: `${language.id}@${name}`, languages: this.#languages, source: "" });
      return (compile ?? run).shape;
    });
  }

  async prune(signal: AbortSignal): Promise<PruneReport> {
    return told(this.#prune(signal), signal);
  }

  async #prune(signal: AbortSignal): Promise<PruneReport> {
    const { engine, ledger } = this.#parts;
    const before = await diskUse(engine);
    const [removed, kept]: [string[], { image: string; why: string }[]] = [[], []];
    const remove = async (image: string): Promise<boolean> => {
      signal.throwIfAborted();
      try {
        if (await removeImage(engine, image)) removed.push(image);
        return true;
      } catch (error) {
        if (!(error instanceof EngineRefusal)) throw error;
        kept.push({ image, why: error.message });
        return false;
      }
    };
    // One after another: what is made of another goes before it.
    for (const { id, names } of this.#madeOf(await listImages(engine)))
      for (const name of names.length > 0 ? names : [id]) await remove(name);
    for (const entry of await ledger.entries()) {
      const name = await this.#nameOf(entry);
      if (name === undefined || (await remove(name))) await ledger.remove(entry);
    }
    return { removed, kept, freedBytes: before - (await diskUse(engine)) };
  }

  /** What to remove for an entry: the name while it means that image, the id where nobody has given it another name. */
  async #nameOf({ image, id }: LedgerEntry): Promise<string | undefined> {
    const images = await listImages(this.#parts.engine);
    const listed = images.find((each) => each.id === id);
    if (listed === undefined) return undefined;
    if (listed.names.includes(image) || (await this.#parts.engine.imageId(image)) === id) return image;
    return listed.names.length === 0 ? id : undefined;
  }
}

function changeOf(before: string | undefined, after: string | undefined): PulledEvent["change"] {
  if (before === undefined) return "new";
  return before === after ? "current" : "updated";
}

/** A registry that has an image for one platform only gives that out, whatever was asked for. */
function checkCame(image: string, wanted: string, found = ""): void {
  if (`${found}/`.startsWith(`${wanted}/`)) return;
  throw new RunFailure({
    code: "image-unavailable",
    message: `The registry has the image ${image} for ${found} only, not for ${wanted}.`,
    hint: "Choose another image, or leave --platform out.",
  });
}

async function makeQuick(image: string, making: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await making;
  } catch (error) {
    signal.throwIfAborted();
    throw new RunFailure({
      code: "image-unavailable",
      message: `The image ${image} is here, and could not be made quick: ${messageOf(error)}.`,
      hint: "It works as it is; the first program just takes longer.",
      cause: error,
    });
  }
}

function packagesOf(label: string): string {
  try {
    return String(JSON.parse(label)).replaceAll(",", ", ");
  } catch {
    return label;
  }
}

/** What isn't ForgeAI's own failure, or a stop, is the engine's. */
async function told<T>(call: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await call;
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof RunFailure ? error : engineLost(error);
  }
}
