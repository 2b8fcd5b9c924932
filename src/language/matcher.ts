import { goProblems } from "./go.ts";
import type { ProblemFormat } from "./language.ts";
import { nodeProblems } from "./node.ts";
import type { Problem, ProblemMatcher, Report } from "./problem.ts";
import { pythonProblems } from "./python.ts";

const none: ProblemMatcher = () => [];

const MATCHERS: Readonly<Record<ProblemFormat, ProblemMatcher>> = {
  python: pythonProblems,
  node: nodeProblems,
  go: goProblems,
  bash: none,
  ruby: none,
  php: none,
  perl: none,
  lua: none,
  r: none,
  gcc: none,
  rust: none,
  java: none,
};

/** Reads what a toolchain of the family `format` reported about the sent files; of no family, nothing. Never throws. */
export function findProblems(format: ProblemFormat | undefined, report: Report): Problem[] {
  return format === undefined ? [] : MATCHERS[format](report);
}
