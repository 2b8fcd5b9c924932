import type { EndedEvent, PhaseTimes, PullEvent, Setting } from "../../run/event.ts";
import type { RunFailure } from "../../run/failure.ts";
import { formatBytes, formatDuration } from "../../run/limits.ts";
import { toVisibleText } from "../../run/visibleText.ts";

/** The name of a document comes from whoever made the file. */
const MOST_CHARACTERS = 100;

/** What is run, and how it is kept: all that was asked of the engine. */
export function beginLine(name: string, { language, version, image, isolation, network, limits }: Setting): string {
  const { timeoutMs, memoryBytes, cpus, cpuShares, processes, diskBytes, outputBytes } = limits;
  return [
    `run of ${toVisibleText(name, MOST_CHARACTERS)}: ${[language, version].filter(Boolean).join(" ")}`,
    `image ${image ?? "none"}`,
    `isolation ${isolation}`,
    `network ${network}`,
    `time ${formatDuration(timeoutMs)}`,
    `memory ${formatBytes(memoryBytes)}`,
    `disk ${formatBytes(diskBytes)}`,
    `cpus ${cpus}`,
    `cpu shares ${cpuShares}`,
    `processes ${processes}`,
    `output ${formatBytes(outputBytes)}`,
  ].join(", ");
}

/** That an image is being fetched. */
export function pullLine({ image }: PullEvent): string {
  return `pulling ${image}`;
}

/** How a run ended, and how long each part of it took. */
export function endLine(name: string, { outcome, exitCode, signal, durationMs, phases }: EndedEvent): string {
  const end = signal === null ? `status ${exitCode ?? "none"}` : `signal ${signal}`;
  const what = `end of ${toVisibleText(name, MOST_CHARACTERS)}: ${outcome}`;
  return [what, end, `${formatDuration(durationMs)} in all`, ...phaseTexts(phases)].join(", ");
}

/** Why a program could not be run: for whoever debugs, with what caused it. */
export function failureText({ code, message, hint, tried, cause }: RunFailure): string {
  return [
    `${code}: ${message} ${hint}`,
    ...tried.map(({ what, why }) => `  tried ${what}: ${why}`),
    ...(cause === undefined ? [] : [`  caused by ${causeText(cause)}`]),
  ].join("\n");
}

function phaseTexts({ queuedMs, acquireMs, pullMs, compileMs, runMs }: PhaseTimes): string[] {
  const times = { queued: queuedMs, acquired: acquireMs, pulled: pullMs, compiled: compileMs, ran: runMs };
  return Object.entries(times).flatMap(([what, ms]) => (ms === undefined ? [] : [`${what} ${formatDuration(ms)}`]));
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
