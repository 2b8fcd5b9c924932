import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  collect,
  createRunner,
  type RunEvent,
  type Runner,
  type RunRequest,
  type RunResult,
  type SourceFile,
} from "../../../src/index.ts";
import { engine, type Label } from "./engine.ts";
import { eventuallyNone } from "./eventually.ts";

export const PROGRAMS = "test/fixtures/programs";

/** Tells the containers of these tests from all others; the same in every file of tests, since it is of the process. */
export const TEST_LABEL: Label = ["dev.forgeai.test", `${process.pid}-${Math.round(performance.timeOrigin)}`];

export type ExecutorKind = "container" | "local";

/** A runner whose containers carry the tests' label. Dispose of it. */
export async function testRunner(executor: ExecutorKind = "container"): Promise<Runner> {
  const [name, value] = TEST_LABEL;
  return createRunner({ executor, labels: { [name]: value } });
}

/** Runs to the end, in a container unless said otherwise. */
export async function collectRun(
  request: RunRequest,
  { executor = "container", signal }: { executor?: ExecutorKind; signal?: AbortSignal } = {},
): Promise<RunResult> {
  await using runner = await testRunner(executor);
  return await collect(runner.run(request, signal === undefined ? {} : { signal }));
}

/** A program of the fixtures: a file, or a folder with a main file that comes first. */
export function program(name: string): SourceFile[] {
  const path = join(PROGRAMS, name);
  if (!statSync(path).isDirectory()) return [{ path: name.split("/").at(-1) ?? name, content: readFileSync(path) }];
  const files = readdirSync(path).map((file) => ({ path: file, content: readFileSync(join(path, file)) }));
  return files.toSorted((one, other) => Number(isMain(other)) - Number(isMain(one)));
}

function isMain({ path }: SourceFile): boolean {
  return path.toLowerCase().startsWith("main.");
}

/** The text of a program of one file. */
export function source(name: string): string {
  return readFileSync(join(PROGRAMS, name), "utf8");
}

/** Resolves with what the program prints first on stdout, and leaves the rest of the events to the caller. */
export async function firstOutput(events: AsyncIterator<RunEvent>): Promise<string> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) throw new Error("The run ended before the program printed anything.");
    if (value.type === "ended") throw new Error(`The program printed nothing: ${value.outcome}, ${value.evidence}`);
    if (value.type === "stdout") return Buffer.from(value.data).toString();
  }
}

/** Removes an image that runs of these tests used: the engine removes an ended container in its own time, and no image before that. */
export async function removeTestImage(image: string): Promise<void> {
  const view = await engine();
  await eventuallyNone("containers of the image", () => view.containers(TEST_LABEL));
  await view.removeImage(image);
}
