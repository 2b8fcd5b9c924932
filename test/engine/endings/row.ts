import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { collect, type Outcome, type RunEvent, type RunRequest, type RunResult } from "../../../src/index.ts";
import { type ExecutorKind, testRunner } from "../support/runs.ts";

const PROGRAMS = "test/fixtures/endings";

/** How much longer than its time-out a run may take. */
const SLACK_MS = 1000;

export const MEBIBYTE = 1024 * 1024;

/** Where a program runs: in a container as the engine's own runtime makes it, in one of gVisor's, or as a plain process. */
export type Where = ExecutorKind | "gvisor";

/** What a row expects: an exact value, or what its text must match. */
interface Expectation {
  readonly outcome: Outcome;
  readonly exitCode: number | null | RegExp;
  readonly signal: string | null | RegExp;
  readonly evidence: string | RegExp;
  readonly hint: string | RegExp | undefined;
  readonly remedy: RunResult["remedy"];
  readonly stdout: string | RegExp;
  /** How many bytes of each stream are left out of the result; of a flood nobody knows how many. */
  readonly leftOut: number | "some";
}

interface Arrangement extends Pick<RunRequest, "language" | "args" | "stdin" | "onOutputLimit"> {
  /** A file of the fixtures, or code of one line. */
  readonly program: string;
  readonly limits: NonNullable<RunRequest["limits"]>;
  /** When the run is stopped, where it is. */
  readonly stopped: "before its start" | "at its first output" | undefined;
}

/** A program and how it ends, the same wherever it runs. */
export interface Row extends Arrangement, Expectation {
  readonly title: string;
}

/** What is otherwise in one place; null where the program isn't for it. */
type Difference = Partial<Row> | null;

/** A row as it is written: what isn't there is as in the base row. */
export type RowInput = Pick<Row, "title"> &
  Partial<Row> & {
    readonly container?: Difference;
    /** Beside what is otherwise in a container. */
    readonly gvisor?: Difference;
    readonly local?: Difference;
  };

/** A program that ends well, having said nothing. */
const BASE: Omit<Row, "title" | "program" | "language"> = {
  limits: { timeoutMs: 20_000 },
  stopped: undefined,
  outcome: "ok",
  exitCode: 0,
  signal: null,
  evidence: "It exited with status 0.",
  hint: undefined,
  remedy: undefined,
  stdout: "",
  leftOut: 0,
};

/** The rows as they're to be run in one place, for programs of one language. */
export function rowsOf(where: Where, base: Pick<Row, "language" | "program">, inputs: readonly RowInput[]): Row[] {
  return inputs.flatMap(({ container = {}, gvisor = {}, local = {}, ...common }) => {
    const inGvisor = container === null || gvisor === null ? null : { ...container, ...gvisor };
    const difference = { container, gvisor: inGvisor, local }[where];
    return difference === null ? [] : [{ ...BASE, ...base, ...common, ...difference }];
  });
}

/** Runs a row's program to its end. */
export async function runRow(row: Row, where: Where): Promise<RunResult> {
  await using runner = await testRunner(where === "local" ? "local" : "container");
  const stop = new AbortController();
  if (row.stopped === "before its start") stop.abort();
  const isolation = where === "gvisor" ? where : undefined;
  const events = runner.run({ ...requestOf(row), isolation }, { signal: stop.signal });
  return await collect(row.stopped === "at its first output" ? stoppedAtOutput(events, stop) : events);
}

function requestOf({ language, program, args, stdin, limits, onOutputLimit }: Row): RunRequest {
  const isFile = /^\S+\.(?:py|js|mjs|go)$/.test(program);
  const path = join(PROGRAMS, language.split("@")[0] ?? "", program);
  const code = isFile ? { files: [{ path: basename(path), content: readFileSync(path) }] } : { source: program };
  return { language, args, stdin, limits: { ...BASE.limits, ...limits }, onOutputLimit, ...code };
}

async function* stoppedAtOutput(events: AsyncIterable<RunEvent>, stop: AbortController): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    if (event.type === "stdout") stop.abort();
    yield event;
  }
}

/** Compares what a row's program did with what it was to do. */
export function assertRow(row: Row, where: Where, result: RunResult): void {
  const seen = JSON.stringify({ ...result, stderr: result.stderr.slice(-1000), stdout: result.stdout.slice(0, 500) });
  for (const name of ["outcome", "exitCode", "signal", "evidence", "hint", "stdout"] as const) {
    assertLike(result[name], row[name], `${name} of ${seen}`);
  }
  assert.deepEqual(result.remedy, row.remedy, seen);
  if (row.leftOut !== "some")
    assert.deepEqual(result.truncated, { stdoutBytes: row.leftOut, stderrBytes: row.leftOut });
  const { timeoutMs = 0 } = { ...BASE.limits, ...row.limits };
  assert.ok(result.phases.runMs <= timeoutMs + SLACK_MS, `it took ${result.phases.runMs} ms`);
  assertFigures(where, result);
}

function assertLike(actual: unknown, expected: unknown, message: string): void {
  if (expected instanceof RegExp) assert.match(String(actual), expected, message);
  else assert.deepEqual(actual, expected, message);
}

/** Only the kernel knows how much a program took, and only of a container it tells; gVisor's doesn't, and where that was ended by force, nobody hears it. */
function assertFigures(where: Where, result: RunResult): void {
  const { cpuMs, peakMemoryBytes, phases, limits, signal, durationMs } = result;
  if (where !== "container" || phases.runMs === 0)
    return assert.deepEqual([cpuMs, peakMemoryBytes], [undefined, undefined]);
  if (cpuMs === undefined && peakMemoryBytes === undefined && signal === "SIGKILL") return;
  assert.ok(cpuMs !== undefined && cpuMs > 0 && cpuMs < durationMs * 2, `${cpuMs} ms of the processor`);
  assert.ok(peakMemoryBytes !== undefined && peakMemoryBytes > MEBIBYTE, `${peakMemoryBytes} bytes`);
  assert.ok(peakMemoryBytes <= limits.memoryBytes, `${peakMemoryBytes} bytes`);
}
