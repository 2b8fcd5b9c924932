import { boundedProblems, boundedRelated, messageOf } from "./bounds.ts";
import { type PrintedError, readError, type StackLine, stackAt } from "./node-error.ts";
import { lastHeader } from "./node-header.ts";
import { importPlace } from "./node-import.ts";
import type { Place, Problem, RelatedPlace, Report } from "./problem.ts";
import { lastLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

// Names of classes begin with a capital letter, and words in a log seldom do.
const NAME = /^([A-Z_$][\w$.]*)(?: \[(\w+)\])?(?::|$)/;
const WARNING = /^\(node:\d+\) (?:\[(\w+)\] )?(\w*Warning): (.*)$/;

/** Reads what Node 16 and later print: the error that ended the program, then warnings that tell their place. */
export function nodeProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastLines(report.text);
  const ending = report.succeeded ? undefined : endingProblem(lines, files);
  return boundedProblems([...(ending === undefined ? [] : [ending]), ...warnings(lines, files)]);
}

/** What Node printed because nobody caught it, else the last error that the program printed itself before it failed. */
function endingProblem(lines: readonly string[], files: SentFiles): Problem | undefined {
  const header = lastHeader(lines, files);
  const start = header?.end ?? lines.findLastIndex((line, index) => isPrintedError(line, lines[index + 1] ?? ""));
  if (start < 0) return undefined;
  return problemOf(readError(lines, start, header?.place, files), header?.place, files);
}

function isPrintedError(line: string, next: string): boolean {
  return /^ {4}at /.test(next) && line !== "" && !line.startsWith(" ") && !WARNING.test(line);
}

function problemOf(error: PrintedError, header: Place | undefined, files: SentFiles): Problem | undefined {
  const stack = relatedPlaces(error.stack);
  const primary = primaryOf(error, header) ?? importPlace(error.message[0] ?? "", files) ?? placeOf(error.held[0]);
  const code = codeOf(error);
  return (
    primary && {
      ...primary,
      severity: "error",
      message: messageOf(error.message),
      ...(code === undefined ? {} : { code }),
      related: boundedRelated([...stack, ...error.held], primary),
    }
  );
}

/** A syntax error is where the header says, and so is what has no stack; else the stack tells where the error was made. */
function primaryOf({ message, stack }: PrintedError, header: Place | undefined): Place | undefined {
  const deepest = placeOf(relatedPlaces(stack)[0]);
  const isSyntaxError = /^SyntaxError\b/.test(message[0] ?? "") && stack[0]?.place === undefined;
  if (deepest === undefined || header === undefined) return header ?? deepest;
  const isSame = header.file === deepest.file && header.line === deepest.line && header.column === deepest.column;
  // The header knows the end too.
  return isSyntaxError || isSame ? header : deepest;
}

function codeOf({ message, stack, code }: PrintedError): string | undefined {
  if (code !== undefined && /^[A-Z]\w+$/.test(code)) return code;
  const [, name, bracketed] = NAME.exec(message[0] ?? "") ?? [];
  if (bracketed !== undefined && /^[A-Z][A-Z0-9_]+$/.test(bracketed)) return bracketed;
  // Without a stack it may be a text that was thrown.
  return stack.length > 0 || name?.endsWith("Error") ? name : undefined;
}

/** With the option that shows their stack; without it a warning has no place. */
function warnings(lines: readonly string[], files: SentFiles): Problem[] {
  return lines.flatMap((line, index) => {
    const [, code, name = "", message = ""] = WARNING.exec(line) ?? [];
    const stack = name === "" ? [] : relatedPlaces(stackAt(lines, index + 1, files));
    const place = placeOf(stack[0]);
    if (place === undefined) return [];
    const text = messageOf([`${name}: ${message}`]);
    return [
      {
        ...place,
        severity: "warning" as const,
        message: text,
        code: code ?? name,
        related: boundedRelated(stack, place),
      },
    ];
  });
}

function relatedPlaces(stack: readonly StackLine[]): RelatedPlace[] {
  return stack.flatMap(({ place, within }) =>
    place === undefined ? [] : [{ ...place, message: `called from ${within}` }],
  );
}

function placeOf(related: RelatedPlace | undefined): Place | undefined {
  if (related === undefined) return undefined;
  const { message: _, ...place } = related;
  return place;
}
