import type { ImageEvent, PulledEvent } from "../../run/imageList.ts";
import type { RunFailure } from "../../run/failure.ts";
import { formatBytes } from "../../run/limits.ts";
import { countImages } from "./imageWords.ts";

/** How pulling some images, one after the other, went. */
export interface PullTally {
  readonly pulled: readonly Pick<PulledEvent, "image" | "change">[];
  readonly failures: readonly RunFailure[];
  readonly isCancelled: boolean;
}

/** Which of how many images is being pulled. */
export interface Position {
  readonly index: number;
  readonly count: number;
}

/** "2 of 5: python:3.14-alpine, 12 MB of 45 MB" */
export function describeProgress(event: Exclude<ImageEvent, PulledEvent>, { index, count }: Position): string {
  const place = count === 1 ? "" : `${index + 1} of ${count}: `;
  return `${place}${event.image}, ${describeState(event)}`;
}

function describeState(event: Exclude<ImageEvent, PulledEvent>): string {
  if (event.type !== "pulling") return "making it quick …";
  const { status, currentBytes, totalBytes } = event;
  return totalBytes === 0 ? status : `${formatBytes(currentBytes)} of ${formatBytes(totalBytes)}`;
}

const CHANGES: Readonly<Record<PulledEvent["change"], string>> = {
  new: "new",
  updated: "updated",
  current: "up to date",
};

/** What came of it: of one image its name and what changed, of several how many of which. Failures are told apart from it. */
export function describePulled({ pulled, isCancelled }: PullTally): string | undefined {
  const [first, ...others] = pulled;
  const cancelled = isCancelled ? "Pulling was cancelled; what has come whole is kept." : undefined;
  if (first === undefined) return cancelled;
  const result =
    others.length === 0
      ? `The image ${first.image} is here: ${CHANGES[first.change]}.`
      : `${countImages(pulled.length)}: ${describeCounts(pulled)}.`;
  return cancelled === undefined ? result : `${result} ${cancelled}`;
}

function describeCounts(pulled: PullTally["pulled"]): string {
  return Object.entries(CHANGES)
    .map(([change, words]) => ({ words, count: pulled.filter((each) => each.change === change).length }))
    .filter(({ count }) => count > 0)
    .map(({ words, count }) => `${count} ${words}`)
    .join(", ");
}

/** "This workspace has Python and Go. Pull their images now, so that the first run doesn't wait?" */
export function askToPull(languages: readonly string[]): string {
  const whose = languages.length === 1 ? "its image" : "their images";
  return `This workspace has ${listWords(languages)}. Pull ${whose} now, so that the first run doesn't wait?`;
}

function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
