import { boundedProblems, messageOf } from "./bounds.ts";
import { type Frame, problemOf, type ThrownError } from "./frames.ts";
import type { Problem, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** `main.rb:5:in 'g': outer (ArgumentError)`; up to Ruby 3.3 the first quote is a backtick, and a long message has its class on its first line. */
const HEADER = /^(.+?):(\d+):in [`'](.+?)': (.*?)(?: \(([A-Z][\w:]*)\))?$/;
const FRAME = /^\tfrom (.+?):(\d+):in [`'](.+)'$/;
/** `main.rb:3: syntax error, unexpected end-of-input (SyntaxError)`; 3.4 begins so, and shows the lines beneath. */
const SYNTAX_ERROR = /^(?:.+?: )?(.+?):(\d+): (syntax errors? found|syntax error, .+?)(?: \(SyntaxError\))?$/;
const WARNING = /^(.+?):(\d+): warning: (.*)$/;
const MAX_PROBLEMS = 100;

/** Reads what Ruby 3.1 and later print: the error that ended the program with its causes, syntax errors, and warnings. */
export function rubyProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastShortLines(report.text);
  const errors = report.succeeded ? [] : endingProblems(lines, files);
  return boundedProblems([...errors, ...warnings(lines, files)]);
}

function endingProblems(lines: readonly string[], files: SentFiles): Problem[] {
  const syntax = lines.flatMap((line): Problem[] => {
    const [, path = "", number, message = ""] = SYNTAX_ERROR.exec(line) ?? [];
    const place = files.place(path, Number(number));
    return place === undefined ? [] : [{ ...place, severity: "error", message, code: "SyntaxError", related: [] }];
  });
  if (syntax.length > 0) return syntax.slice(0, MAX_PROBLEMS);
  // The error raised last comes first, and its causes behind it; the threads' reports come before.
  const errors = lastChain(readErrors(lines, files));
  const [first, ...behind] = errors;
  const problem = first === undefined ? undefined : problemOf(first, behind);
  return problem === undefined ? [] : [problem];
}

interface Printed extends ThrownError {
  readonly message: string[];
  readonly frames: Frame[];
  readonly startsAt: number;
  endsAt: number;
}

function readErrors(lines: readonly string[], files: SentFiles): Printed[] {
  const errors: Printed[] = [];
  let hasFrames = false;
  for (const [index, line] of lines.entries()) {
    const current = errors.at(-1);
    const [, path, number, within = ""] = FRAME.exec(line) ?? [];
    if (path !== undefined) {
      hasFrames = true;
      const place = files.place(path, Number(number));
      if (place !== undefined) current?.frames.push({ place, within });
      if (current !== undefined) current.endsAt = index;
      continue;
    }
    const [, from = "", at, method = "", message = "", code] = HEADER.exec(line) ?? [];
    if (at !== undefined && (code !== undefined || files.find(from) !== undefined)) {
      const place = files.place(from, Number(at));
      const frames = place === undefined ? [] : [{ place, within: method }];
      errors.push({ message: [message], code, frames, startsAt: index, endsAt: index });
      hasFrames = false;
    } else if (current !== undefined && !hasFrames) {
      if (line !== "") current.message.push(line);
      current.endsAt = index;
    }
  }
  return errors.map((error) => ({ ...error, message: nameFirst(withoutSnippet(error.message), error.code) }));
}

/** Those that stand directly one behind the other at the end: an error and its causes. */
function lastChain(errors: readonly Printed[]): readonly Printed[] {
  let first = errors.length - 1;
  while (
    first > 0 &&
    errors[first - 1]?.endsAt === (errors[first]?.startsAt ?? 0) - 1 &&
    !isSame(errors[first - 1], errors[first])
  )
    first -= 1;
  return errors.slice(Math.max(first, 0));
}

/** What a thread says of its error is said again when another waits for it. */
function isSame(one: Printed | undefined, other: Printed | undefined): boolean {
  return one?.message.join("\n") === other?.message.join("\n");
}

/** Without the line of code and the marks beneath it. */
function withoutSnippet(message: readonly string[]): string[] {
  const marks = message.findIndex((line) => /^\s*\^+\s*$/.test(line));
  return marks < 1 ? [...message] : message.slice(0, marks - 1);
}

function nameFirst([first = "", ...more]: readonly string[], code: string | undefined): string[] {
  return [code === undefined ? first : `${code}: ${first}`, ...more];
}

function warnings(lines: readonly string[], files: SentFiles): Problem[] {
  return lines
    .flatMap((line): Problem[] => {
      const [, path = "", number, message = ""] = WARNING.exec(line) ?? [];
      const place = files.place(path, Number(number));
      return place === undefined ? [] : [{ ...place, severity: "warning", message: messageOf([message]), related: [] }];
    })
    .slice(0, MAX_PROBLEMS);
}
