import type { Writable } from "node:stream";
import type { EndedEvent, OutputEvent, PullEvent, RunEvent, StartedEvent } from "../run/event.ts";
import type { RunFailure } from "../run/failure.ts";
import { formatBytes } from "../run/limits.ts";
import { statusOfSignal } from "../run/outcome.ts";
import { collect } from "../run/result.ts";
import { TextDecoders } from "../run/text.ts";
import { toVisibleText } from "../run/visibleText.ts";
import type { OutputFormat } from "./arguments.ts";
import { ProgramOutput } from "./programOutput.ts";
import { type Terminal, toJson, toLine, write } from "./write.ts";

/**
 * Prints a run as it goes and returns the exit status that tells its end.
 * @param isRaw whether a terminal, too, gets the program's output byte for byte
 */
export async function printRun(
  events: AsyncIterable<RunEvent>,
  format: OutputFormat,
  terminal: Terminal,
  isRaw = false,
): Promise<number> {
  if (format === "json") return printResult(events, terminal);
  return format === "json-stream" ? printEvents(events, terminal) : printText(events, terminal, isRaw);
}

async function printResult(events: AsyncIterable<RunEvent>, { stdout }: Terminal): Promise<number> {
  const result = await collect(events);
  await write(stdout, toJson(result));
  return statusOf(result);
}

async function printEvents(events: AsyncIterable<RunEvent>, { stdout }: Terminal): Promise<number> {
  const decoders = new TextDecoders();
  let status = 125;
  for await (const event of events) {
    switch (event.type) {
      case "stdout":
      case "stderr":
        await writeText(stdout, { ...event, text: decoders.decode(event) });
        break;
      case "ended":
        status = statusOf(event);
        for (const type of ["stdout", "stderr"] as const) {
          await writeText(stdout, { type, phase: "run", text: decoders.end(type) });
        }
        await write(stdout, toJson(event));
        break;
      case "queued":
      case "pulling":
      case "installing":
      case "compiling":
      case "started":
        await write(stdout, toJson(event));
        break;
    }
  }
  return status;
}

/** A piece of output as JSON; none where it only began a character. */
async function writeText(
  stream: Writable,
  { type, phase, text }: Pick<OutputEvent, "type" | "phase"> & { readonly text: string },
): Promise<void> {
  if (text !== "") await write(stream, toJson({ type, phase, text }));
}

/** The program's output; what ForgeAI says itself goes to stderr, and only where there is something to say. */
async function printText(events: AsyncIterable<RunEvent>, terminal: Terminal, isRaw: boolean): Promise<number> {
  const output = new ProgramOutput(terminal, isRaw);
  try {
    return await printEach(events, terminal.stderr, output);
  } finally {
    await output.end();
  }
}

async function printEach(
  events: AsyncIterable<RunEvent>,
  stderr: Terminal["stderr"],
  output: ProgramOutput,
): Promise<number> {
  using pull = new PullProgress(stderr);
  let status = 125;
  let isNew = false;
  for await (const event of events) {
    if (event.type !== "pulling") pull.end();
    switch (event.type) {
      case "pulling":
        pull.show(event);
        break;
      case "stdout":
      case "stderr":
        await output.write(event);
        break;
      case "ended":
        status = statusOf(event);
        await output.end();
        if (event.outcome !== "ok" && event.outcome !== "failed") await write(stderr, explain(event));
        break;
      case "installing":
        isNew = true;
        await write(stderr, toLine(`forgeai: installing ${event.packages.join(", ")} …`));
        break;
      case "compiling":
      case "started":
        await output.end();
        if (isNew) await write(stderr, toLine(`forgeai: installed ${event.packages?.join(", ")}`));
        isNew = false;
        if (event.type === "started") await write(stderr, warningsOf(event));
        break;
      case "queued":
        break;
    }
  }
  return status;
}

/** The first is said every time: it is the one thing that lets a program take something out. */
function warningsOf({ network, cautions = [] }: StartedEvent): string {
  const open = network === "bridge" ? ["The network is open: the program reaches the internet."] : [];
  return [...open, ...cautions].map((words) => toLine(`forgeai: ${words}`)).join("");
}

function explain({ outcome, evidence, hint }: EndedEvent): string {
  return toLine(`forgeai: ${outcome}: ${evidence}${hint === undefined ? "" : ` ${hint}`}`);
}

/** A name that is longer than its line would not be erased whole. */
const MOST_PROGRESS_CHARACTERS = 300;

/** Says once that an image is fetched; on a terminal, how far it is. */
export class PullProgress implements Disposable {
  readonly #stderr: Terminal["stderr"];
  #shown = false;

  constructor(stderr: Terminal["stderr"]) {
    this.#stderr = stderr;
  }

  show({ image, currentBytes, totalBytes }: PullEvent): void {
    const text = toVisibleText(`forgeai: pulling ${image} …`, MOST_PROGRESS_CHARACTERS);
    if (this.#stderr.isTTY) {
      const progress = totalBytes === 0 ? "" : ` ${formatBytes(currentBytes)} of ${formatBytes(totalBytes)}`;
      this.#stderr.write(`\r\u001B[K${text}${progress}`);
    } else if (!this.#shown) {
      this.#stderr.write(`${text}\n`);
    }
    this.#shown = true;
  }

  end(): void {
    if (this.#shown && this.#stderr.isTTY) this.#stderr.write("\r\u001B[K");
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

/** The exit status that tells how a program ended. */
function statusOf({ outcome, exitCode, signal }: Pick<EndedEvent, "outcome" | "exitCode" | "signal">): number {
  if (outcome === "timeout") return 124;
  if (outcome === "memory-limit") return 137;
  if (outcome === "cancelled") return 130;
  // A compiler that was stopped, or a program at its output limit, may still have said that all is well.
  if (outcome !== "ok" && exitCode === 0) return 1;
  return exitCode ?? (signal === null ? 1 : statusOfSignal(signal));
}

/** Says why ForgeAI could not run a program and returns the exit status for that. */
export async function printFailure(
  failure: RunFailure,
  format: OutputFormat,
  { stdout, stderr }: Terminal,
): Promise<number> {
  if (format === "text") await write(stderr, describeFailure(failure));
  else await write(stdout, toJson({ failure }));
  return failure.code === "bad-request" || failure.code === "unknown-language" ? 2 : 125;
}

function describeFailure({ message, hint, tried }: RunFailure): string {
  const attempts = tried.flatMap(({ what, why }) => {
    const [first = "", ...more] = why.split("\n");
    // No line of others' words begins as one of ours does.
    return [`  tried ${what}: ${first}`, ...more.map((line) => `    ${line}`)];
  });
  return [`forgeai: ${message}`, ...attempts, `  ${hint}`].map(toLine).join("");
}
