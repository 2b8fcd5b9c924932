import type { Language } from "./language/language.ts";
import { LANGUAGES } from "./language/catalog.ts";
import { describeEngine, type Finding } from "./run/engineDescription.ts";
import type { EngineReport } from "./run/engineReport.ts";
import { RunFailure } from "./run/failure.ts";
import { type Isolation, LEVEL_FACTS, STRONG_LEVELS, type StrongLevel } from "./run/isolation.ts";
import type { Limits } from "./run/limits.ts";
import { judgePromises, LIMIT_PROBES, PROBE, type ProbedLimit, readProbe, type Seen } from "./run/promises.ts";
import type { RunRequest } from "./run/request.ts";
import { collect, type RunResult } from "./run/result.ts";
import type { Runner } from "./runner.ts";

/** What is known of an engine, and of what a container of its keeps. */
export interface Diagnosis {
  readonly report: EngineReport;
  /** What the report means. */
  readonly engine: readonly Finding[];
  /** The levels of isolation: those that the engine has were tried. */
  readonly levels: readonly Finding[];
  /** What ForgeAI promises, each tried from inside a container. */
  readonly promises: readonly Finding[];
}

export interface DiagnoseOptions {
  /** The languages whose images are looked for; the built-in ones where they are left out. */
  readonly languages?: readonly Language[] | undefined;
  /** The isolation that the promises are tried at. */
  readonly isolation?: Isolation | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Enough for a shell, and little for one that wants to fill it. */
const LIMITS: Readonly<Record<ProbedLimit, Partial<Limits>>> = {
  time: { timeoutMs: 500 },
  memory: { memoryBytes: 32 * 1024 * 1024 },
  processes: { processes: 8 },
};

/**
 * Asks the engine about itself, and tries in containers of it what ForgeAI promises: in the smallest image of a language that is there,
 * for none is fetched. Throws what `Runner.examine` throws, and an `isolation-unavailable`.
 */
export async function diagnose(
  runner: Runner,
  { languages = LANGUAGES, isolation, signal }: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const report = await runner.examine({ languages, signal });
  const engine = describeEngine(report);
  const image = smallest(report);
  if (image === undefined)
    return { report, engine, levels: STRONG_LEVELS.map(untried), promises: judgePromises(undefined) };
  const run = async (source: string, request: Partial<RunRequest> = {}): Promise<RunResult> =>
    collect(runner.run({ ...requestIn(image), source, isolation, ...request }, signal === undefined ? {} : { signal }));
  const probe = await run(PROBE);
  const told = readProbe(probe.stdout);
  if (told === undefined)
    return { report, engine: [...engine, broken(probe)], levels: [], promises: judgePromises(undefined) };
  const tryLimit = async (which: ProbedLimit): Promise<RunResult> =>
    run(LIMIT_PROBES[which].source, { limits: LIMITS[which] });
  const limits: Seen["limits"] = {
    time: await tryLimit("time"),
    memory: await tryLimit("memory"),
    processes: await tryLimit("processes"),
  };
  const { cautions: openCautions = [] } = await run("exit 0\n", { network: "bridge", pull: "never" });
  const levels: Finding[] = [];
  for (const level of STRONG_LEVELS) levels.push(await tryLevel(level, run));
  return { report, engine, levels, promises: judgePromises({ told, limits, enforces: report.enforces, openCautions }) };
}

/** Of the images that are there the one that starts soonest, by its name. */
function smallest({ images }: EngineReport): string | undefined {
  const here = images.filter(({ found }) => found !== undefined);
  return here.toSorted((one, other) => (one.found?.sizeBytes ?? 0) - (other.found?.sizeBytes ?? 0))[0]?.image;
}

/** A shell in any image. */
function requestIn(image: string): Pick<RunRequest, "language" | "languages"> {
  const shell: Language = {
    id: "shell",
    name: "Shell",
    aliases: [],
    extensions: [".sh"],
    editorIds: [],
    versions: [{ version: "any", image }],
    defaultVersion: "any",
    fileName: "probe.sh",
    run: ["/bin/sh", "{file}"],
    environment: {},
  };
  return { language: shell.id, languages: [shell] };
}

function broken({ outcome, evidence, stderr }: RunResult): Finding {
  return {
    what: "A program in a container",
    state: "bad",
    says: `It ended as ${outcome}: ${evidence} ${stderr}`.trim(),
  };
}

async function tryLevel(
  level: StrongLevel,
  run: (source: string, request: Partial<RunRequest>) => Promise<RunResult>,
): Promise<Finding> {
  const what = `Isolation ${level}`;
  try {
    const { outcome, evidence } = await run("exit 0\n", { isolation: level });
    if (outcome === "ok")
      return { what, state: "good", says: `${LEVEL_FACTS[level].title} is there, and proved itself.` };
    return { what, state: "bad", says: `A program in it ended as ${outcome}: ${evidence}` };
  } catch (error) {
    if (!(error instanceof RunFailure) || error.code !== "isolation-unavailable") throw error;
    return { what, state: "unknown", says: error.message, fix: LEVEL_FACTS[level].remedy };
  }
}

function untried(level: StrongLevel): Finding {
  return {
    what: `Isolation ${level}`,
    state: "unknown",
    says: "It was not tried, as an image would have to be fetched first.",
  };
}
