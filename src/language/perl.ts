import { boundedProblems, boundedRelated, messageOf } from "./bounds.ts";
import type { Problem, RelatedPlace, Report } from "./problem.ts";
import { lastShortLines } from "./report-lines.ts";
import { SentFiles } from "./sent-files.ts";

/** `boom at main.pl line 3.`, `syntax error at main.pl line 1, near "+;"`, `…, <STDIN> line 2.` */
const MESSAGE = /^(.*?) at (\S.*?) line (\d+)(\.|, near .*|, at EOF|, <.*> (?:line|chunk) \d+\.)$/;
/** Carp's: `\tmain::f(3) called at main.pl line 2`. */
const CALL = /^\t(.+) called at (.+) line (\d+)$/;
const FOOTER = /^(?:Execution of .+ aborted due to compilation errors|BEGIN failed--compilation aborted)/;
const MAX_MESSAGES = 200;

/** Reads what Perl 5 prints. Warnings look like errors: where the program failed, those of the compiler or the last one ended it. */
export function perlProblems(report: Report): Problem[] {
  const files = new SentFiles(report);
  const lines = lastShortLines(report.text);
  const messages = readMessages(lines, files);
  if (report.succeeded) return boundedProblems(messages.map(asWarning));
  if (lines.some((line) => FOOTER.test(line))) return boundedProblems(messages);
  // A die without a place ends a program as well: then the last with a place is a warning, if it isn't the last word.
  const last = lines.findLast((line) => line !== "" && !CALL.test(line)) ?? "";
  const isLastWord = MESSAGE.test(last);
  return boundedProblems([
    ...(isLastWord ? messages.slice(-1) : []),
    ...(isLastWord ? messages.slice(0, -1) : messages).map(asWarning),
  ]);
}

const asWarning = (problem: Problem): Problem => ({ ...problem, severity: "warning" });

interface Message extends Omit<Problem, "related"> {
  readonly related: RelatedPlace[];
}

function readMessages(lines: readonly string[], files: SentFiles): Problem[] {
  const found: Message[] = [];
  for (const line of lines) {
    const [, called = "", from = "", at] = CALL.exec(line) ?? [];
    if (at !== undefined) {
      const place = files.place(from, Number(at));
      if (place !== undefined) found.at(-1)?.related.push({ ...place, message: `called from here: ${called}` });
      continue;
    }
    const [, text = "", path = "", number, rest = ""] = MESSAGE.exec(line) ?? [];
    const place = FOOTER.test(line) ? undefined : files.place(path, Number(number));
    if (place === undefined) continue;
    const near = rest.startsWith(", near") || rest === ", at EOF" ? rest : "";
    found.push({ ...place, severity: "error", message: messageOf([text + near]), related: [] });
    if (found.length > MAX_MESSAGES) found.shift();
  }
  return found.map((problem) => ({ ...problem, related: boundedRelated(problem.related, problem) }));
}
