import type { EndedEvent, Setting } from "../../run/event.ts";
import type { RunFailure } from "../../run/failure.ts";
import { formatBytes, formatDuration, type Limits } from "../../run/limits.ts";
import { toVisibleText } from "../../run/visibleText.ts";

/** The name of a document comes from whoever made the file. */
const MOST_CHARACTERS = 100;

/** Engines say much at a time. */
const MOST_CAUTION_CHARACTERS = 500;

/**
 * What is run, how it is kept, and the most of what it may use: one line, that most windows can show whole; and below it, what the
 * engine can't hold it to.
 */
export function firstLines(name: string, setting: Setting): string[] {
  const { cautions = [] } = setting;
  return [
    settingLine(name, setting),
    ...cautions.map((words) => `  ⚠ ${toVisibleText(words, MOST_CAUTION_CHARACTERS)}`),
  ];
}

function settingLine(
  name: string,
  { language, version, image, isolation, network, limits, packages }: Setting,
): string {
  const { timeoutMs, memoryBytes, cpus } = limits;
  const what = [language, version].filter(Boolean).join(" ");
  const cores = `${cpus} ${cpus === 1 ? "core" : "cores"}`;
  return [
    `▶ ${toVisibleText(name, MOST_CHARACTERS)}`,
    image === null ? what : `${what} in ${image}`,
    ...(packages === undefined ? [] : [`with ${toVisibleText(packages.join(", "), MOST_CHARACTERS)}`]),
    `isolation ${isolation}`,
    network === "none" ? "network none" : `⚠ network ${network}: it reaches the internet`,
    `at most ${formatDuration(timeoutMs)}, ${formatBytes(memoryBytes)}, ${cores}`,
  ].join(" · ");
}

/** How it ended: the outcome with its evidence, what it used of what it might, and what to do next. */
export function lastLines(ended: EndedEvent): string[] {
  const { outcome, evidence, durationMs, hint } = ended;
  const mark = outcome === "ok" ? "✔" : "✖";
  const line = `${mark} ${outcome} · ${evidence} · ${formatDuration(durationMs)} · ${usageText(ended)}`;
  return hint === undefined ? [line] : [line, `  ${hint}`];
}

/** Why nothing could be run, what was tried, and the way out. */
export function failureLines({ message, hint, tried }: RunFailure): string[] {
  return [`✖ ${message}`, ...tried.map(({ what, why }) => `  tried ${what}: ${why}`), `  ${hint}`];
}

/** How much of the output isn't shown. */
export function leftOutLine(bytes: number): string {
  return `[… ${formatBytes(bytes)} more were left out: forgeai.output.limit …]`;
}

/** "12 MB of 128 MB · 40 ms of CPU · at most 30 s", as far as it is known. */
function usageText({
  peakMemoryBytes,
  cpuMs,
  limits,
}: Pick<EndedEvent, "peakMemoryBytes" | "cpuMs" | "limits">): string {
  const { timeoutMs, memoryBytes } = limits;
  return [
    ...(peakMemoryBytes === undefined ? [] : [`${formatBytes(peakMemoryBytes)} of ${formatBytes(memoryBytes)}`]),
    ...(cpuMs === undefined ? [] : [`${formatDuration(cpuMs)} of CPU`]),
    peakMemoryBytes === undefined ? limitsText(limits) : `at most ${formatDuration(timeoutMs)}`,
  ].join(" · ");
}

function limitsText({ timeoutMs, memoryBytes }: Limits): string {
  return `at most ${formatDuration(timeoutMs)} and ${formatBytes(memoryBytes)}`;
}
