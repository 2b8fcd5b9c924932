import { boundedRelated, messageOf } from "./bounds.ts";
import type { Place, Problem, RelatedPlace } from "./problem.ts";
import type { SentFiles } from "./sent-files.ts";

/** A call in a sent file. */
interface Frame {
  readonly place: Place;
  readonly within: string;
  /** Whether it is the `go` statement that started the goroutine. */
  readonly isStart: boolean;
}

interface Goroutine {
  readonly title: string;
  readonly frames: Frame[];
}

interface Crash {
  readonly message: string[];
  readonly goroutines: Goroutine[];
}

const HEADER = /(?:panic|fatal error): /;
const GOROUTINE = /^(goroutine \d+) [^[]*\[([^\]]*)\]:$/;
const FRAME = /^\t(.+):(\d+)(?: \+0x[0-9a-f]+.*)?$/;
const STARTED_BY = /^created by (.*?)(?: in goroutine \d+)?$/;

/** The crash that ended the program: a panic or an error of the runtime, with the stacks of goroutines. */
export function crash(lines: readonly string[], files: SentFiles): Problem | undefined {
  const reader = new CrashReader(files);
  for (const line of lines) reader.read(line);
  const { last } = reader;
  const main = last?.goroutines.find(({ frames }) => frames.length > 0);
  const deepest = main?.frames[0];
  if (last === undefined || main === undefined || deepest === undefined) return undefined;
  const callers = main.frames.slice(1).map(relatedPlace);
  const others = last.goroutines.filter((goroutine) => goroutine !== main).flatMap(goroutinePlaces);
  const related = boundedRelated([...callers, ...others], deepest.place);
  return { ...deepest.place, severity: "error", message: messageOf(last.message), related };
}

function relatedPlace({ place, within, isStart }: Frame): RelatedPlace {
  return { ...place, message: `${isStart ? "started by" : "called from"} ${within}` };
}

function goroutinePlaces({ title, frames: [deepest, ...callers] }: Goroutine): RelatedPlace[] {
  return deepest === undefined ? [] : [{ ...deepest.place, message: title }, ...callers.map(relatedPlace)];
}

class CrashReader {
  /** The last crash with a place. */
  last: Crash | undefined;
  readonly #files: SentFiles;
  #crash: Crash | undefined;
  #state: "outside" | "message" | "between" | "runtime stack" | "stack" = "outside";
  #call = "";
  /** The line of the message on which the panic that was raised last may begin. */
  #lastPanic = 0;

  constructor(files: SentFiles) {
    this.#files = files;
  }

  read(line: string): void {
    const goroutine = this.#state === "outside" ? null : GOROUTINE.exec(line);
    if (goroutine !== null) this.#beginStack(`${goroutine[1]} [${goroutine[2]}]`);
    else if (!line.startsWith("\t") && HEADER.test(line)) this.#beginCrash(line);
    else if (line === "") this.#state = this.#state === "outside" ? "outside" : "between";
    else if (this.#state === "message") this.#readMessage(line);
    else if (this.#state === "stack") this.#readStack(line);
    else if (this.#state === "between") this.#state = line === "runtime stack:" ? "runtime stack" : "outside";
  }

  #beginCrash(line: string): void {
    const start = line.search(HEADER);
    this.#crash = { message: [withoutRecovery(line.slice(start))], goroutines: [] };
    this.#state = "message";
    this.#lastPanic = 0;
  }

  #readMessage(line: string): void {
    if (this.#crash === undefined || line.startsWith("[signal ")) return;
    if (line.startsWith("\tpanic: ")) this.#lastPanic = this.#crash.message.length;
    this.#crash.message.push(withoutRecovery(line.trim()));
  }

  #beginStack(title: string): void {
    this.#state = "stack";
    this.#crash?.goroutines.push({ title, frames: [] });
  }

  /** Called where the stack shows a panic on its way: then what looks like a second panic isn't part of the message. */
  #leadWithLastPanic(): void {
    this.#crash?.message.splice(0, this.#lastPanic);
    this.#lastPanic = 0;
  }

  #readStack(line: string): void {
    const [, path, number] = FRAME.exec(line) ?? [];
    if (path === undefined) {
      this.#call = line;
      if (line.startsWith("panic(")) this.#leadWithLastPanic();
      return;
    }
    const place = this.#files.place(path, Number(number));
    if (place === undefined) return;
    const start = STARTED_BY.exec(this.#call)?.[1];
    const within = start ?? this.#call.replace(/\([^()]*\)$/, "");
    this.#crash?.goroutines.at(-1)?.frames.push({ place, within, isStart: start !== undefined });
    this.last = this.#crash;
  }
}

function withoutRecovery(message: string): string {
  return message.replace(/ \[recovered(?:, repanicked)?\]$/, "");
}
