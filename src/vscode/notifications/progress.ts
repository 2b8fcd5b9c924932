import { ProgressLocation, window } from "vscode";
import type { PullEvent, RunEvent } from "../../run/event.ts";
import { formatBytes } from "../../run/limits.ts";
import { toPlainMessage } from "./plainMessage.ts";

/** A run that takes longer gets a notification, with a way to stop it; a pull gets one at once. */
const SHOW_AFTER_MS = 1000;

/** The progress notification of one run. Dispose of it when the run has ended. */
export class RunProgress implements Disposable {
  readonly #name: string;
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;
  #message = "running …";
  #close: (() => void) | undefined;
  #report: ((message: string) => void) | undefined;
  #shownBytes = 0;

  constructor(name: string, stop: () => void) {
    this.#name = name;
    this.#stop = stop;
    this.#timer = setTimeout(() => this.#open(), SHOW_AFTER_MS);
  }

  /** Takes the next event of the run. */
  show(event: RunEvent): void {
    if (event.type === "queued")
      this.#say(event.ahead === 0 ? "waiting, next in line …" : `waiting, ${event.ahead} ahead in line …`);
    if (event.type === "pulling") this.#pulling(event);
    if (event.type === "installing") {
      this.#say(`installing ${event.packages.join(", ")} …`);
      this.#open();
    }
    if (event.type === "compiling") this.#say("compiling …");
    if (event.type === "started") this.#say("running …");
  }

  #pulling({ image, status, currentBytes, totalBytes }: PullEvent): void {
    // Engines tell every few kilobytes; people read every few hundred.
    if (this.#close !== undefined && currentBytes - this.#shownBytes < 256 * 1024 && currentBytes < totalBytes) return;
    this.#shownBytes = currentBytes;
    const bytes = totalBytes === 0 ? status : `${formatBytes(currentBytes)} of ${formatBytes(totalBytes)}`;
    this.#say(`pulling ${image}: ${bytes}`);
    this.#open();
  }

  #say(message: string): void {
    this.#message = toPlainMessage(message);
    this.#report?.(this.#message);
  }

  #open(): void {
    if (this.#close !== undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.#close = resolve;
    });
    const title = toPlainMessage(`ForgeAI, ${this.#name}`);
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    void window.withProgress(options, async (progress, token) => {
      this.#report = (message) => progress.report({ message });
      this.#report(this.#message);
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
