import { once } from "node:events";
import { fstatSync } from "node:fs";
import { constants } from "node:os";

/** Why the adapter must end before the tests have. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Aborts when this process is asked to end, when the one that started it has gone, and when something here is broken. */
export function watchForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => controller.abort(new Interruption(`stopped by ${name}`, 128 + constants.signals[name])));
  }
  process.on("uncaughtException", (error) => controller.abort(error));
  onParentGone(() => controller.abort(new Interruption("whoever started the tests has gone", 1)));
  return controller.signal;
}

/** The parent, a Node process, never writes to the socket that is our standard input; it closes when the parent ends. */
function onParentGone(listener: () => void): void {
  if (!fstatSync(0).isSocket()) return;
  process.stdin.once("close", listener).resume().unref();
}

export async function rejectOnAbort(signal: AbortSignal | undefined): Promise<never> {
  if (signal === undefined) return await new Promise(() => {});
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}
