import { boundedProblems, boundedRelated, messageOf } from "./bounds.ts";
import type { Place, Problem, RelatedPlace, Report } from "./problem.ts";
import { type PythonReport, readTracebacks, type Traceback } from "./python-traceback.ts";
import { lastLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/**
 * Reads what Python 3.8 and later print: the exception that ended the program, then those that ended a thread, a task
 * or a finalizer, then warnings.
 */
export function pythonProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastLines(report.text);
  const reports = readTracebacks(lines, files);
  const ending = report.succeeded ? undefined : (fatalError(lines, files) ?? endingProblem(reports));
  const lost = reports.filter(({ isLost }) => isLost).flatMap((each) => problemOf(each) ?? []);
  return boundedProblems([...(ending === undefined ? [] : [ending]), ...lost, ...warnings(lines, files)]);
}

/** The last report wins, unless only an earlier one fits the files: a message can contain a whole traceback. */
function endingProblem(reports: readonly PythonReport[]): Problem | undefined {
  const candidates = reports.filter((report) => !report.isLost && problemOf(report) !== undefined);
  const ending = candidates.findLast(isTrue) ?? candidates.at(-1);
  return ending && problemOf(ending);
}

function isTrue({ tracebacks }: PythonReport): boolean {
  const primary = primaryOf(tracebacks);
  return primary !== undefined && primary.frames.every((frame) => frame.isTrue);
}

/** The exception that was raised last and is no member of a group; Python prints it after those that led to it. */
function primaryOf(tracebacks: readonly Traceback[]): Traceback | undefined {
  return tracebacks.findLast(({ depth }) => depth <= 1) ?? tracebacks.at(-1);
}

function problemOf({ tracebacks, isLost }: PythonReport): Problem | undefined {
  const primary = primaryOf(tracebacks);
  const placed = [primary, ...tracebacks.toReversed()].find((traceback) => traceback && traceback.frames.length > 0);
  const deepest = placed?.frames.at(-1);
  if (primary === undefined || placed === undefined || deepest === undefined) return undefined;
  const others = tracebacks.filter((traceback) => traceback !== placed && traceback !== primary);
  const [causes, members] = [others.filter(hasLedOn).toReversed(), others.filter((other) => !hasLedOn(other))];
  const related = [...callersOf(placed), ...[...causes, ...members].flatMap(relatedTo)];
  return {
    ...deepest.place,
    severity: "error",
    // After a lost exception the program went on, and what it printed isn't told from further lines of a message.
    message: messageOf(isLost ? primary.message.slice(0, 1) : primary.message),
    code: classOf(primary),
    related: boundedRelated(related, deepest.place),
  };
}

function callersOf({ frames }: Traceback): RelatedPlace[] {
  const callers = frames.slice(0, -1).toReversed();
  return callers.map(({ place, within }) => ({ ...place, message: `called from ${within ?? "here"}` }));
}

function relatedTo(traceback: Traceback): RelatedPlace[] {
  const place = traceback.frames.at(-1)?.place;
  if (place === undefined) return [];
  const message = `${roleOf(traceback)} ${messageOf(traceback.message.slice(0, 1))}`;
  return [{ ...place, message }, ...callersOf(traceback)];
}

function roleOf({ ledOn }: Traceback): string {
  if (ledOn === "cause") return "caused by";
  return ledOn === "context" ? "raised while handling" : "in the group:";
}

function hasLedOn({ ledOn }: Traceback): boolean {
  return ledOn !== undefined;
}

function classOf({ message }: Traceback): string {
  const name = (message[0] ?? "").split(":", 1)[0] ?? "";
  return name.slice(name.lastIndexOf(".") + 1);
}

function warnings(lines: readonly string[], files: SentFiles): Problem[] {
  return lines.flatMap((line) => {
    const [, path = "", number, code = "", message = ""] = /^(.+):(\d+): (\w*Warning): (.*)$/.exec(line) ?? [];
    const place = files.placeAtEnd(path, Number(number));
    const text = messageOf([`${code}: ${message}`]);
    return place === undefined ? [] : [{ ...place, severity: "warning" as const, message: text, code, related: [] }];
  });
}

/** A crash of the interpreter itself, which prints its stack the other way round. */
function fatalError(lines: readonly string[], files: SentFiles): Problem | undefined {
  const words = "Fatal Python error: ";
  const start = lines.findLastIndex((line) => line.includes(words) || line.endsWith("(most recent call last):"));
  const first = lines[start] ?? "";
  const stack = lines.findIndex((line, index) => index > start && line.endsWith("(most recent call first):"));
  if (!first.includes(words) || stack < 0) return undefined;
  const message = messageOf([first.slice(first.indexOf(words))]);
  const [deepest, ...callers] = stackAfter(lines.slice(stack + 1), files);
  return deepest && { ...placeIn(deepest), severity: "error", message, related: boundedRelated(callers, deepest) };
}

function stackAfter(lines: readonly string[], files: SentFiles): RelatedPlace[] {
  const places: RelatedPlace[] = [];
  for (const line of lines) {
    const [, path, number, within] = /^ {2}File "(.+)", line (\d+) in (.*)$/.exec(line) ?? [];
    if (path === undefined) break;
    const place = files.place(path, Number(number));
    if (place !== undefined) places.push({ ...place, message: `called from ${within}` });
  }
  return places;
}

function placeIn({ message: _, ...place }: RelatedPlace): Place {
  return place;
}
