import { type ParseArgsConfig, parseArgs } from "node:util";
import { badRequest, messageOf, type RunFailure } from "../run/failure.ts";
import { type Isolation, readIsolation } from "../run/isolation.ts";
import { parseDuration, parseMemory } from "../run/limits.ts";
import type { Network, PackageSource, PullPolicy, RunRequest } from "../run/request.ts";

/** What a call of the command line asks for. */
export type Invocation =
  | { readonly command: "run"; readonly language: string; readonly code: string | undefined; readonly choices: Choices }
  | { readonly command: "exec"; readonly file: string; readonly choices: Choices }
  | {
      readonly command: "list-languages";
      readonly container: boolean;
      readonly json: boolean;
      readonly languageFile: string | undefined;
    }
  | ImagesInvocation
  | DoctorInvocation
  | { readonly command: "help" }
  | { readonly command: "version" };

/** `list`, `prune`, and `pull` with what is to be pulled: languages, images, or all that languages need. */
export interface ImagesInvocation {
  readonly command: "list-images" | "pull-images" | "prune-images";
  readonly names: readonly string[];
  readonly all: boolean;
  readonly json: boolean;
  readonly languageFile: string | undefined;
  readonly mirror: string | undefined;
  readonly platform: string | undefined;
}

export interface DoctorInvocation {
  readonly command: "doctor";
  readonly isolation: Isolation | undefined;
  readonly json: boolean;
  readonly languageFile: string | undefined;
  readonly mirror: string | undefined;
}

/** What the flags of `run` and `exec` say. */
export interface Choices {
  readonly executor: "container" | "local";
  readonly format: OutputFormat;
  /** Whether a terminal, too, gets the program's output byte for byte. */
  readonly isRaw: boolean;
  /** A file with rows of languages. */
  readonly languageFile: string | undefined;
  /** Where official images come from. */
  readonly mirror: string | undefined;
  readonly request: Omit<RunRequest, "language" | "source" | "files" | "stdin">;
}

export type OutputFormat = "text" | "json" | "json-stream";

interface Flag {
  readonly value?: string;
  readonly help: string;
}

/** Every flag, in the order of the help. */
const FLAGS = {
  container: {
    help: "run in a locked-down, single-use container; without it the code runs as a plain process, as you",
  },
  timeout: { value: "10s, 500ms, 1m or seconds", help: "wall clock from the program's start (30s)" },
  "memory-limit": {
    value: "64, 64m or 1g",
    help: "memory of the program and its files, in MB without a unit (128); locally by watching, as well as can be",
  },
  processes: { value: "n", help: "how many processes and threads there may be (64)" },
  "disk-limit": { value: "64, 64m or 1g", help: "each folder that can be written to, in MB without a unit (64)" },
  "output-limit": {
    value: "64k, 10m or 500b",
    help: "end the program when it prints more than this on stdout or stderr, in MB without a unit",
  },
  cpus: { value: "n", help: "hard ceiling, in cores (1)" },
  "cpu-shares": { value: "n", help: "weight among busy containers (1024)" },
  network: { value: "none or bridge", help: "which network the program sees (none)" },
  isolation: {
    value: "auto, default, gvisor, kata, firecracker or runtime:name",
    help: "how it is kept apart from this machine's kernel: what isn't there is refused, auto takes the strongest there is (default)",
  },
  "no-read-only": { help: "let the program write to its own root file system" },
  image: { value: "ref", help: "run in this image instead of the language's own" },
  "image-mirror": {
    value: "prefix",
    help: "where official images come from: registry.example/hub for registry.example/hub/library/python:3.14-alpine",
  },
  languages: { value: "file", help: "add and change languages by the rows of this forgeai.languages.json" },
  packages: {
    help: "install the packages that the program asks for, where there is a network and none of its code runs; keep them as an image",
  },
  "package-index": { value: "address", help: "where packages come from, instead of the package manager's own index" },
  pull: { value: "missing, always or never", help: "when to fetch the image (missing)" },
  platform: {
    value: "os/architecture",
    help: "the image's platform, like linux/arm64, for an engine that can emulate it",
  },
  all: { help: "with images pull: the images of all languages in all versions" },
  "raw-output": {
    help: "let the program's output command the terminal; without it only text, colours and rewritten lines get there",
  },
  json: { help: "print one JSON object with the result" },
  "json-stream": { help: "print one JSON object per event and line" },
  help: { help: "print this" },
  version: { help: "print ForgeAI's version" },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof FLAGS;
type Values = Partial<Record<FlagName, string | boolean>>;

/** Reads the words behind `forgeai`. Throws a `bad-request` for what it can't make sense of. */
export function readArguments(words: readonly string[]): Invocation {
  const { ours, args } = divide(words);
  const { values, positionals } = parseFlags(ours);
  const [command, ...rest] = positionals;
  if (values.version) return { command: "version" };
  if (values.help || command === undefined || command === "help") return { command: "help" };
  if (command === "run") return readRun(rest, args, values);
  if (command === "exec") return readExec(rest, args, values);
  if (command === "doctor") return readDoctor(rest, values);
  if (command === "images") return readImages(rest, values);
  if (command === "lang") return readLang(rest, values);
  throw usage(`There is no command "${command}".`);
}

/** In which format a failure is told, also that of a call whose other words make no sense. */
export function readFormat(words: readonly string[]): OutputFormat {
  const { ours } = divide(words);
  return formatOf({ json: ours.includes("--json"), "json-stream": ours.includes("--json-stream") });
}

function formatOf({ json, "json-stream": stream }: Values): OutputFormat {
  if (stream) return "json-stream";
  return json ? "json" : "text";
}

/** Our own words, and behind `--` the program's. */
function divide(words: readonly string[]): { ours: readonly string[]; args: readonly string[] } {
  const at = words.indexOf("--");
  return at < 0 ? { ours: words, args: [] } : { ours: words.slice(0, at), args: words.slice(at + 1) };
}

function parseFlags(words: readonly string[]): { values: Values; positionals: string[] } {
  const options: ParseArgsConfig["options"] = Object.fromEntries(
    Object.entries<Flag>(FLAGS).map(([name, { value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string" },
    ]),
  );
  try {
    return parseArgs({
      args: [...words],
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    // Node goes on with advice, some of it on further lines.
    throw usage(`${messageOf(error).split(/\.\s/)[0]}.`);
  }
}

function readRun([language, code, ...more]: readonly string[], args: readonly string[], values: Values): Invocation {
  if (language === undefined) throw usage("run needs a language: forgeai run <language> [code | -].");
  if (more.length > 0)
    throw usage(
      `There is one word too many: ${JSON.stringify(more[0])}. Put the code in quotes, and the program's arguments behind --.`,
    );
  return { command: "run", language, code: code === "-" ? undefined : code, choices: readChoices(args, values) };
}

function readExec([file, ...more]: readonly string[], args: readonly string[], values: Values): Invocation {
  if (file === undefined) throw usage("exec needs a file: forgeai exec <file>.");
  if (more.length > 0)
    throw usage(`There is one word too many: ${JSON.stringify(more[0])}. Put the program's arguments behind --.`);
  return { command: "exec", file, choices: readChoices(args, values) };
}

function readLang(words: readonly string[], values: Values): Invocation {
  if (words.length !== 1 || words[0] !== "list") throw usage("lang knows one thing: forgeai lang list.");
  return {
    command: "list-languages",
    container: values.container === true,
    json: values.json === true,
    languageFile: read(values, "languages", nonEmpty),
  };
}

function readDoctor(words: readonly string[], values: Values): DoctorInvocation {
  if (words.length > 0) throw usage("doctor takes no words.");
  return {
    command: "doctor",
    isolation: read(values, "isolation", readIsolation),
    json: values.json === true,
    languageFile: read(values, "languages", nonEmpty),
    mirror: read(values, "image-mirror", nonEmpty),
  };
}

function readImages([action, ...names]: readonly string[], values: Values): ImagesInvocation {
  const known = (["list", "pull", "prune"] as const).find((each) => each === action);
  if (known === undefined) throw usage("images knows three things: list, pull and prune.");
  const all = values.all === true;
  if (known === "pull" && all === names.length > 0)
    throw usage("images pull needs languages or images, like python or go@1.19, or --all.");
  if (known !== "pull" && (all || names.length > 0)) throw usage(`images ${known} takes no names.`);
  return {
    command: `${known}-images`,
    names,
    all,
    json: values.json === true,
    languageFile: read(values, "languages", nonEmpty),
    mirror: read(values, "image-mirror", nonEmpty),
    platform: read(values, "platform", nonEmpty),
  };
}

function readChoices(args: readonly string[], values: Values): Choices {
  if (values.json && values["json-stream"]) throw usage("--json and --json-stream exclude each other.");
  const outputBytes = read(values, "output-limit", parseMemory);
  return {
    executor: values.container ? "container" : "local",
    format: formatOf(values),
    isRaw: values["raw-output"] === true,
    languageFile: read(values, "languages", nonEmpty),
    mirror: read(values, "image-mirror", nonEmpty),
    request: {
      args,
      limits: {
        timeoutMs: read(values, "timeout", parseDuration),
        memoryBytes: read(values, "memory-limit", parseMemory),
        cpus: read(values, "cpus", parseNumber),
        cpuShares: read(values, "cpu-shares", parseNumber),
        processes: read(values, "processes", parseNumber),
        diskBytes: read(values, "disk-limit", parseMemory),
        outputBytes,
      },
      onOutputLimit: outputBytes === undefined ? undefined : "stop",
      network: read(values, "network", oneOf<Network>("none", "bridge")),
      isolation: read(values, "isolation", readIsolation),
      pull: read(values, "pull", oneOf<PullPolicy>("missing", "always", "never")),
      image: read(values, "image", (image) => image),
      platform: read(values, "platform", nonEmpty),
      packages: readPackages(values),
      readOnlyRoot: values["no-read-only"] === true ? false : undefined,
    },
  };
}

function readPackages(values: Values): PackageSource | undefined {
  const index = read(values, "package-index", nonEmpty);
  if (values.packages) return { index };
  if (index === undefined) return undefined;
  throw usage("--package-index says where packages come from, and --packages, which asks for them, is missing.");
}

/** Undefined where the flag wasn't given: the request then has its default. */
function read<T>(values: Values, flag: FlagName, parse: (text: string) => T | undefined): T | undefined {
  const text = values[flag];
  if (typeof text !== "string") return undefined;
  const value = parse(text);
  if (value !== undefined) return value;
  const { value: takes = "nothing" }: Flag = FLAGS[flag];
  throw usage(`--${flag} can't be ${JSON.stringify(text)}: it takes ${takes}.`);
}

function parseNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function nonEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function oneOf<T extends string>(...choices: readonly T[]): (text: string) => T | undefined {
  return (text) => choices.find((choice) => choice === text);
}

function usage(message: string): RunFailure {
  return badRequest(message, "forgeai --help shows how it is called.");
}

/** What `forgeai --help` prints. */
export function helpText(): string {
  const rows = Object.entries<Flag>(FLAGS).map(
    ([name, { value, help }]) => [`--${name}${value ? ` <${value}>` : ""}`, help] as const,
  );
  const flags = rows.map(([left, help]) => `  ${left.padEnd(44)} ${help}`).join("\n");
  return `ForgeAI runs code that you don't trust yet.

  forgeai [flags] run <language> [code | -] [-- arguments]    run code given as a word, or on standard input
  forgeai [flags] exec <file> [-- arguments]                  run a file, in the language of its extension or its #! line
  forgeai [flags] lang list                                   the languages and their versions
  forgeai [flags] images list                                 what languages need, what of it is here, what ForgeAI added
  forgeai [flags] images pull <language or image …>           fetch or update images; --all: those of all languages
  forgeai [flags] images prune                                remove what ForgeAI pulled or made, and nothing else
  forgeai [flags] doctor                                      the engine, and what its containers keep: each thing is tried

Flags, before or after the command:
${flags}

Examples:
  forgeai run python "print('Hello, World!')"
  forgeai --container run python "print('Hello, World!')"
  forgeai --container --timeout=10s run python "print('Hello, World!')"
  forgeai --container --memory-limit=64 run python "print('Hello, World!')"
  forgeai --container lang list

The exit status is the program's own; 124 after a time-out, 137 at the memory limit, 130 when it was stopped,
125 when ForgeAI could not run it, 2 when it was called wrongly. doctor has 1 where something is wrong. A program that was ended at the output limit and says
that all is well has 1.
`;
}
