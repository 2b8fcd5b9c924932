import { env, window } from "vscode";
import type { EndedEvent } from "../../run/event.ts";
import { messageOf, type RunFailure } from "../../run/failure.ts";
import { nameOf } from "../document.ts";
import { engineStartCommand } from "./engineStart.ts";
import { type NextStep, nextStepsAfter, nextStepsAfterFailure } from "./nextSteps.ts";
import { toPlainMessage } from "./plainMessage.ts";
import { type FinishedRun, performStep } from "./steps.ts";

type Show = (message: string, ...steps: NextStep[]) => Thenable<NextStep | undefined>;

/**
 * Says how a run ended, once, where that isn't what was wanted, and does what is chosen then.
 * A warning, not an error: it is the program that went wrong, and VS Code takes a warning off the screen by itself.
 */
export async function notifyEnd(ended: EndedEvent, run: FinishedRun): Promise<void> {
  const steps = nextStepsAfter(ended, [...run.beside.keys()], run.packages);
  if (steps.length === 0) return;
  await offer(window.showWarningMessage, `${nameOf(run.document)}: ${ended.evidence}`, steps, run);
}

/** Says why nothing could be run, once, and does what is chosen then. */
export async function notifyFailure(failure: RunFailure, run: FinishedRun): Promise<void> {
  const { message, hint, tried } = failure;
  const start = engineStartCommand({ platform: process.platform, remoteName: env.remoteName, tried });
  await offer(window.showErrorMessage, `${message} ${hint}`, nextStepsAfterFailure(failure, start), run);
}

/** The notification may be old when a button is pressed: every step holds whatever has happened since. */
async function offer(show: Show, message: string, steps: readonly NextStep[], run: FinishedRun): Promise<void> {
  const step = await show(toPlainMessage(message), ...steps);
  if (step === undefined) return;
  try {
    await performStep(step, run);
  } catch (error) {
    await window.showErrorMessage(toPlainMessage(messageOf(error)));
  }
}
