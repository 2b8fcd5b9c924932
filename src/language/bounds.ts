import type { Place, Problem, RelatedPlace } from "./problem.ts";

const MAX_PROBLEMS = 50;
const MAX_RELATED = 20;
const MAX_MESSAGE_LINES = 10;
const MAX_MESSAGE_LENGTH = 2_000;
/** Of a thrown symbol Node prints nothing; a front end may take no empty text. */
const NO_MESSAGE = "An error without a message";

/** A tool's message of one or several lines, cut where it's longer than anyone would read. */
export function messageOf(lines: readonly string[]): string {
  const text = lines.slice(0, MAX_MESSAGE_LINES).join("\n").trimEnd();
  return text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH)}…` : text;
}

/** Each problem once and not more than anyone would read. The first are kept. */
export function boundedProblems(problems: readonly Problem[]): Problem[] {
  return unique(problems)
    .slice(0, MAX_PROBLEMS)
    .map((problem) => (problem.message === "" ? { ...problem, message: NO_MESSAGE } : problem));
}

/** Each place once, without the problem's own, and not more than anyone would read. The first are kept. */
export function boundedRelated(related: readonly RelatedPlace[], primary: Place): RelatedPlace[] {
  return unique(related.filter((place) => !isSamePlace(place, primary))).slice(0, MAX_RELATED);
}

function unique<T extends RelatedPlace>(items: readonly T[]): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const key = JSON.stringify([item.file, item.line, item.column, item.message]);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.file === other.file && one.line === other.line && one.column === other.column;
}
