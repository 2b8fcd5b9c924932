import type { Place, RelatedPlace } from "./problem.ts";
import type { SentFiles } from "./sent-files.ts";

/** One line of a stack. */
export interface StackLine {
  /** The line's number in the report, from 0. */
  readonly index: number;
  readonly within: string;
  /** Undefined where it lies in no sent file. */
  readonly place: Place | undefined;
}

/** An error as Node prints it: a message, a stack, and between braces what else it has. */
export interface PrintedError {
  readonly message: readonly string[];
  readonly stack: readonly StackLine[];
  /** The stacks of the errors that it holds: of its cause, or of the members of a group. */
  readonly held: readonly RelatedPlace[];
  /** Its property `code`. */
  readonly code: string | undefined;
}

const STACK_LINE = /^ {4}(?:at |\.\.\. \d+ lines matching |\[\.\.\. lines matching )/;
const FOOTER = /^(?:Emitted '\w+' event|Node\.js v\d|\(Use `node --trace)/;

/** Reads the error that begins at the line `start`. */
export function readError(
  lines: readonly string[],
  start: number,
  header: Place | undefined,
  files: SentFiles,
): PrintedError {
  const body = bodyFrom(lines, start);
  const frames = lastStack(lines, start, body, files);
  const stack = frames.slice(firstTrueLine(frames, header, files));
  const message = messageBefore(lines.slice(start, stack[0]?.index ?? body));
  return { message, stack, ...readProperties(lines.slice(body), files) };
}

/** The line after the message and the stack, at which the properties begin. */
function bodyFrom(lines: readonly string[], start: number): number {
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (FOOTER.test(line)) return index;
    if (line.endsWith(" {") && (STACK_LINE.test(line) || line.endsWith("] {"))) return index + 1;
  }
  return lines.length;
}

/** The stack that begins at the line `start`. */
export function stackAt(lines: readonly string[], start: number, files: SentFiles): StackLine[] {
  const stack: StackLine[] = [];
  for (let index = start; STACK_LINE.test(lines[index] ?? ""); index++) {
    stack.push({ index, ...stackLine(lines[index] ?? "", files) });
  }
  return stack;
}

/** The last run of stack lines before `end`: lines that look alike can be part of the message. */
function lastStack(lines: readonly string[], start: number, end: number, files: SentFiles): StackLine[] {
  let last = end - 1;
  while (last >= start && !STACK_LINE.test(lines[last] ?? "")) last -= 1;
  let first = last;
  while (first > start && STACK_LINE.test(lines[first - 1] ?? "")) first -= 1;
  return last < start ? [] : stackAt(lines, first, files);
}

function stackLine(line: string, files: SentFiles): Omit<StackLine, "index"> {
  const text = line
    .trim()
    .replace(/ \{$|,$/, "")
    .replace(/^at (?:async )?/, "");
  const open = text.endsWith(")") ? text.indexOf(" (") : -1;
  const within = open < 0 ? "here" : text.slice(0, open);
  const [, path = "", number, column] = /^(.+):(\d+):(\d+)$/.exec(open < 0 ? text : text.slice(open + 2, -1)) ?? [];
  return { within, place: files.place(path, Number(number), Number(column)) };
}

/**
 * Where the stack begins. A message that ends in another error's stack runs into it without a sign; the header tells
 * where the error was thrown, and the stack begins there if it was also made there.
 */
function firstTrueLine(stack: readonly StackLine[], header: Place | undefined, files: SentFiles): number {
  const found = stack.findIndex(({ place }) => {
    if (place?.column === undefined || place.file !== header?.file || place.line !== header.line) return false;
    const source = files.line(place.file, place.line) ?? "";
    return place.column === header.column || source.startsWith("new ", place.column - 1);
  });
  return found > 0 && !stack[found - 1]?.within.startsWith("new ") ? found : 0;
}

function messageBefore(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => line !== "");
  const message = lines.slice(Math.max(0, start));
  // Without a stack the error stands in brackets.
  const [, bracketed] = /^\[(.*)\](?: \{)?$/.exec(message[0] ?? "") ?? [];
  return bracketed === undefined ? message : [bracketed];
}

function readProperties(lines: readonly string[], files: SentFiles): Pick<PrintedError, "held" | "code"> {
  const held: RelatedPlace[] = [];
  let code: string | undefined;
  let message: string | undefined;
  let hasPlace = false;
  for (const line of lines) {
    if (line === "}" || FOOTER.test(line)) break;
    code ??= /^ {2}code: '([^']*)',?$/.exec(line)?.[1];
    const next = heldMessage(line);
    if (next !== undefined) [message, hasPlace] = [next, false];
    else if (message !== undefined && /^\s+at /.test(line)) {
      const { place, within } = stackLine(line, files);
      if (place === undefined) continue;
      held.push({ ...place, message: hasPlace ? `called from ${within}` : message });
      hasPlace = true;
    }
  }
  return { held, code };
}

/** What tells of an error in a property: `[cause]: Error: text`, or without the name in the list of a group. */
function heldMessage(line: string): string | undefined {
  const [, property, error] = /^\s+(?:\[(\w+)\]: )?([A-Za-z_$][\w$.]*(?: \[\w+\])?(?:: .*)?)$/.exec(line) ?? [];
  if (error === undefined) return undefined;
  if (property === undefined) return `in the group: ${error}`;
  return property === "cause" ? `caused by ${error}` : `${property}: ${error}`;
}
