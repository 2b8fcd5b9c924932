import type { NamedEngine } from "./container/endpoint.ts";
import { LANGUAGES } from "./language/catalog.ts";
import type { Language } from "./language/language.ts";
import { checkMirror, throughMirror } from "./run/mirror.ts";
import { checkPlatform } from "./run/requestCheck.ts";
import type { ImageEvent, ImageList, PruneReport } from "./run/imageList.ts";

export interface ImagesOptions {
  /** The engine that has the images; where none is named, the one that the docker command would use. */
  readonly engine?: NamedEngine | undefined;
  /** The languages whose images are meant; the built-in ones where they are left out. */
  readonly languages?: readonly Language[] | undefined;
  /** Where the languages' official images come from, as `RunnerOptions.mirror` has it. */
  readonly mirror?: string | undefined;
  /** The platform to pull images for, "linux/arm64"; the engine's own where it is left out. */
  readonly platform?: string | undefined;
  /** Put on the images that are made; where there are some, images without them are nobody's business here. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Where ForgeAI remembers what it pulled; the user's folder for such things where it is left out. */
  readonly ledgerFolder?: string | undefined;
}

export interface ImagesCall {
  /** An abort ends the call with its reason; what has come of an image by then is kept by the engine, and needn't come again. */
  readonly signal?: AbortSignal | undefined;
}

/** The images of languages, and those that ForgeAI added to an engine. All calls throw a `RunFailure` where there is no engine. */
export interface Images {
  /** Those whose images are meant, with the names that the images have in the mirror. */
  readonly languages: readonly Language[];
  /** What the languages need, what of it is here, and what else ForgeAI added. Changes nothing. */
  list(call?: ImagesCall): Promise<ImageList>;
  /**
   * Asks the registry for an image, whether it is here or not, and then makes what makes its language quick, where there is such.
   * Throws an `image-unavailable`.
   */
  pull(image: string, call?: ImagesCall): AsyncGenerator<ImageEvent, void, void>;
  /** Removes what ForgeAI pulled or made, and nothing else; never what a container uses. */
  prune(call?: ImagesCall): Promise<PruneReport>;
}

const never = new AbortController().signal;

/** Looks for an engine at each call, and holds nothing between them. Throws a `bad-request` for a mirror or a platform that can't be. */
export function createImages({ languages: named = LANGUAGES, mirror, ...options }: ImagesOptions = {}): Images {
  if (mirror !== undefined) checkMirror(mirror);
  if (options.platform !== undefined) checkPlatform(options.platform);
  const languages = mirror === undefined ? named : throughMirror(named, mirror);
  const store = async () => {
    const { ImageStore } = await import("./container/imageStore.ts");
    return ImageStore.connect({ ...options, languages });
  };
  return {
    languages,
    list: async ({ signal = never } = {}) => (await store()).list(signal),
    prune: async ({ signal = never } = {}) => (await store()).prune(signal),
    async *pull(image, { signal = never } = {}) {
      yield* (await store()).pull(image, signal);
    },
  };
}
