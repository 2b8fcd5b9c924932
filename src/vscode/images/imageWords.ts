import type { ImageKind, ImageList, ImageRow, PruneReport } from "../../run/imageList.ts";
import { formatBytes } from "../../run/limits.ts";

/** An image as a line of a list to choose from. */
export interface ImageWords {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** Of a digest, as many digits as Docker's own lists show. */
const SHOWN_DIGITS = 12;

/** What is known about an image: whom it is for, its name, and beneath them whether it is here and what it is then. `now` is for its age. */
export function describeImage(row: ImageRow, now: Date): ImageWords {
  const { image, isHere } = row;
  return {
    label: NAMES[row.kind](row),
    description: image,
    detail: isHere ? factsOf(row, now).join(" · ") : "not here",
  };
}

const NAMES: Readonly<Record<ImageKind, (row: ImageRow) => string>> = {
  language: ({ neededBy }) => neededBy.join(", "),
  snapshot: () => "Snapshot",
  packages: ({ contents }) => (contents === undefined ? "Packages" : `Packages: ${contents}`),
  former: () => "No longer used",
};

function factsOf({ sizeBytes, createdAt, digest, platform, isOurs }: ImageRow, now: Date): string[] {
  return [
    "here",
    ...(sizeBytes === undefined ? [] : [formatBytes(sizeBytes)]),
    ...(createdAt === undefined ? [] : [describeAge(now.getTime() - createdAt.getTime())]),
    ...(platform === undefined ? [] : [platform]),
    ...(digest === undefined ? [] : [shortDigest(digest)]),
    ...(isOurs ? ["added by ForgeAI"] : []),
  ];
}

const DAY_MS = 86_400_000;

/** How long ago it was made, in the largest units that there are at least two of. */
const AGES: readonly (readonly [unit: string, days: number])[] = [
  ["years", 365],
  ["months", 30],
  ["weeks", 7],
  ["days", 1],
];

function describeAge(milliseconds: number): string {
  const days = milliseconds / DAY_MS;
  const [unit, length] = AGES.find(([, each]) => days >= 2 * each) ?? [];
  if (unit === undefined || length === undefined) return days >= 1 ? "a day old" : "made today";
  return `${Math.floor(days / length)} ${unit} old`;
}

function shortDigest(digest: string): string {
  const [, algorithm = "", digits = ""] = /([\w.+-]+:)([0-9a-f]+)$/i.exec(digest) ?? [];
  return digits === "" ? digest : `${algorithm}${digits.slice(0, SHOWN_DIGITS)}`;
}

/** "ForgeAI added 4 images, 1.2 GB." */
export function describeAdded({ rows, addedBytes }: ImageList): string {
  const count = rows.filter(({ isOurs }) => isOurs).length;
  if (count === 0) return "ForgeAI added no images.";
  return `ForgeAI added ${countImages(count)}, ${formatBytes(addedBytes)}.`;
}

/** How many names a question or an answer lists; a dialog isn't a list to scroll through. */
const MOST_NAMES = 12;

/** What somebody has to know who is asked whether all that ForgeAI added is to go. */
export function describeRemoval(list: ImageList): { readonly question: string; readonly detail: string } {
  const ours = list.rows.filter(({ isOurs }) => isOurs);
  const names = [...new Set(ours.map(({ image }) => image))];
  const more = names.length > MOST_NAMES ? [`and ${names.length - MOST_NAMES} more`] : [];
  return {
    question: `Remove what ForgeAI added: ${countImages(ours.length)}, ${formatBytes(list.addedBytes)}?`,
    detail: [
      ...names.slice(0, MOST_NAMES),
      ...more,
      "",
      "Images that were here before stay. What is removed is pulled or made again when it is needed.",
    ].join("\n"),
  };
}

/** What has gone, what was kept, and why. */
export function describeRemoved({ removed, kept, freedBytes }: PruneReport): string {
  const [first] = kept;
  const gone =
    removed.length === 0
      ? "Nothing was removed."
      : `Removed ${countImages(removed.length)}, ${formatBytes(freedBytes)} are free again.`;
  if (first === undefined) return gone;
  const others = kept.length === 1 ? "" : ` So ${kept.length === 2 ? "was" : "were"} ${kept.length - 1} more.`;
  return `${gone} ${first.image} was kept: ${first.why}.${others}`;
}

/** "1 image", "3 images". */
export function countImages(count: number): string {
  return count === 1 ? "1 image" : `${count} images`;
}
