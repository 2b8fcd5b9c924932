import { boundedProblems, messageOf } from "./bounds.ts";
import { codePoints, utf16Offset } from "./columns.ts";
import type { Place, Problem, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** Of `--error-format=short`: `main.rs:3:31: error[E0308]: mismatched types: …`. */
const DIAGNOSTIC = /^(.+?):(\d+):(\d+): (error|warning)(?:\[(\w+)\])?: (.*)$/;
/** `thread 'main' (22) panicked at main.rs:1:73:`, with the message on the next lines; the number came with Rust 1.91. */
const PANIC = /^thread '.*'(?: \(\d+\))? panicked at (.+?):(\d+):(\d+):$/;
/** Up to Rust 1.72: `thread 'main' panicked at 'message', main.rs:1:70`; the message may have several lines. */
const OLD_PANIC = /^thread '.*' panicked at '(.*)$/;
const OLD_END = /^(.*)', (.+?):(\d+):(\d+)$/;
const NOTE = /^(?:note: |stack backtrace:|thread '.*' panicked )/;
const MAX_DIAGNOSTICS = 200;

/** Reads what rustc prints in its short format, and panics. */
export function rustProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastShortLines(report.text);
  const panic = report.succeeded ? undefined : lastPanic(lines, files);
  return boundedProblems([...(panic === undefined ? [] : [panic]), ...diagnostics(lines, files)]);
}

function diagnostics(lines: readonly string[], files: SentFiles): Problem[] {
  const found: Problem[] = [];
  for (const line of lines) {
    const [, path = "", number, column, kind, code, text = ""] = DIAGNOSTIC.exec(line) ?? [];
    const place = placeOf(files, path, Number(number), Number(column));
    if (place === undefined) continue;
    const severity = kind === "warning" ? "warning" : "error";
    found.push({ ...place, severity, message: messageOf([text]), ...(code !== undefined && { code }), related: [] });
    if (found.length === MAX_DIAGNOSTICS) break;
  }
  return found;
}

/** The panic that is told last: threads may have panicked before. */
function lastPanic(lines: readonly string[], files: SentFiles): Problem | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const panic = panicAt(lines, index, files);
    if (panic !== undefined) return panic;
  }
  return undefined;
}

function panicAt(lines: readonly string[], index: number, files: SentFiles): Problem | undefined {
  const line = lines[index] ?? "";
  const [, path = "", number, column] = PANIC.exec(line) ?? [];
  if (number !== undefined) {
    const place = placeOf(files, path, Number(number), Number(column));
    return place && { ...place, severity: "error", message: messageOf(messageAfter(lines, index)), related: [] };
  }
  const old = OLD_PANIC.exec(line)?.[1];
  return old === undefined ? undefined : oldPanic([old, ...lines.slice(index + 1, index + MAX_MESSAGE_LINES)], files);
}

const MAX_MESSAGE_LINES = 20;

function messageAfter(lines: readonly string[], index: number): string[] {
  const next = lines.slice(index + 1, index + 1 + MAX_MESSAGE_LINES);
  const end = next.findIndex((line) => NOTE.test(line));
  return end < 0 ? next : next.slice(0, end);
}

function oldPanic(lines: readonly string[], files: SentFiles): Problem | undefined {
  const end = lines.findIndex((line) => OLD_END.test(line));
  const [, text = "", path = "", number, column] = OLD_END.exec(lines[end] ?? "") ?? [];
  const place = placeOf(files, path, Number(number), Number(column));
  return place && { ...place, severity: "error", message: messageOf([...lines.slice(0, end), text]), related: [] };
}

/** Rust counts characters, each as one. */
function placeOf(files: SentFiles, path: string, line: number, column: number): Place | undefined {
  const place = files.place(path, line);
  if (place === undefined) return undefined;
  const offset = utf16Offset(files.line(place.file, line) ?? "", column - 1, codePoints);
  return offset === undefined ? place : { ...place, column: offset + 1 };
}
