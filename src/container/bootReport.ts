import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { READY } from "./boot.ts";
import type { Output } from "./container.ts";

/** How a boot script says that its program ended, with what the kernel counted for the container; what it doesn't tell is absent. */
export interface ToldEnd {
  /** Absent where the script ended the program. */
  readonly status?: number | undefined;
  /**
   * "exited": with that status. "killed": by the signal that the status of 128 + n stands for. "unsure": either.
   * "lost": the program ended the shell that waited for it. "deadline": the script ended it, for its time was up.
   */
  readonly how: "exited" | "killed" | "unsure" | "lost" | "deadline";
  readonly peakMemoryBytes?: number | undefined;
  readonly cpuMs?: number | undefined;
  /** Processes that the kernel ended for want of memory. */
  readonly outOfMemory?: number | undefined;
  /** How often the kernel refused another process. */
  readonly refusedProcesses?: number | undefined;
  /** A folder without room at the end. */
  readonly fullFolder?: string | undefined;
}

/** What the runtime that starts containers says instead of starting one is short. */
const MOST_PREAMBLE_BYTES = 4096;

/** The script's longest line has well under 300 bytes. */
const MOST_LINE_BYTES = 1024;

/**
 * What a boot script tells between the lines of a program's output: takes it out, and keeps it. It stands behind a mark that
 * the program can't know. A program that reads the shell's memory can forge it, and with it no more than its own end.
 * In a terminal there is one stream, taken as stdout, and the mark alone has to do.
 */
export class BootReport {
  readonly mark = randomBytes(16).toString("hex");
  readonly #mark = Buffer.from(this.mark);
  /** What may be the beginning of something told. */
  readonly #held: Record<Output["type"], Uint8Array> = { stdout: new Uint8Array(), stderr: new Uint8Array() };
  /** The last two pieces that were passed on: a line of the script's is in one, or in both. */
  readonly #last: Record<Output["type"], readonly [Uint8Array, Uint8Array]> = {
    stdout: [new Uint8Array(), new Uint8Array()],
    stderr: [new Uint8Array(), new Uint8Array()],
  };
  readonly #ends: Partial<Record<Output["type"], string>> = {};
  readonly #streams: readonly Output["type"][];
  /** The one on which the start is told. */
  readonly #main: Output["type"];
  #preamble = "";
  #state: "booting" | "started" | "missing" = "booting";

  constructor({ terminal = false }: { readonly terminal?: boolean } = {}) {
    this.#streams = terminal ? ["stdout"] : ["stdout", "stderr"];
    this.#main = terminal ? "stdout" : "stderr";
  }

  /** Whether the script has said, in a terminal, that it waits for its job. */
  get isReady(): boolean {
    return this.#state !== "booting" || this.#preamble.includes(READY);
  }

  /** Whether the script has started the program, or could not for the image doesn't have it. */
  get state(): "booting" | "started" | "missing" {
    return this.#state;
  }

  /** How the program ended, once all streams have told it: then none of the output is missing. */
  get end(): ToldEnd | undefined {
    const [told, other = told] = this.#told;
    if (!this.#isTold || told === undefined || told !== other || this.#state !== "started") return undefined;
    return parseEnd(told);
  }

  /** Whether the streams tell what can't be: two different ends, or one of a program that never started. */
  get isBroken(): boolean {
    return this.#isTold && this.end === undefined;
  }

  /** Whether one of the two streams has told the end. */
  get hasEndOnOneSide(): boolean {
    return this.#told.length > 0 && !this.#isTold;
  }

  /** Whether one stream has told the end, and the other says the same behind something that isn't the mark. */
  get hasGarbledEnd(): boolean {
    const [told] = this.#told;
    if (told === undefined || !this.hasEndOnOneSide) return false;
    return this.#streams.some((type) => this.#ends[type] === undefined && this.#lastOf(type).includes(told));
  }

  get #told(): string[] {
    return this.#streams.flatMap((type) => this.#ends[type] ?? []);
  }

  get #isTold(): boolean {
    return this.#told.length === this.#streams.length;
  }

  /** What came before the program where it is started: words of the engine's, which started no program. */
  get preamble(): string {
    return this.#preamble.replace(READY, "").trim();
  }

  /** Returns what is certain to be the program's own. */
  take({ type, data }: Output): Output[] {
    const printed: Output[] = [];
    const held = this.#held[type];
    let bytes =
      held.length > 0 ? Buffer.concat([held, data]) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    while (bytes.length > 0 && this.#ends[type] === undefined) {
      const at = this.#find(bytes);
      if (at > 0) printed.push(...this.#pass(type, bytes.subarray(0, at)));
      bytes = bytes.subarray(at);
      const lineEnd = this.#lineEnd(bytes);
      if (lineEnd < 0) break;
      this.#read(type, bytes.toString("latin1", this.#mark.length, lineEnd).replace(/\r$/, ""));
      bytes = bytes.subarray(lineEnd + 1);
    }
    this.#held[type] = bytes;
    return printed;
  }

  /** What was held back and turned out to be the program's own, for the end of streams on which no end was told. */
  rest(): Output[] {
    return (["stdout", "stderr"] as const).flatMap((type) => {
      const data = this.#held[type];
      return this.#ends[type] === undefined && data.length > 0 ? this.#pass(type, data) : [];
    });
  }

  #lastOf(type: Output["type"]): Buffer {
    return Buffer.concat([...this.#last[type], this.#held[type]]);
  }

  #pass(type: Output["type"], data: Uint8Array): Output[] {
    this.#last[type] = [this.#last[type][1], data];
    if (type !== this.#main || this.#state !== "booting") return [{ type, data }];
    this.#preamble = (this.#preamble + Buffer.from(data).toString()).slice(0, MOST_PREAMBLE_BYTES);
    return [];
  }

  #read(type: Output["type"], words: string): void {
    if (words === "started" || words === "missing") this.#state = words;
    else this.#ends[type] = words;
  }

  /** Where what stands behind the mark ends, at the latest after as much as the script ever says; -1 where that hasn't come yet. */
  #lineEnd(bytes: Buffer): number {
    if (bytes.length < this.#mark.length) return -1;
    const end = bytes.indexOf("\n", this.#mark.length);
    return end < 0 && bytes.length > MOST_LINE_BYTES ? MOST_LINE_BYTES : end;
  }

  /** Where the mark begins, or may begin; the end where it doesn't. */
  #find(bytes: Buffer): number {
    const whole = bytes.indexOf(this.#mark);
    if (whole >= 0) return whole;
    for (let at = Math.max(0, bytes.length - this.#mark.length + 1); at < bytes.length; at += 1) {
      if (bytes.subarray(at).equals(this.#mark.subarray(0, bytes.length - at))) return at;
    }
    return bytes.length;
  }
}

const Count = v.optional(v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number)));

const Told = v.object({
  how: v.picklist(["exited", "killed", "unsure", "lost", "deadline"]),
  status: Count,
  peak: Count,
  /** Microseconds. */
  cpu: Count,
  oom: Count,
  refused: Count,
  full: v.optional(v.string()),
});

/** Reads "ended how=exited status=0 peak=1234 …"; a value that the kernel didn't tell is empty. */
function parseEnd(words: string): ToldEnd {
  const fields = words.split(" ").map((word) => word.split(/=(.*)/s));
  const parsed = v.safeParse(Told, Object.fromEntries(fields.filter(([, value]) => value)));
  // No words of the script's: a program dug the mark out, and has ended its own run with it.
  if (!parsed.success) return { how: "lost" };
  const told = parsed.output;
  return {
    how: told.how,
    status: told.status,
    peakMemoryBytes: told.peak,
    cpuMs: told.cpu === undefined ? undefined : told.cpu / 1000,
    outOfMemory: told.oom,
    refusedProcesses: told.refused,
    fullFolder: told.full,
  };
}
