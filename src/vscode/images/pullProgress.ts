import { ProgressLocation, window } from "vscode";
import type { Images } from "../../images.ts";
import { RunFailure } from "../../run/failure.ts";
import { toPlainMessage } from "../notifications/plainMessage.ts";
import { describeProgress, type PullTally } from "./pullWords.ts";

/**
 * Pulls images one after the other, in a notification that shows how it goes and cancels it. One that can't be had doesn't keep
 * the others from coming; an engine that can't be asked does.
 */
export async function pullWithProgress(images: Images, names: readonly string[]): Promise<PullTally> {
  const options = { location: ProgressLocation.Notification, title: "ForgeAI, pulling", cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    const say = (message: string): void => progress.report({ message: toPlainMessage(message) });
    try {
      return await pullAll({ images, say, signal: abort.signal }, names);
    } finally {
      subscription.dispose();
    }
  });
}

interface Pulling {
  readonly images: Images;
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
}

async function pullAll(pulling: Pulling, names: readonly string[]): Promise<PullTally> {
  const pulled: PullTally["pulled"][number][] = [];
  const failures: RunFailure[] = [];
  for (const [index, name] of names.entries()) {
    try {
      for await (const event of pulling.images.pull(name, { signal: pulling.signal })) {
        if (event.type === "pulled") pulled.push(event);
        else pulling.say(describeProgress(event, { index, count: names.length }));
      }
    } catch (error) {
      if (pulling.signal.aborted) break;
      if (!(error instanceof RunFailure)) throw error;
      failures.push(error);
      if (error.code !== "image-unavailable") break;
    }
  }
  return { pulled, failures, isCancelled: pulling.signal.aborted };
}
