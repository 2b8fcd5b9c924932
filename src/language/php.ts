import { boundedProblems, messageOf } from "./bounds.ts";
import { type Frame, problemOf, type ThrownError } from "./frames.ts";
import type { Problem, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** `Warning: Undefined variable $x in /code/main.php on line 5`; a log has "PHP " in front. */
const MESSAGE =
  /^(?:PHP )?(Warning|Notice|Deprecated|Fatal error|Parse error|Recoverable fatal error): +(.*) in (.+) on line (\d+)$/;
const UNCAUGHT = /^(?:PHP )?Fatal error: +Uncaught (.*)$/;
const NEXT = /^Next (.*)$/;
/** The end of a thrown error's message: `… in /code/main.php:3`. */
const END = /^(.*) in (.+):(\d+)$/;
const CALL = /^#\d+ (.+)\((\d+)\): (.*)$/;
/** PHP says in the message of a wrong argument where the call was; that is a place of its own. */
const CALLER = /, called in .+ on line \d+ and defined$/;
const NAME = /^([A-Z_\\][\w\\]*)(?::|$)/i;
const MAX_PROBLEMS = 100;

/** Reads what PHP 8 prints on standard error: what ended the program, with the errors before it, and warnings. */
export function phpProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastShortLines(report.text);
  return boundedProblems([
    ...(report.succeeded ? [] : thrown(lines, files)),
    ...messages(lines, files, report.succeeded),
  ]);
}

function messages(lines: readonly string[], files: SentFiles, succeeded: boolean): Problem[] {
  const found: Problem[] = [];
  for (const line of lines) {
    const [, kind = "", text = "", path = "", number] = MESSAGE.exec(line) ?? [];
    const place = files.place(path, Number(number));
    if (place === undefined || UNCAUGHT.test(line)) continue;
    const severity = /error/.test(kind) ? "error" : "warning";
    if (severity === "error" && succeeded) continue;
    found.push({ ...place, severity, message: messageOf([text]), related: [] });
    if (found.length === MAX_PROBLEMS) break;
  }
  return found;
}

interface Call {
  readonly path: string;
  readonly line: number;
}

/** What was thrown, where, and the calls that led there; a function's name stands with the call of it, the deepest first. */
interface Printed {
  readonly message: string[];
  readonly calls: Call[];
  readonly functions: string[];
}

/** PHP prints the first error first, and the one that was thrown last at the end. */
function thrown(lines: readonly string[], files: SentFiles): Problem[] {
  const start = lines.findLastIndex((line) => UNCAUGHT.test(line));
  if (start < 0) return [];
  const [last, ...before] = readErrors(lines.slice(start)).toReversed();
  const problem =
    last === undefined
      ? undefined
      : problemOf(
          errorOf(last, files),
          before.map((each) => errorOf(each, files)),
        );
  return problem === undefined ? [] : [problem];
}

function readErrors(lines: readonly string[]): Printed[] {
  const errors: Printed[] = [];
  let state: "message" | "stack" | "between" = "between";
  for (const line of lines) {
    const first = UNCAUGHT.exec(line)?.[1] ?? (state === "between" ? NEXT.exec(line)?.[1] : undefined);
    if (first !== undefined) {
      errors.push({ message: [], calls: [], functions: [] });
      state = "message";
    }
    const current = errors.at(-1);
    if (current === undefined) break;
    if (state === "message") {
      if (line === "Stack trace:") {
        endMessage(current);
        state = "stack";
      } else current.message.push(first ?? line);
    } else if (state === "stack") {
      if (line === "") state = "between";
      else readCall(line, current);
    }
  }
  return errors;
}

function endMessage({ message, calls }: Printed): void {
  const [, text = "", path, line] = END.exec(message.at(-1) ?? "") ?? [];
  if (path === undefined) return;
  message.splice(-1, 1, text.replace(CALLER, ""));
  calls.push({ path, line: Number(line) });
}

function readCall(text: string, { calls, functions }: Printed): void {
  const [, path = "", line, called = ""] = CALL.exec(text) ?? [];
  if (line === undefined) return;
  calls.push({ path, line: Number(line) });
  functions.push(called.replace(/\(.*$/s, ""));
}

function errorOf({ message, calls, functions }: Printed, files: SentFiles): ThrownError {
  const frames = calls.flatMap(({ path, line }, index): Frame[] => {
    const place = files.place(path, line);
    return place === undefined ? [] : [{ place, within: functions[index] ?? "{main}" }];
  });
  return { message, code: NAME.exec(message[0] ?? "")?.[1], frames };
}
