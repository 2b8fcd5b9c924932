import { posix } from "node:path";
import { boundedProblems, messageOf } from "./bounds.ts";
import { type Frame, problemOf, type ThrownError } from "./frames.ts";
import type { Place, Problem, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** `Main.java:3: error: ';' expected`, `Main.java:5: warning: [unchecked] unchecked call …`. */
const DIAGNOSTIC = /^(.+\.java):(\d+): (error|warning): (?:\[([\w-]+)\] )?(.*)$/;
const CARET = /^( *)\^$/;
const EXCEPTION = /^Exception in thread "(.*?)" ([\w.$]+)(?:: (.*))?$/;
const CAUSE = /^(\t*)Caused by: ([\w.$]+)(?:: (.*))?$/;
const SUPPRESSED = /^\t+Suppressed: ([\w.$]+)(?:: (.*))?$/;
/** `\tat Main.f(Main.java:3)`, with a loader and a module before the class where there are such. */
const FRAME = /^\t+at (?:.*\/)?([^/(]+)\(([^:()]+\.java):(\d+)\)$/;
const MAX_DIAGNOSTICS = 200;
/** A diagnostic says what it is about in so many lines at most: its message, the line, the mark. */
const MAX_DIAGNOSTIC_LINES = 10;

/** Reads what javac prints, and the exception that ended the program with its causes and what was suppressed. */
export function javaProblems(report: Report): Problem[] {
  const files = new JavaFiles(report);
  const lines = lastShortLines(report.text);
  const ending = report.succeeded ? undefined : lastException(lines, files);
  return boundedProblems([...(ending === undefined ? [] : [ending]), ...diagnostics(lines, files)]);
}

/** Stacks name files without their folders. */
class JavaFiles extends SentFiles {
  readonly #byName = new Map<string, string>();

  constructor(report: Report) {
    super(report);
    for (const path of report.sources.keys()) this.#byName.set(posix.basename(path), path);
  }

  placeOfName(name: string, line: number): Place | undefined {
    return this.place(this.#byName.get(name) ?? name, line);
  }
}

function diagnostics(lines: readonly string[], files: JavaFiles): Problem[] {
  const found: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const [, path = "", number, kind, code, text = ""] = DIAGNOSTIC.exec(line) ?? [];
    const place = files.place(path, Number(number));
    if (place === undefined) continue;
    const { column, more } = readDetails(lines.slice(index + 1, index + 1 + MAX_DIAGNOSTIC_LINES), place, files);
    found.push({
      ...place,
      ...(column !== undefined && { column }),
      severity: kind === "warning" ? "warning" : "error",
      message: messageOf([text, ...more]),
      ...(code !== undefined && { code }),
      related: [],
    });
    if (found.length === MAX_DIAGNOSTICS) break;
  }
  return found;
}

/** What stands beneath a diagnostic: more of its message, the line of code, a mark, and indented details. */
function readDetails(
  lines: readonly string[],
  { file, line }: Place,
  files: JavaFiles,
): { readonly column?: number; readonly more: string[] } {
  const source = files.line(file, line) ?? "";
  const shown = lines.indexOf(source);
  const caret = CARET.exec(lines[shown + 1] ?? "")?.[1];
  if (shown < 0 || caret === undefined) return { more: [] };
  const details = lines.slice(shown + 2);
  const end = details.findIndex((text) => !text.startsWith("  "));
  const more = [...lines.slice(0, shown), ...details.slice(0, end < 0 ? undefined : end)].map((text) => text.trim());
  // A tab in the line stays one character above the mark.
  return { column: caret.length + 1, more };
}

interface Printed extends ThrownError {
  readonly message: string[];
  readonly frames: Frame[];
}

/** The exception that was thrown last comes first, its causes behind it. */
function lastException(lines: readonly string[], files: JavaFiles): Problem | undefined {
  const start = lines.findLastIndex((line) => EXCEPTION.test(line));
  if (start < 0) return undefined;
  const errors: Printed[] = [];
  let hasFrames = false;
  for (const line of lines.slice(start)) {
    const header = headerOf(line, errors.length === 0);
    const current = errors.at(-1);
    if (header !== undefined) {
      errors.push({ message: [header.text], code: header.code, frames: [] });
      hasFrames = false;
    } else if (/^\t+(?:at |\.\.\. \d+ )/.test(line)) {
      hasFrames = true;
      const [, within = "", name = "", number] = FRAME.exec(line) ?? [];
      const place = files.placeOfName(name, Number(number));
      if (place !== undefined) current?.frames.push({ place, within });
    } else if (!hasFrames) current?.message.push(line);
    else break;
  }
  const [first, ...behind] = errors;
  return first === undefined ? undefined : problemOf(first, behind);
}

function headerOf(line: string, isFirst: boolean): { readonly code: string; readonly text: string } | undefined {
  const [, , code, text] = (isFirst ? EXCEPTION.exec(line) : CAUSE.exec(line)) ?? [];
  if (code !== undefined) return { code, text: said(code, text) };
  const [, suppressed, why] = SUPPRESSED.exec(line) ?? [];
  return suppressed === undefined || isFirst
    ? undefined
    : { code: suppressed, text: `suppressed: ${said(suppressed, why)}` };
}

function said(code: string, text: string | undefined): string {
  return text === undefined ? code : `${code}: ${text}`;
}
