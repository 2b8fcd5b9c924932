import { bashProblems } from "./bash.ts";
import { gccProblems } from "./gcc.ts";
import { goProblems } from "./go.ts";
import { javaProblems } from "./java.ts";
import type { ProblemFormat } from "./language.ts";
import { luaProblems } from "./lua.ts";
import { nodeProblems } from "./node.ts";
import { perlProblems } from "./perl.ts";
import { phpProblems } from "./php.ts";
import type { Problem, ProblemMatcher, Report } from "./problem.ts";
import { pythonProblems } from "./python.ts";
import { rubyProblems } from "./ruby.ts";
import { rustProblems } from "./rust.ts";

const MATCHERS: Readonly<Record<ProblemFormat, ProblemMatcher>> = {
  python: pythonProblems,
  node: nodeProblems,
  go: goProblems,
  bash: bashProblems,
  ruby: rubyProblems,
  php: phpProblems,
  perl: perlProblems,
  lua: luaProblems,
  gcc: gccProblems,
  rust: rustProblems,
  java: javaProblems,
};

/** Reads what a toolchain of the family `format` reported about the sent files; of no family, nothing. Never throws. */
export function findProblems(format: ProblemFormat | undefined, report: Report): Problem[] {
  return format === undefined ? [] : MATCHERS[format](report);
}
