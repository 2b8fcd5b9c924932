import type { EndedEvent, StartedEvent } from "../run/event.ts";
import { formatBytes, formatDuration, type Limits } from "../run/limits.ts";

/** What is run, and what it may use. */
export function firstLine(name: string, { language, version, image, network, limits }: StartedEvent): string {
  const what = [language, version].filter(Boolean).join(" ");
  return `▶ ${name} · ${what} in ${image} · network ${network} · ${limitsText(limits)}`;
}

/** How it ended: the outcome with its evidence, and what it used of what it might. */
export function lastLine({ outcome, evidence, durationMs, ...figures }: EndedEvent): string {
  return `${outcome === "ok" ? "✔" : "✖"} ${outcome} · ${evidence} · ${formatDuration(durationMs)} · ${usageText(figures)}`;
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
