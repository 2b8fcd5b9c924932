import type { EndedEvent, RunEvent } from "./event.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { BoundedOutput } from "./output.ts";

/** How a run ended and what the program printed. */
export interface RunResult extends Omit<EndedEvent, "type"> {
  /** As UTF-8; what isn't UTF-8 is replaced by U+FFFD. Head and tail where it was longer than `limits.outputBytes`. */
  readonly stdout: string;
  readonly stderr: string;
  /** How many bytes of each stream were left out. */
  readonly truncated: { readonly stdoutBytes: number; readonly stderrBytes: number };
}

/**
 * Waits for the end of a run and puts its events together.
 * What the compiler printed counts as stderr. Throws the `RunFailure` that the run threw.
 */
export async function collect(events: AsyncIterable<RunEvent>): Promise<RunResult> {
  let capacity = DEFAULT_LIMITS.outputBytes;
  let output: Record<"stdout" | "stderr", BoundedOutput> | undefined;
  let ended: EndedEvent | undefined;
  for await (const event of events) {
    if (event.type === "compiling" || event.type === "started") {
      capacity = event.limits.outputBytes;
    } else if (event.type === "stdout" || event.type === "stderr") {
      output ??= emptyOutput(capacity);
      output[event.type].push(event.data);
    } else if (event.type === "ended") {
      ended = event;
    }
  }
  if (ended === undefined) throw new TypeError("The events broke off before the run had ended.");
  return resultOf(ended, output ?? emptyOutput(0));
}

function emptyOutput(capacity: number): Record<"stdout" | "stderr", BoundedOutput> {
  return { stdout: new BoundedOutput(capacity), stderr: new BoundedOutput(capacity) };
}

function resultOf(event: EndedEvent, { stdout, stderr }: Record<"stdout" | "stderr", BoundedOutput>): RunResult {
  const { type: _, ...ended } = event;
  return {
    ...ended,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: { stdoutBytes: stdout.lostBytes, stderrBytes: stderr.lostBytes },
  };
}
