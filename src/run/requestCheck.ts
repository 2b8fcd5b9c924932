import { badRequest } from "./failure.ts";
import { formatBytes } from "./limits.ts";
import type { SourceFile } from "./request.ts";

/** All files of a request together: far above what people write by hand, far below what fits the work folder. */
export const MOST_SOURCE_BYTES = 16 * 1024 * 1024;

/** An image reference: [registry[:port]/]path[:tag][@digest], as the distribution project's grammar has it. */
const IMAGE =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/;

/** Throws a `bad-request` unless every file can lie in the work folder under its own name, and nowhere else. */
export function checkFiles(files: readonly SourceFile[], reserved: string): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    checkPath(path);
    if (path === reserved) throw badRequest(`The file name "${path}" is ForgeAI's own.`, "Give the file another name.");
    if (paths.has(path)) throw badRequest(`The file "${path}" was sent twice.`, "Send each file once.");
    paths.add(path);
  }
  const [main] = files;
  if (main !== undefined) checkSource(main);
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > MOST_SOURCE_BYTES) {
    throw badRequest(
      `The source is larger than ${formatBytes(MOST_SOURCE_BYTES)}, the most that is sent.`,
      "Leave data out of the source; a program can read it from its standard input.",
    );
  }
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
