import type { MarkedProblem, RelatedMark } from "./marks.ts";
import { isSameMessage } from "./sameMessage.ts";
import type { Span } from "./spans.ts";

/** How many related places of a document are marked: in a deep recursion all of them would cover it. */
const MAX_HINTS = 20;

/** What the Problems panel or the editor shows at one place. */
export interface ShownProblem {
  readonly span: Span;
  readonly severity: MarkedProblem["severity"] | "hint";
  readonly message: string;
  readonly code: string | undefined;
  readonly related: readonly Pick<RelatedMark, "uri" | "span" | "message">[];
}

/** What another source shows. */
export interface OtherProblem {
  readonly range: Span;
  readonly message: string;
}

/** The problems with what another source says now in the document at `uri`. */
export function compareWithOthers(
  problems: readonly MarkedProblem[],
  uri: string,
  others: readonly OtherProblem[],
): MarkedProblem[] {
  return problems.map((problem) => {
    if (problem.uri !== uri) return problem;
    const isKnown = others.some(
      ({ range, message }) => range.start.line === problem.span.start.line && isSameMessage(message, problem.message),
    );
    return { ...problem, isKnown };
  });
}

/**
 * What to show in one document: the problems in it, each once however many runs found it, and a hint at each place in it
 * that is related to a problem wherever that is. What another source says already is left out, with its hints.
 */
export function shownProblemsIn(uri: string, problems: readonly MarkedProblem[]): ShownProblem[] {
  const shown = problems.filter(({ isKnown }) => !isKnown);
  const own = shown.filter((problem) => problem.uri === uri).map(findingOf);
  const hints = shown.flatMap((problem) =>
    problem.related.filter((place) => place.uri === uri).map((place) => hintAt(place, problem)),
  );
  const places = new Set(own.map(placeKey));
  const room = uniqueBy(hints, placeKey).filter((hint) => !places.has(placeKey(hint)));
  return [...uniqueBy(own, contentKey), ...room.slice(0, MAX_HINTS)];
}

function findingOf({ span, severity, message, code, related }: MarkedProblem): ShownProblem {
  return { span, severity, message, code, related };
}

/** Leads back to the problem. */
function hintAt({ span, message: role }: RelatedMark, problem: MarkedProblem): ShownProblem {
  const message = problem.message.split("\n", 1)[0] ?? "";
  const back = { uri: problem.uri, span: problem.span, message };
  return { span, severity: "hint", message: `${message} · ${role}`, code: undefined, related: [back] };
}

function placeKey({ span: { start } }: ShownProblem): string {
  return `${start.line}:${start.character}`;
}

function contentKey({ span, severity, message }: ShownProblem): string {
  return JSON.stringify([span, severity, message]);
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
