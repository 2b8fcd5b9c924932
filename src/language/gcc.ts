import { boundedProblems, boundedRelated, messageOf } from "./bounds.ts";
import { cells } from "./columns.ts";
import type { Place, Problem, RelatedPlace, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** `main.c:4:24: error: 'x' undeclared`; a name may have spaces and colons in it. */
const DIAGNOSTIC = /^(.+?):(\d+):(?:(\d+):)? (fatal error|error|warning|note): (.*)$/;
/** What it is controlled by: `[-Wunused-variable]`, `[-Werror=format=]`. */
const CONTROL = / \[-W(?:error=)?([\w+=-]+)\]$/;
/** glibc's: `program: main.c:5: main: Assertion `x' failed.` */
const ASSERTION = /^[^:]*: (.+?):(\d+): (?:.*: )?Assertion [`'](.*)' failed\.$/;
/** AddressSanitizer's: `#0 0x55… in main /code/main.c:5:3`. */
const FRAME = /^ +#\d+ 0x[0-9a-f]+ in (.+?) (\/.+?):(\d+)(?::\d+)?$/;
const SANITIZER = /^==\d+==ERROR: (\w+Sanitizer: .*)$/;

/** Enough for the ceiling on problems, however long a hostile text is. */
const MAX_DIAGNOSTICS = 200;

/** Where GCC's columns begin anew: it counts what a terminal shows, with a tab stop at every eighth place. */
const TAB = 8;

/** Reads what GCC 11 and later print in plain output, failed assertions of glibc, and sanitizers' stacks. */
export function gccProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastShortLines(report.text);
  const ending = report.succeeded ? undefined : (lastAssertion(lines, files) ?? sanitizerReport(lines, files));
  return boundedProblems([...(ending === undefined ? [] : [ending]), ...diagnostics(lines, files)]);
}

interface Diagnostic extends Omit<Problem, "related"> {
  readonly related: RelatedPlace[];
}

function diagnostics(lines: readonly string[], files: SentFiles): Problem[] {
  const found: Diagnostic[] = [];
  // Notes belong to the last error or warning, though that is in a file of the system's.
  let current: Diagnostic | undefined;
  for (const line of lines) {
    const [, path = "", number, column, kind, text = ""] = DIAGNOSTIC.exec(line) ?? [];
    if (kind === undefined) continue;
    const place = files.place(path, Number(number));
    if (kind === "note") {
      if (place !== undefined)
        current?.related.push({ ...withColumn(place, Number(column), files), message: messageOf([text.trimStart()]) });
      continue;
    }
    current = undefined;
    if (place === undefined) continue;
    if (found.length === MAX_DIAGNOSTICS) break;
    const code = CONTROL.exec(text)?.[1];
    current = {
      ...withColumn(place, Number(column), files),
      severity: kind === "warning" ? "warning" : "error",
      message: messageOf([text.replace(CONTROL, "")]),
      ...(code !== undefined && { code: `-W${code}` }),
      related: [],
    };
    found.push(current);
  }
  return found.map((problem) => ({ ...problem, related: boundedRelated(problem.related, problem) }));
}

function withColumn(place: Place, column: number, files: SentFiles): Place {
  const offset = offsetOfCell(files.line(place.file, place.line) ?? "", column - 1);
  return offset === undefined ? place : { ...place, column: offset + 1 };
}

/** In UTF-16 units from 0; undefined where no character begins there. */
function offsetOfCell(line: string, cell: number): number | undefined {
  let passed = 0;
  let offset = 0;
  for (const character of line) {
    if (passed >= cell) break;
    passed += character === "\t" ? TAB - (passed % TAB) : cells(character);
    offset += character.length;
  }
  return passed === cell ? offset : undefined;
}

function lastAssertion(lines: readonly string[], files: SentFiles): Problem | undefined {
  for (const line of lines.toReversed()) {
    const [, path = "", number, condition = ""] = ASSERTION.exec(line) ?? [];
    const place = files.place(path, Number(number));
    if (place !== undefined)
      return { ...place, severity: "error", message: messageOf([`Assertion failed: ${condition}`]), related: [] };
  }
  return undefined;
}

function sanitizerReport(lines: readonly string[], files: SentFiles): Problem | undefined {
  const start = lines.findIndex((line) => SANITIZER.test(line));
  const message = SANITIZER.exec(lines[start] ?? "")?.[1];
  if (message === undefined) return undefined;
  const frames = lines.slice(start).flatMap((line): RelatedPlace[] => {
    const [, within = "", path = "", number] = FRAME.exec(line) ?? [];
    const place = files.place(path, Number(number));
    return place === undefined ? [] : [{ ...place, message: `called from ${within}` }];
  });
  const [deepest] = frames;
  if (deepest === undefined) return undefined;
  const { message: _, ...place } = deepest;
  return {
    ...place,
    severity: "error",
    message: messageOf([message]),
    related: boundedRelated(frames.slice(1), place),
  };
}
