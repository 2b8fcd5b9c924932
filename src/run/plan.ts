import { posix } from "node:path";
import { endingsOf, findLanguage, LANGUAGES } from "../language/catalog.ts";
import type { Command, Language, PhaseLimits, Warming } from "../language/language.ts";
import { badRequest, RunFailure } from "./failure.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import type { Isolation } from "./isolation.ts";
import type { Input, Network, PullPolicy, RunRequest, SourceFile } from "./request.ts";
import { checkArguments, checkFiles, checkImage, checkPlatform, checkTypes } from "./requestCheck.ts";
import { checkTerminalSize, type RequestTerminal } from "./terminal.ts";

/** All that a container needs to be started before the code is known. A pool can only exist because it is apart from the job. */
export interface Shape {
  readonly image: string;
  readonly pull: PullPolicy;
  /** "linux/arm64"; the engine's own where it is left out. */
  readonly platform?: string;
  readonly limits: PhaseLimits;
  readonly network: Network;
  readonly isolation: Isolation;
  readonly readOnlyRoot: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether its standard streams are a terminal. */
  readonly terminal: boolean;
  /** How its image is made quick; undefined where it can't be, or needn't. */
  readonly warm?: Warming;
}

/** What arrives when the container is there: files, the command line, standard input. */
export interface Job {
  readonly files: readonly JobFile[];
  readonly command: Command;
  readonly stdin: Input;
  /** Given where the shape has a terminal. */
  readonly terminal?: RequestTerminal;
  /** A file that the command makes: sent on stdout after a good end, the command's own stdout goes to stderr. */
  readonly artefact?: string;
}

export interface JobFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

/** A request, resolved: what a machine has to do, with nothing left to decide. */
export interface Plan {
  readonly request: RunRequest;
  readonly language: Language;
  /** Null where a named image decides. */
  readonly version: string | null;
  /** The version that was asked for; a local run without takes whatever is installed. */
  readonly versionAsked: string | undefined;
  readonly image: string;
  readonly isolation: Isolation;
  readonly network: Network;
  readonly limits: Limits;
  readonly sources: ReadonlyMap<string, string>;
  readonly compile?: { readonly shape: Shape; readonly job: Job };
  readonly run: { readonly shape: Shape; readonly job: Job };
}

/** Where the compile step leaves the program; a name that no request may use. */
export const ARTEFACT = ".forgeai-program";

/** Resolves a request. Throws a `RunFailure` (`bad-request`, `unknown-language`); starts nothing. */
export function planRun(request: RunRequest): Plan {
  checkTypes(request);
  const { language, version } = selectLanguage(request.language, request.languages ?? LANGUAGES);
  const limits = resolveLimits(request.limits);
  const files = readFiles(request, language, limits);
  const sources = readSources(files, language);
  checkArguments(request.args ?? []);
  if (request.terminal !== undefined) checkTerminalSize(request.terminal);
  const image = request.image ?? imageOf(language, version ?? language.defaultVersion);
  checkImage(image);
  if (request.platform !== undefined) checkPlatform(request.platform);

  const network = request.network ?? "none";
  const isolation = request.isolation ?? "default";
  const shape: Shape = {
    image,
    pull: request.pull ?? "missing",
    ...(request.platform !== undefined && { platform: request.platform }),
    limits,
    network,
    isolation,
    readOnlyRoot: request.readOnlyRoot ?? true,
    environment: language.environment,
    terminal: request.terminal !== undefined,
  };
  const facts = {
    request,
    language,
    version: request.image === undefined ? (version ?? language.defaultVersion) : (version ?? null),
    versionAsked: version,
    image,
    isolation,
    network,
    limits,
    sources,
  };
  const names = namesOf([...sources.keys()], nameOf(files[0]));
  const typed = {
    stdin: request.stdin ?? "",
    ...(request.terminal !== undefined && { terminal: request.terminal }),
  };
  const run = { shape, job: { files, command: append(fill(language.run, names), request.args ?? []), ...typed } };
  if (language.compile === undefined) return { ...facts, run };
  const { limits: compileLimits } = language.compile;
  // What makes an image quick is kept for the engine's own platform only.
  const warm = request.platform === undefined ? language.compile.warm : undefined;
  const compile = {
    shape: { ...shape, limits: compileLimits, network: "none" as const, terminal: false, ...(warm && { warm }) },
    job: { files, command: fill(language.compile.command, names), stdin: "", artefact: ARTEFACT },
  };
  return { ...facts, compile, run };
}

function selectLanguage(
  wanted: string,
  languages: readonly Language[],
): { language: Language; version: string | undefined } {
  const [name = "", version] = wanted.split(/@(.*)/s);
  const language = findLanguage(name, languages);
  if (language === undefined) {
    throw new RunFailure({
      code: "unknown-language",
      message: `ForgeAI doesn't know the language "${name}".`,
      hint: `It knows ${languages.map(({ id }) => id).join(", ")}.`,
    });
  }
  if (version !== undefined) imageOf(language, version);
  return { language, version };
}

function imageOf({ id, name, versions }: Language, version: string): string {
  const known = versions.find((row) => row.version === version);
  if (known !== undefined) return known.image;
  throw new RunFailure({
    code: "unknown-language",
    message: `ForgeAI has no ${name} "${version}".`,
    hint: `It has ${versions
      .map((row) => `${id}@${row.version}`)
      .join(", ")}; any other image can be named with --image.`,
  });
}

function readFiles(request: RunRequest, language: Language, { diskBytes }: Limits): JobFile[] {
  if ((request.source === undefined) === (request.files === undefined)) {
    throw badRequest("There must be either a source or files.", "Give one of the two.");
  }
  const files: readonly SourceFile[] = request.files ?? [{ path: language.fileName, content: request.source ?? "" }];
  checkFiles(files, { reserved: ARTEFACT, capacity: diskBytes });
  const encoder = new TextEncoder();
  return files.map(({ path, content }) => ({
    path,
    content: typeof content === "string" ? encoder.encode(content) : content,
  }));
}

/** The texts that problems can point into: the file that is run and all others of its language. */
function readSources(files: readonly JobFile[], language: Language): Map<string, string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const main = nameOf(files[0]);
  const endings = endingsOf(language);
  const isSource = (path: string): boolean => endings.some((ending) => path.toLowerCase().endsWith(ending));
  if (language.compile !== undefined && !isSource(main)) {
    throw badRequest(`${language.name} can't compile "${main}".`, `Its name has to end in ${endings.join(" or ")}.`);
  }
  const sources = new Map<string, string>();
  for (const { path, content } of files)
    if (path === main || isSource(path)) sources.set(path, decoder.decode(content));
  return sources;
}

function nameOf(file: JobFile | undefined): string {
  if (file === undefined)
    throw badRequest("There is no file to run.", "The first of the files is the one that is run.");
  return file.path;
}

interface Names {
  readonly file: string;
  readonly sources: readonly string[];
  readonly artefact: string;
}

/** What a compiler takes at once are the files of one folder: those that lie beside the one to run, and that one first. */
function namesOf(paths: readonly string[], file: string): Names {
  const folder = posix.dirname(file);
  const beside = paths.filter((path) => path !== file && posix.dirname(path) === folder);
  return { file, sources: [file, ...beside], artefact: `./${ARTEFACT}` };
}

/** Puts the names into a row's command line. A name that looks like an option gets a `./` in front. */
function fill(command: Command, { file, sources, artefact }: Names): Command {
  const plain = (path: string): string => (path.startsWith("-") ? `./${path}` : path);
  const [program, ...rest] = command.flatMap((word) => {
    if (word === "{file}") return plain(file);
    if (word === "{sources}") return sources.map(plain);
    return word === "{artefact}" ? artefact : word;
  });
  return [program ?? "", ...rest];
}

function append([program, ...rest]: Command, args: readonly string[]): Command {
  return [program, ...rest, ...args];
}
