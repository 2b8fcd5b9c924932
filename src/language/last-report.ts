import type { ProblemFormat } from "./language.ts";
import { lastLines } from "./report-lines.ts";

const lastLine = (lines: readonly string[]): readonly string[] => lines.slice(-1);

const READERS: Readonly<Record<ProblemFormat, (lines: readonly string[]) => readonly string[]>> = {
  python: pythonReport,
  node: nodeReport,
  go: goReport,
  bash: lastLine,
  ruby: rubyReport,
  php: phpReport,
  perl: lastLine,
  lua: luaReport,
  gcc: gccReport,
  rust: rustReport,
  java: javaReport,
};

/** Of each line: the program may have written them, and longer ones would take patterns their time. */
const MOST_CHARACTERS = 1000;

/**
 * What a runtime said when it gave up: the lines that name the reason, and those that belong to them. Empty where it isn't
 * the last thing that was printed: a program that went on after a report did not end by what it says.
 */
export function lastReport(format: ProblemFormat, text: string): string {
  const lines = lastLines(text);
  const report = READERS[format](lines.slice(0, lines.findLastIndex((line) => line !== "") + 1));
  return report.map((line) => line.slice(0, MOST_CHARACTERS)).join("\n");
}

const TRACEBACK = "Traceback (most recent call last):";
const GROUP_END = /^ +\+-+$/;
const GROUP_MARGIN = /^ +[|+] ?/;

/** Where the innermost call is and what it begins with, and the exception: nothing may stand below it. */
function pythonReport(lines: readonly string[]): readonly string[] {
  const own = withoutGroup(lines.slice(0, endWithoutIgnored(lines)));
  const header = own.findLastIndex((line) => line.endsWith(TRACEBACK));
  const entries = own.slice(header + 1, -1);
  const call = own.findLastIndex((line) => line.startsWith('  File "'));
  if (header < 0 || call < header || entries.some((line) => !line.startsWith("  "))) return [];
  return [...own.slice(call, -1).slice(0, 2), ...own.slice(-1)];
}

/** Where those reports begin that Python ends with about exceptions in finalizers: they end nothing. */
function endWithoutIgnored(lines: readonly string[]): number {
  let end = lines.length;
  let others = 0;
  for (let index = end - 1; index >= 0 && others <= 1; index--) {
    const line = lines[index] ?? "";
    if (line.startsWith("Exception ignored ")) [end, others] = [index, 0];
    else if (!line.startsWith(" ") && line !== TRACEBACK) others += 1;
  }
  return end;
}

/** The last member of a group of exceptions, without the margin that shows that it is one. */
function withoutGroup(lines: readonly string[]): readonly string[] {
  return GROUP_END.test(lines.at(-1) ?? "") ? lines.slice(0, -1).map((line) => line.replace(GROUP_MARGIN, "")) : lines;
}

const NODE_FOOTER = /^(?:Node\.js v\d.*)?$/;
const NODE_STACK = /^(?: {4}(?:at |\.\.\. ).*| *\d+: .*|----- .* -----|#?|Emitted '\w+' event on .* at:)$/;
const NODE_PROPERTIES = /^(?: {4}(?:at |\.\.\. )|\S).* \{$/;

/** The message's last line, then the stack and the properties, of which there must be something. */
function nodeReport(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => !NODE_FOOTER.test(line));
  const body = lines.slice(0, last + 1);
  const opening = body[last] === "}" ? body.findLastIndex((line) => NODE_PROPERTIES.test(line)) : last;
  const above = body.slice(0, opening + 1);
  const reason = above.findLastIndex((line) => !NODE_STACK.test(line));
  if (reason < 0 || reason === last) return [];
  return [withoutWrapping(body[reason] ?? ""), ...body.slice(reason + 1)];
}

/** Errors with properties or references to themselves, and those without a stack, have something around their message. */
function withoutWrapping(message: string): string {
  return message
    .replace(/ \{$/, "")
    .replace(/^<ref \*\d+> /, "")
    .replace(/^\[(.*)\]$/, "$1");
}

const GO_STACK = /^(?:goroutine \d+ |runtime stack:)/;
const GO_CRASH = /(?:panic|fatal error): /;
const MOST_NOTES = 3;

/** The crash with what the runtime says directly before it; or the last line, since many programs end with `log.Fatal`. */
function goReport(lines: readonly string[]): readonly string[] {
  const paragraphs = lines.join("\n").split(/\n\n+/);
  const last = paragraphs.findLastIndex((paragraph) => !GO_STACK.test(paragraph) || GO_CRASH.test(paragraph));
  const said = paragraphs[last]?.split("\n") ?? [];
  if (last === paragraphs.length - 1) return said.slice(-1);
  const crash = said.findLastIndex((line) => GO_CRASH.test(line));
  const notes = said.slice(0, crash).findLastIndex((line) => !line.startsWith("runtime: ")) + 1;
  return crash < 0 ? [] : [...said.slice(notes, crash).slice(-MOST_NOTES), withoutRecovery(said[crash] ?? "")];
}

function withoutRecovery(crash: string): string {
  return crash.slice(crash.search(GO_CRASH)).replace(/ \[recovered(?:, repanicked)?\]$/, "");
}

/** The lines from the last that `begins` a report, if nothing stands below it but what `belongs`. */
function reportFrom(lines: readonly string[], begins: RegExp, belongs: RegExp): readonly string[] {
  const start = lines.findLastIndex((line) => begins.test(line));
  return start >= 0 && lines.slice(start + 1).every((line) => belongs.test(line)) ? lines.slice(start, start + 1) : [];
}

function javaReport(lines: readonly string[]): readonly string[] {
  return reportFrom(lines, /^(?:Exception in thread |Exception: java|Caused by: )/, /^\t/);
}

function rubyReport(lines: readonly string[]): readonly string[] {
  return reportFrom(lines, /^\S.*(?:\([A-Z][\w:]*\)|failed to allocate memory)/, /^(?:\tfrom |\s|$)/);
}

function luaReport(lines: readonly string[]): readonly string[] {
  return reportFrom(lines, /^lua[\w.-]*: /, /^(?:\t|stack traceback:)/);
}

function phpReport(lines: readonly string[]): readonly string[] {
  return reportFrom(lines, /^(?:PHP )?(?:Fatal|Parse) error: /, /^(?:#\d+ |Stack trace:| {2}thrown in )/);
}

/** The message stands beneath the line that says where it was. */
function rustReport(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/^(?:note: |error: aborting)/.test(line)).slice(-1);
}

/** C++ says what an exception says beneath what it is. */
function gccReport(lines: readonly string[]): readonly string[] {
  return lines.slice(-2);
}
