import * as v from "valibot";
import { badRequest } from "./failure.ts";
import { formatBytes } from "./limits.ts";
import type { RunRequest, SourceFile } from "./request.ts";

/** All files of a request together: far above what people write by hand, far below what fits the work folder. */
export const MOST_SOURCE_BYTES = 16 * 1024 * 1024;

/** macOS allows 1,024, with the folder in front. */
const MOST_PATH_BYTES = 900;

const Content = v.union([v.string(), v.instance(Uint8Array)]);

const Stream = v.custom<AsyncIterable<Uint8Array>>(
  (value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value,
);

/** A request's types, for callers that have none. A network that doesn't exist here exists at the engine: "host". */
const Request = v.object({
  language: v.string(),
  source: v.optional(Content),
  files: v.optional(v.array(v.object({ path: v.string(), content: Content }))),
  args: v.optional(v.array(v.string())),
  stdin: v.optional(v.union([Content, Stream])),
  limits: v.optional(v.looseObject({})),
  network: v.optional(v.picklist(["none", "bridge"])),
  isolation: v.optional(v.picklist(["default", "gvisor", "kata", "firecracker"])),
  image: v.optional(v.string()),
  pull: v.optional(v.picklist(["missing", "always", "never"])),
  onOutputLimit: v.optional(v.picklist(["drain", "stop"])),
  readOnlyRoot: v.optional(v.boolean()),
}) satisfies v.GenericSchema<RunRequest>;

/** Throws a `bad-request` that names the first field that holds something of another kind than it should. */
export function checkTypes(request: RunRequest): void {
  const given: Partial<RunRequest> = request;
  const { issues } = v.safeParse(Request, { language: undefined, ...given });
  if (issues === undefined) return;
  const [{ received, expected }] = issues;
  throw badRequest(
    `The request's ${v.getDotPath(issues[0])} can't be ${received}.`,
    `It is to be ${expected?.replace(/[()]/g, "").replaceAll(" | ", " or ") ?? "of another kind"}.`,
  );
}

/** An image reference: [registry[:port]/]path[:tag][@digest], as the distribution project's grammar has it. */
const IMAGE =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/;

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

function complaintAboutPath(path: string): string | undefined {
  if (path === "") return "is empty";
  if (/[\0-\x1f\x7f]/.test(path)) return "has a control character";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  if (path.split("/").some((part) => part === "" || part === "." || part === ".."))
    return 'has an empty, "." or ".." part';
  if (path.split("/").some((part) => Buffer.byteLength(part) > 255)) return "has a part of over 255 bytes";
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) return `has over ${MOST_PATH_BYTES} bytes`;
  return undefined;
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
  if (image.length <= 512 && IMAGE.test(image)) return;
  throw badRequest(
    `${JSON.stringify(image.slice(0, 100))} is not the name of an image.`,
    'An image is named like "python:3.14-alpine".',
  );
}
