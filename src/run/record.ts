import { findProblems } from "../language/matcher.ts";
import type { Problem } from "../language/problem.ts";
import { findRefusals } from "../language/refusal.ts";
import type { EndedEvent, OutputEvent, Phase, Setting } from "./event.ts";
import { CANCELLED_BEFORE_START, type Ending, type Exit, type Place } from "./outcome.ts";
import { BoundedOutput } from "./output.ts";
import type { Plan } from "./plan.ts";
import { plainTerminalText } from "./terminalText.ts";

/** How much of the end of each phase's error output problems are read from; toolchains report last. */
const REPORT_BYTES = 256 * 1024;

/** What a run notes down on its way, and the event that sums it up. */
export class RunRecord {
  setting: Setting;
  ending: Ending = CANCELLED_BEFORE_START;
  /** Where the messages of the toolchain and of the program say that the files lie. */
  folder: string | undefined;
  /** How long it waited for other runs, in milliseconds, where it had to. */
  queuedMs: number | undefined;
  readonly #plan: Plan;
  readonly #startedAt = performance.now();
  readonly #errors: Readonly<Record<Phase, BoundedOutput>> = {
    compile: new BoundedOutput(REPORT_BYTES, 0),
    run: new BoundedOutput(REPORT_BYTES, 0),
  };
  readonly #exits: Partial<Record<Phase, Exit>> = {};
  #acquireMs = 0;
  #pullMs: number | undefined;
  #installMs: number | undefined;

  constructor(plan: Plan, kind: Place) {
    this.#plan = plan;
    const { language, version, versionAsked, image, isolation, network, limits } = plan;
    const common = { language: language.id, limits };
    this.setting =
      kind === "container"
        ? { ...common, version, image, isolation, network }
        : { ...common, version: versionAsked ?? null, image: null, isolation: "process", network: "host" };
  }

  /** Notes what was installed for the program, and how long that took, in milliseconds, where it had to be. */
  installed(packages: readonly string[], installMs: number | undefined): void {
    this.setting = { ...this.setting, packages };
    this.#installMs = installMs;
  }

  /** Times one acquisition; what is waited for after the first sign of a pull, up to the container, is the pull's. */
  timeAcquisition(): { pulling: () => void; acquired: () => void } {
    const startedAt = performance.now();
    let pullingSince: number | undefined;
    return {
      pulling: () => {
        pullingSince ??= performance.now();
      },
      acquired: () => {
        const now = performance.now();
        this.#acquireMs += (pullingSince ?? now) - startedAt;
        if (pullingSince !== undefined) this.#pullMs = (this.#pullMs ?? 0) + now - pullingSince;
      },
    };
  }

  /** Keeps what problems are read from: error output, which in a terminal is among all the other. */
  sawOutput(phase: Phase, { type, data }: Omit<OutputEvent, "phase">): void {
    if (type === "stderr" || this.#isTerminal(phase)) this.#errors[phase].push(data);
  }

  #isTerminal(phase: Phase): boolean {
    return this.#plan[phase]?.shape.terminal === true;
  }

  #report(phase: Phase): string {
    const text = this.#errors[phase].text();
    return this.#isTerminal(phase) ? plainTerminalText(text) : text;
  }

  /** Notes how a phase ended, and returns that with what the program's runtime, or the compiler, says that it was refused. */
  ended(phase: Phase, exit: Exit): Exit {
    this.#exits[phase] = exit;
    const reported = findRefusals(this.#plan.language.problems, this.#report(phase));
    // What the engine or the kernel says comes before what the runtime makes of it.
    return { ...exit, refused: { ...reported, ...exit.refused } };
  }

  /** The run's last event. */
  end(): EndedEvent {
    const { compile, run } = this.#exits;
    return {
      type: "ended",
      ...this.ending,
      ...this.setting,
      durationMs: round(performance.now() - this.#startedAt),
      phases: {
        ...(this.queuedMs !== undefined && { queuedMs: round(this.queuedMs) }),
        acquireMs: round(this.#acquireMs),
        ...(this.#pullMs !== undefined && { pullMs: round(this.#pullMs) }),
        ...(this.#installMs !== undefined && { installMs: round(this.#installMs) }),
        ...(compile !== undefined && { compileMs: round(compile.runMs) }),
        runMs: round(run?.runMs ?? 0),
      },
      ...(run?.peakMemoryBytes !== undefined && { peakMemoryBytes: run.peakMemoryBytes }),
      ...(run?.cpuMs !== undefined && { cpuMs: round(run.cpuMs) }),
      problems: [...this.#problems("compile"), ...this.#problems("run")],
    };
  }

  #problems(phase: Phase): Problem[] {
    const exit = this.#exits[phase];
    if (exit === undefined || this.folder === undefined) return [];
    const { language, sources } = this.#plan;
    return findProblems(language.problems, {
      text: this.#report(phase),
      folder: this.folder,
      sources,
      // A program that was ended from outside did not fail by what it reported before.
      succeeded: exit.exitCode === 0 || exit.stopped !== undefined || exit.refused?.memory !== undefined,
    });
  }
}

/** Milliseconds with two decimals: the clock's noise isn't a figure. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
