import type { Problem } from "../../language/problem.ts";
import type { EndedEvent } from "../../run/event.ts";
import type { FailureCode, RunFailure } from "../../run/failure.ts";
import { formatBytes, type Limits } from "../../run/limits.ts";
import type { Outcome } from "../../run/outcome.ts";
import { LIMIT_SETTINGS, type SettingName } from "../contributions.ts";
import { BadSetting } from "../settings/settingValues.ts";

/** What a notification offers to do next; `title` is what its button says. */
export type NextStep = { readonly title: string } & (
  | { readonly kind: "run-again"; readonly limits: Partial<Limits> }
  | { readonly kind: "open-settings"; readonly settings: readonly SettingName[] }
  | { readonly kind: "show-problem"; readonly problem: Problem }
  | { readonly kind: "include"; readonly paths: readonly string[] }
  | { readonly kind: "install"; readonly packages: readonly string[] }
  | { readonly kind: "show-output" }
  | { readonly kind: "change-language" }
  | { readonly kind: "start-engine"; readonly command: string }
);

const TRY_AGAIN: NextStep = { kind: "run-again", title: "Try Again", limits: {} };
const SHOW_OUTPUT: NextStep = { kind: "show-output", title: "Show Output" };
const CHANGE_LANGUAGE: NextStep = { kind: "change-language", title: "Change Language" };

type Ended = Pick<EndedEvent, "outcome" | "remedy" | "problems">;

/** What to offer after each outcome. Nothing where there is nothing to say: it went well, or the user has just stopped it. */
const AFTER_OUTCOME: Readonly<Record<Outcome, (ended: Ended) => readonly NextStep[]>> = {
  ok: () => [],
  cancelled: () => [],
  failed: showCause,
  signalled: showCause,
  "compile-failed": showCause,
  timeout: raiseLimit,
  "memory-limit": raiseLimit,
  "process-limit": raiseLimit,
  "disk-limit": raiseLimit,
  "output-limit": raiseLimit,
};

/**
 * What to offer to somebody whose program has ended, best first; nothing where there is nothing to tell.
 * `beside` are files that it missed and that weren't sent, `packages` those that could be installed.
 */
export function nextStepsAfter(
  ended: Ended,
  beside: readonly string[] = [],
  packages: readonly string[] = [],
): readonly NextStep[] {
  const steps = AFTER_OUTCOME[ended.outcome](ended);
  return [
    ...(beside.length > 0 ? [include(beside)] : []),
    ...(packages.length > 0 ? [install(packages)] : []),
    ...steps,
  ];
}

function include(paths: readonly string[]): NextStep {
  return { kind: "include", title: `Include ${listed(paths)} and Run Again`, paths };
}

function install(packages: readonly string[]): NextStep {
  return { kind: "install", title: `Install ${listed(packages)} and Run Again`, packages };
}

/** A button has room for one. */
function listed([first = "", ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} More`;
}

function showCause({ problems }: Ended): readonly NextStep[] {
  const problem = problems.find(({ severity }) => severity === "error") ?? problems[0];
  return [problem === undefined ? SHOW_OUTPUT : { kind: "show-problem", title: "Show Problem", problem }];
}

function raiseLimit({ remedy }: Ended): readonly NextStep[] {
  if (remedy === undefined) return [SHOW_OUTPUT];
  const raised = LIMIT_SETTINGS.filter(({ limit }) => remedy[limit] !== undefined);
  const settings = raised.map(({ name }) => name);
  return [
    { kind: "run-again", title: `Run Again with ${describeLimits(remedy)}`, limits: remedy },
    { kind: "open-settings", title: settings.length > 1 ? "Open Settings" : "Open Setting", settings },
  ];
}

/** "256 MB", "60 s"; "128 MB Disk, 192 MB Memory" where both are raised. A button has room for little more. */
function describeLimits({ timeoutMs, processes, diskBytes, memoryBytes, outputBytes }: Partial<Limits>): string {
  const ofMemory = diskBytes === undefined ? "" : " Memory";
  return [
    // Seconds, as in the setting: "1 m" on a button may be anything.
    ...(timeoutMs === undefined ? [] : [`${timeoutMs / 1000} s`]),
    ...(processes === undefined ? [] : [`${processes} Processes`]),
    ...(diskBytes === undefined ? [] : [`${formatBytes(diskBytes)} Disk`]),
    ...(memoryBytes === undefined ? [] : [`${formatBytes(memoryBytes)}${ofMemory}`]),
    ...(outputBytes === undefined ? [] : [`${formatBytes(outputBytes)} Output`]),
  ].join(", ");
}

/** What to offer after each failure, before the engine's start and the blamed setting come into it. */
const AFTER_FAILURE: Readonly<Record<FailureCode, readonly NextStep[]>> = {
  "engine-unavailable": [TRY_AGAIN, SHOW_OUTPUT],
  "engine-lost": [TRY_AGAIN, SHOW_OUTPUT],
  "image-unavailable": [TRY_AGAIN, SHOW_OUTPUT],
  "packages-unavailable": [TRY_AGAIN, SHOW_OUTPUT],
  "start-failed": [TRY_AGAIN, SHOW_OUTPUT],
  busy: [TRY_AGAIN, SHOW_OUTPUT],
  "isolation-unavailable": [{ kind: "open-settings", title: "Open Setting", settings: ["isolation"] }, SHOW_OUTPUT],
  "bad-request": [SHOW_OUTPUT],
  "unknown-language": [CHANGE_LANGUAGE],
};

/** What to offer to somebody whose program could not be run, best first. `start` is the command that starts the engine, if one does. */
export function nextStepsAfterFailure(failure: RunFailure, start: string | undefined): readonly NextStep[] {
  if (failure instanceof BadSetting)
    return [{ kind: "open-settings", title: "Open Setting", settings: [failure.setting] }];
  const steps = AFTER_FAILURE[failure.code];
  if (failure.code !== "engine-unavailable" || start === undefined) return steps;
  return [{ kind: "start-engine", title: "Start Docker", command: start }, ...steps];
}
