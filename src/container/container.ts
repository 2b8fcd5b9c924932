import type { Language } from "../language/language.ts";
import type { EngineReport } from "../run/engineReport.ts";
import type { Installation } from "../packages/installation.ts";
import type { InstallingEvent, OutputEvent, PullEvent } from "../run/event.ts";
import type { GivenIsolation } from "../run/isolation.ts";
import type { Exit, Place } from "../run/outcome.ts";
import type { Job, Plan, Shape } from "../run/plan.ts";

/**
 * Gets places in which one program can run: containers, or plain processes.
 * Disposing of it ends everything that it started.
 */
export interface Executor extends AsyncDisposable {
  readonly kind: Place;
  /** Throws a `RunFailure` for a plan that this executor can't carry out. */
  check(plan: Plan): Promise<void>;
  /**
   * Yields what pulling says and, last, a container that waits for its job.
   * Throws a `RunFailure`, or any error once the signal is aborted; then nothing is left behind.
   */
  acquire(shape: Shape, signal: AbortSignal): AsyncGenerator<PullEvent | AcquiredEvent, void, void>;
  /**
   * Yields how it goes, and returns the image that has the packages. Plain processes have none, and no such method.
   * Throws a `RunFailure` (`packages-unavailable` among them), or any error once the signal is aborted; then nothing is left behind.
   */
  install?(
    installation: Installation,
    shape: Shape,
    signal: AbortSignal,
  ): AsyncGenerator<PullEvent | InstallingEvent, Provided, void>;
  /**
   * Looks for the engine anew, and asks it about itself and the images of languages. Only asks: nothing is changed by it.
   * Plain processes have no engine, and no such method. Throws a `RunFailure`, or the signal's reason.
   */
  examine?(languages: readonly Language[], signal: AbortSignal): Promise<EngineReport>;
}

/** An image that has the packages of a program. */
export interface Provided {
  readonly image: string;
  /** Each with its version. */
  readonly packages: readonly string[];
  /** How long it took to install them, in milliseconds; absent where they were there. */
  readonly installMs?: number;
}

export interface AcquiredEvent {
  readonly type: "acquired";
  readonly container: Container;
}

/** A place for one job. There is no way to use it again: it ends with its program. */
export interface Container extends AsyncDisposable {
  /** How it is kept apart from the host's kernel; "process" where it isn't. */
  readonly isolation: GivenIsolation | "process";
  /** What isn't kept as it was asked for, each in a sentence. */
  readonly cautions: readonly string[];
  /** The folder in which the program finds its files, as the program's messages name it. */
  readonly folder: string;
  /**
   * Runs the job, yields what it prints, no faster than the consumer takes it, and last the facts of its end.
   * Enforces the shape's limits. An abort ends the program: it is data (`stopped`), not an exception.
   * Throws a `RunFailure` where the engine is lost.
   */
  run(job: Job, signal: AbortSignal): AsyncGenerator<Output | ExitEvent, void, void>;
}

export type Output = Omit<OutputEvent, "phase">;

export interface ExitEvent extends Exit {
  readonly type: "exit";
}
