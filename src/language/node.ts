import { boundedProblems, boundedRelated, messageOf } from "./bounds.ts";
import { type PrintedError, readError } from "./node-error.ts";
import { lastHeader } from "./node-header.ts";
import { importPlace } from "./node-import.ts";
import type { Place, Problem, RelatedPlace, Report } from "./problem.ts";
import { lastLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

const NAME = /^([A-Za-z_$][\w$.]*)(?: \[(\w+)\])?(?::|$)/;
const WARNING = /^\(node:\d+\) (?:\[(\w+)\] )?(\w*Warning): (.*)$/;

/** Reads what Node 16 and later print: the error that ended the program, then warnings that tell their place. */
export function nodeProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastLines(report.text);
  const ending = report.succeeded ? undefined : (uncaught(lines, files) ?? printed(lines, files));
  return boundedProblems([...(ending === undefined ? [] : [ending]), ...warnings(lines, files)]);
}

/** The error that Node printed because nobody caught it. Null where there was one that has no place. */
function uncaught(lines: readonly string[], files: SentFiles): Problem | undefined {
  const header = lastHeader(lines, files);
  if (header === undefined) return undefined;
  const error = readError(lines, header.end, header.place, files);
  return problemOf(error, header.place, files);
}

/** The last error that the program printed itself before it failed, as `main().catch(…)` often does. */
function printed(lines: readonly string[], files: SentFiles): Problem | undefined {
  const start = lines.findLastIndex((line, index) => NAME.test(line) && /^ {4}at /.test(lines[index + 1] ?? ""));
  return start < 0 ? undefined : problemOf(readError(lines, start, undefined, files), undefined, files);
}

function problemOf(error: PrintedError, header: Place | undefined, files: SentFiles): Problem | undefined {
  const frames = error.stack.flatMap(({ place, within }) => (place === undefined ? [] : [{ place, within }]));
  const primary =
    primaryOf(error, header, frames[0]?.place) ?? importPlace(error.message[0] ?? "", files) ?? error.held[0]?.place;
  if (primary === undefined) return undefined;
  const callers = frames.map(({ place, within }) => ({
    ...place,
    message: within === "" ? "called from here" : `called from ${within}`,
  }));
  const held = error.held.map(({ label, message, place }) => ({ ...place, message: `${label}: ${message}` }));
  const code = codeOf(error);
  return {
    ...primary,
    severity: "error",
    message: messageOf(error.message),
    ...(code === undefined ? {} : { code }),
    related: boundedRelated([...callers, ...held], primary),
  };
}

/** A syntax error is where the header says, and so is what has no stack; else the stack tells where the error was made. */
function primaryOf(
  { message, stack }: PrintedError,
  header: Place | undefined,
  deepest: Place | undefined,
): Place | undefined {
  const isSyntaxError =
    header !== undefined && /^SyntaxError\b/.test(message[0] ?? "") && stack[0]?.place === undefined;
  if (deepest === undefined || isSyntaxError) return header;
  const isSame = header?.file === deepest.file && header.line === deepest.line && header.column === deepest.column;
  return isSame ? header : deepest;
}

function codeOf({ message, stack, code }: PrintedError): string | undefined {
  if (code !== undefined && /^[A-Z]\w+$/.test(code)) return code;
  const [, name, bracketed] = NAME.exec(message[0] ?? "") ?? [];
  if (bracketed !== undefined && /^[A-Z][A-Z0-9_]+$/.test(bracketed)) return bracketed;
  // Without a stack it may be a text that was thrown.
  return stack.length > 0 || name?.endsWith("Error") ? name : undefined;
}

function warnings(lines: readonly string[], files: SentFiles): Problem[] {
  return lines.flatMap((line, index) => {
    const [, code, name = "", message = ""] = WARNING.exec(line) ?? [];
    if (name === "" || !/^ {4}at /.test(lines[index + 1] ?? "")) return [];
    const [deepest, ...callers] = readError(lines, index, undefined, files).stack.flatMap(relatedPlace);
    if (deepest === undefined) return [];
    const { message: _, ...place } = deepest;
    const related = boundedRelated(callers, place);
    return [
      {
        ...place,
        severity: "warning" as const,
        message: messageOf([`${name}: ${message}`]),
        code: code ?? name,
        related,
      },
    ];
  });
}

function relatedPlace({ place, within }: { place: Place | undefined; within: string }): RelatedPlace[] {
  return place === undefined
    ? []
    : [{ ...place, message: within === "" ? "called from here" : `called from ${within}` }];
}
