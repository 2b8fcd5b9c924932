import { boundedProblems } from "./bounds.ts";
import { type Frame, problemOf } from "./frames.ts";
import type { Problem, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** `lua: main.lua:1: attempt to index a nil value`; the interpreter may be called otherwise. */
const HEADER = /^(?:lua[\w.-]*): (.*)$/;
const PLACED = /^(.+?):(\d+): (.*)$/;
const TRACE = "stack traceback:";
const FRAME = /^\t(.+?):(\d+): in (.*)$/;

/** Reads what Lua 5.1 and later print of the error that ended the program. */
export function luaProblems(report: Report): Problem[] {
  if (report.succeeded) return [];
  const files = new SentFiles(report);
  const lines = lastShortLines(report.text);
  const start = lines.findLastIndex((line) => HEADER.test(line));
  if (start < 0) return [];
  const trace = lines.indexOf(TRACE, start);
  const said = lines.slice(start, trace < 0 ? undefined : trace);
  const [first, ...more] = [HEADER.exec(said[0] ?? "")?.[1] ?? "", ...said.slice(1)];
  const [, path = "", number, text] = PLACED.exec(first) ?? [];
  const place = files.place(path, Number(number));
  const frames = trace < 0 ? [] : lines.slice(trace).flatMap((line) => frameOf(line, files));
  const problem = problemOf({
    message: [place === undefined ? first : (text ?? first), ...more],
    // The place that the message names is where it happened, or where the code was told to blame.
    frames: place === undefined ? frames : [{ place, within: "" }, ...frames],
  });
  return boundedProblems(problem === undefined ? [] : [problem]);
}

function frameOf(line: string, files: SentFiles): Frame[] {
  const [, path = "", number, within = ""] = FRAME.exec(line) ?? [];
  const place = files.place(path, Number(number));
  return place === undefined ? [] : [{ place, within }];
}
