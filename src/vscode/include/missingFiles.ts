import { posix } from "node:path";
import { lastReport } from "../../language/last-report.ts";
import type { ProblemFormat } from "../../language/language.ts";
import type { Problem } from "../../language/problem.ts";
import { SentFiles } from "../../language/sent-files.ts";
import type { SourceFile } from "../../run/request.ts";
import { WORK_FOLDER } from "../../run/workFolder.ts";
import type { Complaint, Missing, Sent } from "./missing.ts";
import { missingInGo } from "./missingInGo.ts";
import { missingInNode } from "./missingInNode.ts";
import { missingInPython } from "./missingInPython.ts";

/** Each costs a few look-ups in a file system that may be far away. */
const MOST_MISSING = 20;

/** Of the others no report says which file it missed. */
const READERS: Readonly<Partial<Record<ProblemFormat, (complaint: Complaint, sent: Sent) => readonly Missing[]>>> = {
  python: missingInPython,
  node: missingInNode,
  go: missingInGo,
};

/** Beyond the first few, errors follow from others. */
const MOST_COMPLAINTS = 100;

/** Larger files are data: nobody imports anything there. */
const MOST_SOURCE_LENGTH = 1024 * 1024;

/** No file has it. */
const UNKNOWN_LINE = Number.MAX_SAFE_INTEGER;

/**
 * What a run says is missing, in the order in which it says so. `files` were sent, the first of them was run. `stderr` is the
 * end of its error stream, where somebody kept it: some errors have no place in a file, and so are no problems. All of it is
 * a program's word: it may name whatever it likes, and whether such files lie beside it is another matter.
 */
export function findMissing(
  format: ProblemFormat,
  files: readonly SourceFile[],
  problems: readonly Problem[],
  stderr = "",
): readonly Missing[] {
  const errors = problems.filter(({ severity }) => severity === "error");
  const placed = errors.flatMap((problem): Complaint[] => [problem, ...problem.related]).slice(0, MOST_COMPLAINTS);
  const last = { file: files[0]?.path ?? "", line: UNKNOWN_LINE, message: lastReport(format, stderr) };
  const complaints = placed.length === 0 ? [last] : placed;
  const sent = readSent(files);
  const all = complaints.flatMap((complaint) => READERS[format]?.(complaint, sent) ?? []).map(normalize);
  const missing = new Map(all.map((each) => [JSON.stringify(each), each]));
  return [...missing.values()].filter((each) => isOffered(each) && !isSent(each, files)).slice(0, MOST_MISSING);
}

function readSent(files: readonly SourceFile[]): Sent {
  const decoder = new TextDecoder();
  const sources = new Map(
    files
      .filter(({ content }) => content.length <= MOST_SOURCE_LENGTH)
      .map(({ path, content }) => [path, typeof content === "string" ? content : decoder.decode(content)]),
  );
  return { main: files[0]?.path ?? "", files: new SentFiles({ folder: WORK_FOLDER, sources }) };
}

function normalize(missing: Missing): Missing {
  switch (missing.kind) {
    case "file":
      return { ...missing, paths: missing.paths.map((path) => posix.normalize(path)).filter(isPlain) };
    case "data":
      return { ...missing, path: posix.normalize(missing.path) };
    case "definition":
      return missing;
  }
}

function isOffered(missing: Missing): boolean {
  if (missing.kind === "file") return missing.paths.length > 0;
  return missing.kind === "definition" || isPlain(missing.path);
}

/** In names that begin with a dot lie keys and passwords: a program that asks for them gets no button to be pressed in haste. */
function isPlain(path: string): boolean {
  if (/[\p{C}\\]/u.test(path) || path.endsWith("/")) return false;
  return path.split("/").every((part) => part === ".." || (part !== "" && !part.startsWith(".")));
}

function isSent(missing: Missing, files: readonly SourceFile[]): boolean {
  if (missing.kind === "definition") return false;
  const paths = missing.kind === "file" ? missing.paths : [missing.path];
  return files.some(({ path }) => paths.includes(path));
}
