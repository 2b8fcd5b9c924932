import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PROBLEM_FORMATS, type ProblemFormat } from "../../../src/language/language.ts";
import type { Problem, Report } from "../../../src/language/problem.ts";

const FIXTURES = resolve("test/fixtures/problems");

export const FORMATS = PROBLEM_FORMATS;

/** What is to be found in the golden files of some toolchains. */
interface Expectation {
  readonly toolchains: readonly string[];
  readonly status: number;
  readonly problems: readonly Problem[];
}

/** A program with what a toolchain really printed about it. */
export interface Golden {
  readonly toolchain: string;
  readonly report: Report;
  readonly problems: readonly Problem[];
}

export function programs(format: ProblemFormat): string[] {
  return readdirSync(join(FIXTURES, format));
}

export function goldens(format: ProblemFormat, program: string): Golden[] {
  const folder = join(FIXTURES, format, program);
  const expectations: Expectation[] = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  return expectations.flatMap(({ toolchains, status, problems }) =>
    toolchains.map((toolchain) => ({ toolchain, problems, report: reportIn(folder, toolchain, status === 0) })),
  );
}

export function golden(format: ProblemFormat, program: string, toolchain: string): Golden {
  const found = goldens(format, program).find((each) => each.toolchain === toolchain);
  if (found === undefined) throw new Error(`${program} has no golden file of ${toolchain}`);
  return found;
}

/** The names of the toolchains that have a golden file. */
export function captured(format: ProblemFormat, program: string): string[] {
  const names = readdirSync(join(FIXTURES, format, program));
  return names.filter((name) => name.endsWith(".stderr")).map((name) => name.slice(0, -".stderr".length));
}

function reportIn(folder: string, toolchain: string, succeeded: boolean): Report {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:stderr|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const sources = new Map(names.map((name) => [name.slice(folder.length + 1), readFileSync(name, "utf8")]));
  return { text: readFileSync(join(folder, `${toolchain}.stderr`), "utf8"), folder: "/code", sources, succeeded };
}
