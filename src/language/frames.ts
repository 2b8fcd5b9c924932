import { boundedRelated, messageOf } from "./bounds.ts";
import type { Place, Problem, RelatedPlace } from "./problem.ts";

/** A call in a sent file. */
export interface Frame {
  readonly place: Place;
  /** What was going on there, in the toolchain's words. */
  readonly within: string;
}

/** What a runtime said when it gave up. */
export interface ThrownError {
  readonly message: readonly string[];
  readonly code?: string | undefined;
  /** Those in sent files, the deepest first. */
  readonly frames: readonly Frame[];
}

/** An error at the deepest of its frames, with the callers and then the errors behind it. Undefined where none of them has a frame. */
export function problemOf(error: ThrownError, behind: readonly ThrownError[] = []): Problem | undefined {
  const [deepest, ...callers] = error.frames;
  const causes = behind.flatMap(({ frames: [at], message }) =>
    at === undefined ? [] : [{ ...at.place, message: messageOf(message) }],
  );
  const place = deepest?.place ?? placeOf(causes[0]);
  if (place === undefined) return undefined;
  return {
    ...place,
    severity: "error",
    message: messageOf(error.message),
    ...(error.code !== undefined && { code: error.code }),
    related: boundedRelated([...callers.map(callerPlace), ...causes], place),
  };
}

function callerPlace({ place, within }: Frame): RelatedPlace {
  return { ...place, message: within === "" ? "called from here" : `called from ${within}` };
}

function placeOf(related: RelatedPlace | undefined): Place | undefined {
  if (related === undefined) return undefined;
  const { message: _, ...place } = related;
  return place;
}
