import { commands, ProgressLocation, window } from "vscode";
import type { PullEvent } from "../run/event.ts";
import type { RunFailure } from "../run/failure.ts";
import { formatBytes } from "../run/limits.ts";
import type { CommandId } from "./contributions.ts";

/** A run that takes longer gets a notification, with a way to stop it; a pull gets one at once. */
const SHOW_AFTER_MS = 1000;

/** The progress notification of one run. Dispose of it when the run has ended. */
export class RunProgress implements Disposable {
  readonly #name: string;
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;
  #close: (() => void) | undefined;
  #report: ((message: string) => void) | undefined;
  #shownBytes = 0;

  constructor(name: string, stop: () => void) {
    this.#name = name;
    this.#stop = stop;
    this.#timer = setTimeout(() => this.#show("running …"), SHOW_AFTER_MS);
  }

  pulling({ image, status, currentBytes, totalBytes }: PullEvent): void {
    // Engines tell every few kilobytes; people read every few hundred.
    if (this.#close !== undefined && currentBytes - this.#shownBytes < 256 * 1024 && currentBytes < totalBytes) return;
    this.#shownBytes = currentBytes;
    const bytes = totalBytes === 0 ? status : `${formatBytes(currentBytes)} of ${formatBytes(totalBytes)}`;
    this.#show(`pulling ${image}: ${bytes}`);
  }

  started(): void {
    if (this.#close !== undefined) this.#show("running …");
  }

  #show(message: string): void {
    if (this.#close === undefined) this.#open();
    this.#report?.(message);
  }

  #open(): void {
    const ended = new Promise<void>((resolve) => {
      this.#close = resolve;
    });
    const options = { location: ProgressLocation.Notification, title: `ForgeAI, ${this.#name}`, cancellable: true };
    void window.withProgress(options, async (progress, token) => {
      this.#report = (message) => progress.report({ message });
      const subscription = token.onCancellationRequested(this.#stop);
      await ended;
      subscription.dispose();
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#close?.();
  }
}

/** Says why nothing could be run, once, with a way to all that was tried. */
export async function notifyFailure({ message, hint, tried }: RunFailure): Promise<void> {
  const buttons = tried.length > 0 ? ["Show Output"] : [];
  const chosen = await window.showErrorMessage(`${message} ${hint}`, ...buttons);
  if (chosen !== undefined) await commands.executeCommand("forgeai.showOutput" satisfies CommandId);
}
