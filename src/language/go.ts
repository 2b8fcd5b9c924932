import { boundedProblems } from "./bounds.ts";
import { compileErrors } from "./go-compile.ts";
import { crash } from "./go-crash.ts";
import type { Problem, Report } from "./problem.ts";
import { lastLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** Reads what Go 1.18 and later print: the crash that ended the program, else what the compiler found. */
export function goProblems(report: Report): Problem[] {
  if (report.succeeded) return [];
  const files = new SentFiles(report);
  const lines = lastLines(report.text);
  const ending = crash(lines, files);
  return boundedProblems(ending === undefined ? compileErrors(lines, files) : [ending]);
}
