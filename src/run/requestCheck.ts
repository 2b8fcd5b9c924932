import * as v from "valibot";
import { complaintAboutPath } from "../language/file-name.ts";
import { isImageName } from "../language/image-name.ts";
import { type Language, PACKAGE_MANAGERS, PROBLEM_FORMATS } from "../language/language.ts";
import { badRequest } from "./failure.ts";
import { type Isolation, ISOLATIONS, readIsolation } from "./isolation.ts";
import { formatBytes, MOST_SOURCE_BYTES } from "./limits.ts";
import type { RunRequest, SourceFile } from "./request.ts";
import type { TerminalSize } from "./terminal.ts";

const Content = v.union([v.string(), v.instance(Uint8Array)]);

const isStream = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

const Stream = v.custom<AsyncIterable<Uint8Array>>(isStream);

const Sizes = v.custom<AsyncIterable<TerminalSize>>(isStream);

const IsolationText = v.custom<Isolation>(
  (value) => typeof value === "string" && readIsolation(value) !== undefined,
  ISOLATIONS,
);

const Command = v.tupleWithRest([v.string()], v.string());

/** A row's types: what may be in them is the affair of `extendLanguages`. */
const Row = v.object({
  id: v.string(),
  name: v.string(),
  aliases: v.array(v.string()),
  extensions: v.array(v.string()),
  editorIds: v.array(v.string()),
  versions: v.array(v.object({ version: v.string(), image: v.string() })),
  defaultVersion: v.string(),
  fileName: v.string(),
  compile: v.exactOptional(
    v.object({
      command: Command,
      limits: v.object({
        timeoutMs: v.number(),
        memoryBytes: v.number(),
        cpus: v.number(),
        cpuShares: v.number(),
        processes: v.number(),
        diskBytes: v.number(),
      }),
    }),
  ),
  run: Command,
  environment: v.record(v.string(), v.string()),
  problems: v.exactOptional(v.picklist(PROBLEM_FORMATS)),
  packages: v.exactOptional(v.picklist(PACKAGE_MANAGERS)),
}) satisfies v.GenericSchema<Omit<Language, "localVersion" | "syntax">>;

/** A request's types, for callers that have none. A network that doesn't exist here exists at the engine: "host". */
const Request = v.object({
  language: v.string(),
  languages: v.optional(v.array(Row)),
  source: v.optional(Content),
  files: v.optional(v.array(v.object({ path: v.string(), content: Content }))),
  args: v.optional(v.array(v.string())),
  stdin: v.optional(v.union([Content, Stream])),
  terminal: v.optional(v.object({ columns: v.number(), rows: v.number(), resized: v.optional(Sizes) })),
  limits: v.optional(v.looseObject({})),
  network: v.optional(v.picklist(["none", "bridge"])),
  isolation: v.optional(IsolationText),
  image: v.optional(v.string()),
  pull: v.optional(v.picklist(["missing", "always", "never"])),
  platform: v.optional(v.string()),
  onOutputLimit: v.optional(v.picklist(["drain", "stop"])),
  packages: v.optional(v.object({ index: v.optional(v.string()) })),
  readOnlyRoot: v.optional(v.boolean()),
}) satisfies v.GenericSchema<RunRequest>;

/** Throws a `bad-request` that names the first field that holds something of another kind than it should. */
export function checkTypes(request: RunRequest): void {
  const given: Partial<RunRequest> = request;
  const { issues } = v.safeParse(Request, { language: undefined, ...given });
  if (issues === undefined) return;
  const [{ type, message, received, expected }] = issues;
  const wanted = type === "custom" ? message : expected?.replace(/[()]/g, "").replaceAll(" | ", " or ");
  throw badRequest(
    `The request's ${v.getDotPath(issues[0])} can't be ${received}.`,
    `It is to be ${wanted ?? "of another kind"}.`,
  );
}

export interface WorkFolder {
  /** A name in it that no file may have. */
  readonly reserved: string;
  /** How much it holds, in bytes. */
  readonly capacity: number;
}

/** Throws a `bad-request` unless all files can lie in the work folder under their own names, and nowhere else. */
export function checkFiles(files: readonly SourceFile[], { reserved, capacity }: WorkFolder): void {
  checkPaths(
    files.map(({ path }) => path),
    reserved,
  );
  const [main] = files;
  if (main !== undefined) checkSource(main);
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > MOST_SOURCE_BYTES) {
    throw badRequest(
      `The source is larger than ${formatBytes(MOST_SOURCE_BYTES)}, the most that is sent.`,
      "Leave data out of the source; a program can read it from its standard input.",
    );
  }
  if (bytes > capacity) {
    throw badRequest(
      `The source has ${formatBytes(bytes)}, and the work folder holds ${formatBytes(capacity)}.`,
      "Raise the limit diskBytes (--disk-limit), or send less.",
    );
  }
}

function checkPaths(paths: readonly string[], reserved: string): void {
  const seen = new Set<string>();
  for (const path of paths) {
    checkPath(path);
    if (seen.has(path)) throw badRequest(`The file "${path}" was sent twice.`, "Send each file once.");
    seen.add(path);
  }
  const folders = new Set(paths.flatMap(foldersOf));
  for (const path of paths) {
    if (folders.has(path)) throw badRequest(`"${path}" is both a file and a folder.`, "Give one of them another name.");
  }
  if (seen.has(reserved) || folders.has(reserved))
    throw badRequest(`The name "${reserved}" is ForgeAI's own.`, "Give the file another name.");
}

/** "a/b/c" lies in "a" and "a/b". */
function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function checkPath(path: string): void {
  const complaint = complaintAboutPath(path);
  if (complaint !== undefined) {
    throw badRequest(
      `The file name ${JSON.stringify(path)} ${complaint}.`,
      "Name files relative to the work folder, with /.",
    );
  }
}

function checkSource({ path, content }: SourceFile): void {
  const at = typeof content === "string" ? content.indexOf("\0") : content.indexOf(0);
  if (at < 0) return;
  throw badRequest(
    `${path} has a NUL ${typeof content === "string" ? "character" : "byte"} at offset ${at}: it isn't source text.`,
    "Check that it is the right file, saved as UTF-8.",
  );
}

/** Throws a `bad-request` for an argument that no program can be given. */
export function checkArguments(args: readonly string[]): void {
  const bad = args.findIndex((arg) => arg.includes("\0"));
  if (bad >= 0) throw badRequest(`Argument ${bad + 1} has a NUL character.`, "Arguments are text without NUL.");
}

/** Throws a `bad-request` for text that names no image. */
export function checkImage(image: string): void {
  if (isImageName(image)) return;
  throw badRequest(
    `${JSON.stringify(image.slice(0, 100))} is not the name of an image.`,
    'An image is named like "python:3.14-alpine".',
  );
}

/** Throws a `bad-request` unless it can name a platform: a system, an architecture and, where there are several, a variant. */
export function checkPlatform(platform: string): void {
  if (/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/.test(platform)) return;
  throw badRequest(
    `${JSON.stringify(platform.slice(0, 100))} is not the name of a platform.`,
    'A platform is named like "linux/arm64".',
  );
}
