import { commands, env, window } from "vscode";
import type { RunFailure } from "../../run/failure.ts";
import { engineStartCommand } from "../notifications/engineStart.ts";
import { type NextStep, nextStepsAfterFailure } from "../notifications/nextSteps.ts";
import { toPlainMessage } from "../notifications/plainMessage.ts";
import { startEngine } from "../notifications/steps.ts";

/** Of the steps after a failure, those that make sense where nothing was run. */
const STEPS: readonly NextStep["kind"][] = ["start-engine", "run-again", "open-settings"];

/** Says why images couldn't be asked for or fetched, once, and does what is chosen then; `again` is what "Try Again" does. */
export async function notifyImageFailure(failure: RunFailure, again: () => Promise<unknown>): Promise<void> {
  const { message, hint, tried } = failure;
  const start = engineStartCommand({ platform: process.platform, remoteName: env.remoteName, tried });
  const steps = nextStepsAfterFailure(failure, start).filter(({ kind }) => STEPS.includes(kind));
  const chosen = await window.showErrorMessage(toPlainMessage(`${message} ${hint}`), ...steps);
  if (chosen?.kind === "run-again") await again();
  if (chosen?.kind === "start-engine") await startEngine(chosen.command, again);
  if (chosen?.kind === "open-settings") {
    const ids = chosen.settings.map((name) => `forgeai.${name}`).join(",");
    await commands.executeCommand("workbench.action.openSettings", `@id:${ids}`);
  }
}
