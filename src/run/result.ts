import type { EndedEvent, OutputEvent, RunEvent } from "./event.ts";
import { RunFailure } from "./failure.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { BoundedOutput, type KeptOutput } from "./output.ts";

/** How a run ended and what the program printed. */
export interface RunResult extends Omit<EndedEvent, "type">, KeptOutput {}

/**
 * Waits for the end of a run and puts its events together.
 * What the compiler printed counts as stderr. Throws the `RunFailure` that the run threw, with what was printed before it.
 */
export async function collect(events: AsyncIterable<RunEvent>): Promise<RunResult> {
  const output = new OutputKeeper();
  let ended: EndedEvent | undefined;
  try {
    for await (const event of events) {
      if (event.type === "compiling" || event.type === "started") output.capacity = event.limits.outputBytes;
      else if (event.type === "stdout" || event.type === "stderr") output.keep(event);
      else if (event.type === "ended") ended = event;
    }
  } catch (error) {
    throw error instanceof RunFailure && output.hasSome ? error.withOutput(output.kept()) : error;
  }
  if (ended === undefined) throw new TypeError("The events broke off before the run had ended.");
  const { type: _, ...facts } = ended;
  return { ...facts, ...output.kept() };
}

/** Keeps both streams, each within the run's limit, which is known when the first output comes. */
class OutputKeeper {
  /** How much of each stream is kept, in bytes. */
  capacity = DEFAULT_LIMITS.outputBytes;
  #streams: Readonly<Record<OutputEvent["type"], BoundedOutput>> | undefined;

  get hasSome(): boolean {
    return this.#streams !== undefined;
  }

  keep({ type, data }: OutputEvent): void {
    this.#streams ??= { stdout: new BoundedOutput(this.capacity), stderr: new BoundedOutput(this.capacity) };
    this.#streams[type].push(data);
  }

  kept(): KeptOutput {
    const { stdout, stderr } = this.#streams ?? {};
    return {
      stdout: stdout?.text() ?? "",
      stderr: stderr?.text() ?? "",
      truncated: { stdoutBytes: stdout?.lostBytes ?? 0, stderrBytes: stderr?.lostBytes ?? 0 },
    };
  }
}
