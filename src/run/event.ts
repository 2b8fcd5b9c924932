import type { Problem } from "../language/problem.ts";
import type { Limits } from "./limits.ts";
import type { Ending } from "./outcome.ts";
import type { Isolation } from "./isolation.ts";
import type { Network } from "./request.ts";

/** A part of what the program or the compiler prints, byte for byte. */
export interface OutputEvent {
  readonly type: "stdout" | "stderr";
  readonly phase: Phase;
  readonly data: Uint8Array;
}

export type Phase = "compile" | "run";

/** As many runs as may go on at a time do; `ahead` of those that wait come before this one. */
export interface QueuedEvent {
  readonly type: "queued";
  readonly ahead: number;
}

/** An image is being fetched. The byte counts are of what the registry has told so far, and grow. */
export interface PullEvent {
  readonly type: "pulling";
  readonly image: string;
  readonly status: string;
  readonly currentBytes: number;
  readonly totalBytes: number;
}

/** The packages that the program asks for are being installed. */
export interface InstallingEvent {
  readonly type: "installing";
  /** As the program asks for them: "left-pad@^1.3.0". */
  readonly packages: readonly string[];
}

/** What is run and how it is kept, known before the first line of the program. */
export interface Setting {
  readonly language: string;
  /** Null where it isn't known: a local run without a version asked for, or a named image. */
  readonly version: string | null;
  /** Null for a local run. */
  readonly image: string | null;
  /** What was given, which is never weaker than what was asked for; "process" for a local run: no isolation at all. */
  readonly isolation: Isolation | "process";
  readonly network: Network | "host";
  readonly limits: Limits;
  /** What the engine can't hold the program to, each in a sentence; absent where it is nothing. */
  readonly cautions?: readonly string[];
  /** What was installed for it, each with its version: "left-pad@1.3.0"; absent where nothing was asked for. */
  readonly packages?: readonly string[];
}

/** The compile step begins; what it prints comes as output of the phase `compile`. */
export interface CompilingEvent extends Setting {
  readonly type: "compiling";
}

/** The program is about to run. */
export interface StartedEvent extends Setting {
  readonly type: "started";
}

/** Wall-clock times in milliseconds, by what was waited for. */
export interface PhaseTimes {
  /** To wait for other runs. */
  readonly queuedMs?: number;
  /** To get a container that waits for its job; without pulling. */
  readonly acquireMs: number;
  readonly pullMs?: number;
  /** To install packages; absent where they were there. */
  readonly installMs?: number;
  readonly compileMs?: number;
  /** From the program's start to the news of its end. */
  readonly runMs: number;
}

/** How it ended: everything of a `RunResult` but the output. */
export interface EndedEvent extends Setting, Ending {
  readonly type: "ended";
  /** From the request to the news of the end. */
  readonly durationMs: number;
  readonly phases: PhaseTimes;
  /** The most memory that the program held, with its files, where the kernel tells. */
  readonly peakMemoryBytes?: number;
  /** Processor time of the program, where the kernel tells. */
  readonly cpuMs?: number;
  readonly problems: readonly Problem[];
}

/** What a run says as it goes. The last one is always `ended`, unless a `RunFailure` is thrown. */
export type RunEvent =
  | QueuedEvent
  | PullEvent
  | InstallingEvent
  | CompilingEvent
  | StartedEvent
  | OutputEvent
  | EndedEvent;
