import type { EndedEvent, OutputEvent, Setting, StartedEvent } from "../../../../src/run/event.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../../src/run/limits.ts";

export function settingOf(limits: Partial<Limits> = {}): Setting {
  return {
    language: "python",
    version: "3.14",
    image: "python:3.14-alpine",
    isolation: "default",
    network: "none",
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

export function started(limits: Partial<Limits> = {}): StartedEvent {
  return { type: "started", ...settingOf(limits) };
}

export function prints(text: string | Uint8Array, event: Partial<OutputEvent> = {}): OutputEvent {
  return { type: "stdout", phase: "run", data: typeof text === "string" ? Buffer.from(text) : text, ...event };
}

export function ended(event: Partial<EndedEvent> = {}): EndedEvent {
  return {
    type: "ended",
    ...settingOf(),
    outcome: "ok",
    exitCode: 0,
    signal: null,
    evidence: "It exited with status 0.",
    durationMs: 5,
    phases: { acquireMs: 1, runMs: 2 },
    problems: [],
    ...event,
  };
}
