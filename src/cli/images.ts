import { findLanguage } from "../language/catalog.ts";
import { isImageName } from "../language/image-name.ts";
import type { Language } from "../language/language.ts";
import { RunFailure } from "../run/failure.ts";
import type { ImageEvent, ImageList, ImageRow, PruneReport } from "../run/imageList.ts";
import { formatBytes } from "../run/limits.ts";
import { PullProgress } from "./print.ts";
import { table } from "./table.ts";
import { type Terminal, toJson, toLine, write } from "./write.ts";

const KINDS: Readonly<Record<ImageRow["kind"], string>> = {
  language: "",
  snapshot: "a quick start",
  packages: "packages",
  former: "by name",
};

/** `forgeai images list`, as a table or as one JSON object. */
export function describeImages(list: ImageList, json: boolean, now = new Date()): string {
  if (json) return toJson(list, 2);
  const rows = list.rows.map((row) => [
    row.image,
    row.neededBy.join(", ") || [KINDS[row.kind], row.contents].filter(Boolean).join(": ").slice(0, 60),
    row.isHere ? formatBytes(row.sizeBytes ?? 0) : "not here",
    row.isHere ? ageOf(row.createdAt, now) : "-",
    row.platform ?? "-",
    // As many digits as Docker shows.
    (row.digest ?? row.id)?.replace("sha256:", "").slice(0, 12) ?? "-",
    row.isHere ? (row.isOurs ? "ForgeAI" : "others") : "-",
  ]);
  const ours = list.rows.filter(({ isOurs, isHere }) => isOurs && isHere).length;
  const sum = `ForgeAI added ${ours} ${ours === 1 ? "image" : "images"}, which take ${formatBytes(list.addedBytes)} (${list.addedBytes} bytes) of the engine's disk.`;
  return `${table([["IMAGE", "FOR", "SIZE", "AGE", "PLATFORM", "DIGEST", "ADDED BY"], ...rows])}\n${sum}\n`;
}

const DAY_MS = 24 * 60 * 60 * 1000;

function ageOf(createdAt: Date | undefined, now: Date): string {
  if (createdAt === undefined || Number.isNaN(createdAt.getTime())) return "-";
  const days = Math.floor((now.getTime() - createdAt.getTime()) / DAY_MS);
  if (days < 1) return "today";
  if (days < 60) return days === 1 ? "1 day" : `${days} days`;
  return days < 730 ? `${Math.floor(days / 30)} months` : `${Math.floor(days / 365)} years`;
}

/** The images that words mean: languages, with or without a version, and names of images. Throws an `unknown-language`. */
export function imagesOf(words: readonly string[], languages: readonly Language[]): string[] {
  const images = words.map((word) => {
    const [name = "", version] = word.split(/@(.*)/s);
    const language = findLanguage(name, languages);
    const wanted = version ?? language?.defaultVersion;
    const image = language?.versions.find((each) => each.version === wanted)?.image;
    if (image !== undefined) return image;
    // A bare word can only be meant for a language.
    if (language === undefined && /[:/@]/.test(word) && isImageName(word)) return word;
    throw new RunFailure({
      code: "unknown-language",
      message: `There is no language and no image ${JSON.stringify(word.slice(0, 100))}.`,
      hint: "forgeai --container lang list shows the languages and their versions.",
    });
  });
  return [...new Set(images)];
}

/** The images of all versions of all languages. */
export function allImages(languages: readonly Language[]): string[] {
  return [...new Set(languages.flatMap(({ versions }) => versions.map(({ image }) => image)))];
}

const CHANGES = { new: "is here now", updated: "has been updated", current: "is up to date" } as const;

/** Prints how pulls go: on a terminal by bytes, elsewhere a line each. */
export async function printPulls(
  events: AsyncIterable<ImageEvent>,
  json: boolean,
  { stdout, stderr }: Terminal,
): Promise<void> {
  using progress = new PullProgress(stderr);
  for await (const event of events) {
    if (event.type !== "pulling") progress.end();
    if (json) await write(stdout, toJson(event));
    else if (event.type === "pulling") progress.show(event);
    else if (event.type === "pulled") await write(stdout, toLine(`${event.image} ${CHANGES[event.change]}`));
    else if (event.type === "warming") await write(stderr, toLine(`forgeai: making ${event.image} quick …`));
    else await write(stdout, toLine(`${event.image} has been made quick`));
  }
}

/** `forgeai images prune`. */
export function describePruning(report: PruneReport, json: boolean): string {
  if (json) return toJson(report, 2);
  const { removed, kept, freedBytes } = report;
  return [
    ...removed.map((image) => `${image} is removed`),
    ...kept.map(({ image, why }) => `${image} is kept: ${why}`),
    `${formatBytes(freedBytes)} (${freedBytes} bytes) of the engine's disk are free again.`,
  ]
    .map(toLine)
    .join("");
}
