import { boundedProblems, messageOf } from "./bounds.ts";
import type { Problem, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** Bash's `main.sh: line 3: nope: command not found`, and the same of dash and busybox without the word. */
const MESSAGE = /^(.+?): (?:line )?(\d+): (.*)$/;
const SYNTAX = /^(?:syntax error|unexpected EOF)/i;
const MAX_MESSAGES = 100;

/**
 * Reads what Bash and other shells print. A script goes on after most errors: what it said last before it failed is taken for
 * the error that it failed of, and a syntax error always; the others are warnings.
 */
export function bashProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const found: Problem[] = [];
  for (const line of lastShortLines(report.text)) {
    const [, path = "", number, text = ""] = MESSAGE.exec(line) ?? [];
    const place = files.place(path, Number(number));
    // A syntax error is said twice, the second time as the line itself.
    if (place === undefined || text.startsWith("`")) continue;
    const severity = SYNTAX.test(text) ? "error" : "warning";
    found.push({ ...place, severity, message: messageOf([text]), related: [] });
    if (found.length > MAX_MESSAGES) found.shift();
  }
  const last = found.at(-1);
  if (report.succeeded || last === undefined) return boundedProblems(found);
  return boundedProblems([{ ...last, severity: "error" }, ...found.slice(0, -1)]);
}
