import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { DockerExecutor } from "../../src/container/docker.ts";
import { collect, RunFailure, type RunRequest, type RunResult } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { engine } from "./support/engine.ts";
import { allContainers, askEngine } from "./support/engineCall.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { FaultyProxy, type Piece, type Tamper } from "./support/faultyProxy.ts";
import { Random } from "./support/random.ts";
import { TEST_LABEL } from "./support/runs.ts";
import { type Place, WAYS, WireFault } from "./support/wireFault.ts";

/** FORGEAI_TEST_FAULTS makes more, as 500: they take two minutes on two cores. */
const TRIALS = Number(process.env["FORGEAI_TEST_FAULTS"] ?? 200);

/** So many at a time: a part of each trial is waiting. */
const LANES = 6;

/** Another makes other trials. FORGEAI_TEST_TRIALS names those to be made, by their numbers, where it aren't all. */
const SEED = Number(process.env["FORGEAI_TEST_SEED"] ?? 1);

/** From a fault to the end of the run. */
const NEWS_MS = 5000;

/** The same where something is garbled: whoever gets it may wait for the rest, as it would where the other side is slow. */
const PATIENCE_MS = 35_000;

/** After so long without an end, a run is taken to hang. */
const HANG_MS = 60_000;

interface Program {
  readonly request: RunRequest;
  /** How a run of it may end where nothing goes wrong. */
  readonly right: readonly [Partial<RunResult>, ...Partial<RunResult>[]];
}

const PROGRAMS: readonly Program[] = [
  {
    request: {
      language: "python",
      source: [
        "import sys, time",
        'print("first\\n", end="", flush=True)',
        "time.sleep(0.02)",
        "sys.stderr.write(sys.stdin.read())",
      ].join("\n"),
      stdin: "second\n",
    },
    right: [{ outcome: "ok", exitCode: 0, stdout: "first\n", stderr: "second\n" }],
  },
  {
    request: { language: "python", source: 'print("third\\n", end="")\nraise SystemExit(3)' },
    right: [{ outcome: "failed", exitCode: 3, stdout: "third\n", stderr: "" }],
  },
  {
    request: {
      language: "python",
      source: 'import time\nprint("fourth\\n", end="", flush=True)\ntime.sleep(60)',
      limits: { timeoutMs: 1300 },
    },
    // A busy machine may give it no time to print.
    right: [
      { outcome: "timeout", stdout: "fourth\n", stderr: "" },
      { outcome: "timeout", stdout: "", stderr: "" },
    ],
  },
];

interface Trial {
  readonly name: string;
  readonly program: Program;
  readonly fault: WireFault;
}

type Ending = RunResult | Error | undefined;

describe(`${TRIALS} runs with a fault each on the wire to the engine (FORGEAI_TEST_SEED=${SEED})`, () => {
  /** All containers that were asked for, by name and by id, each with the trial that it is of. */
  const made = new Map<string, Trial | undefined>();
  const disposals: Promise<void>[] = [];
  let trials: readonly Trial[] = [];
  let openBefore: readonly string[] = [];

  before("look where something can go wrong", async function look() {
    this.timeout(60_000);
    const places: Place[][] = [];
    for (const program of PROGRAMS) places.push(await placesOf(program));
    trials = drawTrials(places);
    openBefore = await openResources();
  });

  it("end with a name, in time, and with no wrong result", async function run() {
    this.timeout(600_000);
    const waiting = [...trials];
    const complaints: string[] = [];
    const workOff = async (): Promise<void> => {
      for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift())
        complaints.push(...(await complaintsAbout(trial)));
    };
    await Promise.all(Array.from({ length: LANES }, workOff));
    await Promise.all(disposals);
    assert.equal(complaints.length, 0, `${complaints.length} of ${trials.length}\n${complaints.join("\n")}`);
  });

  it("are what they are meant to be", () => {
    const missed = trials.filter(({ fault }) => fault.struckAt === undefined);
    const examples = missed.slice(0, 20).map(({ fault }) => fault.describe());
    // What comes as two pieces in one run comes as one in another.
    assert.ok(missed.length <= trials.length / 10, `${missed.length} did not come about: ${examples.join("; ")}`);
  });

  it("leave no container behind", async () => {
    const door = await engine();
    const left = async (): Promise<[id: string, name: string][]> =>
      [...(await allContainers(door))].filter((names) => names.some((name) => made.has(name)));
    try {
      await eventuallyNone("containers", async () =>
        (await left()).map(([id, name]) => {
          const trial = made.get(name) ?? made.get(id);
          return `${name} of ${trial?.name}: ${trial?.fault.describe()}`;
        }),
      );
    } finally {
      for (const [id] of await left())
        await askEngine(door, { method: "DELETE", path: `/containers/${id}?force=true` });
    }
  });

  it("leave nothing open", async () => {
    await eventuallyNone("open files and connections", async () => {
      const known = [...openBefore];
      return (await openResources()).filter((name) => {
        const at = known.indexOf(name);
        known.splice(at, at < 0 ? 0 : 1);
        return at < 0;
      });
    });
  });

  async function complaintsAbout(trial: Trial): Promise<string[]> {
    const { name, program, fault } = trial;
    const startedAt = performance.now();
    const ending = await Promise.race([
      endingOf(program, (piece) => fault.tamper(piece), trial),
      wait(HANG_MS, undefined, { ref: false }),
    ]);
    const ms = performance.now() - (fault.struckAt ?? startedAt) - fault.delayMs;
    const isLate = ms > (fault.garbles ? PATIENCE_MS : NEWS_MS);
    const what = [...(isAllowed(ending, trial) ? [] : ["wrong"]), ...(isLate ? ["late"] : [])];
    return what.map((each) => `${each}: ${name}: ${fault.describe()}: after ${Math.round(ms)} ms ${tell(ending)}`);
  }

  async function endingOf({ request }: Program, tamper: Tamper, trial?: Trial): Promise<RunResult | Error> {
    const [label, value] = TEST_LABEL;
    const proxy = await FaultyProxy.start(await engine(), (piece) => {
      for (const name of containersIn(piece)) made.set(name, trial);
      return tamper(piece);
    });
    const runner = runnerOver(new DockerExecutor({ labels: { [label]: value }, surroundings: proxy.surroundings }));
    try {
      return await collect(runner.run({ pull: "never", ...request }));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      disposals.push(disposeInTurn(runner, proxy));
    }
  }

  async function placesOf(program: Program): Promise<Place[]> {
    const places: Place[] = [];
    const ending = await endingOf(program, (piece) => {
      const { bytes: _, ...place } = piece;
      places.push(place);
      return piece;
    });
    assert.ok(isRight(ending, program), tell(ending));
    await Promise.all(disposals);
    // Calls that are made at the same time come in any order.
    return places.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
  }
});

function keyOf({ call, from, index }: Place): string {
  return `${call} ${from} ${index}`;
}

/** The name in a request to make a container, the id in the answer. */
function* containersIn({ call, bytes }: Piece): Generator<string, void, void> {
  if (call !== "POST /containers/create") return;
  const [, name, id] = /[?&]name=([\w-]+)|"Id":"(\w+)"/.exec(bytes.toString("latin1")) ?? [];
  const found = name ?? id;
  if (found !== undefined) yield found;
}

/** Every way at every place of every program comes before one comes again. */
function drawTrials(places: readonly (readonly Place[])[]): Trial[] {
  const random = new Random(SEED);
  const kinds = PROGRAMS.flatMap((program, index) =>
    (places[index] ?? []).flatMap((place) =>
      WAYS.map((way) => ({ program, place, way, order: random.below(2 ** 31) })),
    ),
  ).toSorted((one, other) => one.order - other.order);
  const all = Array.from({ length: TRIALS }, (_, number) => {
    const { program, place, way } = kinds[number % kinds.length] ?? assert.fail("nothing was said");
    return { name: `trial ${number}`, program, fault: new WireFault(place, way, random) };
  });
  const wanted = process.env["FORGEAI_TEST_TRIALS"]?.split(",").map(Number);
  return all.filter((_, number) => wanted?.includes(number) ?? true);
}

function isAllowed(ending: Ending, { program, fault }: Trial): boolean {
  if (ending === undefined) return false;
  if (isRight(ending, program)) return true;
  return ending instanceof Error ? isAllowedFailure(ending, fault) : isAllowedResult(ending, program, fault);
}

function isRight(ending: Ending, { right }: Program): boolean {
  return !(ending instanceof Error) && right.some((facts) => isDeepStrictEqual({ ...ending, ...facts }, ending));
}

function isAllowedFailure(failure: Error, { way, garbles, struckAt }: WireFault): boolean {
  if (!(failure instanceof RunFailure) || struckAt === undefined || way === "delay") return false;
  const allowed = ["engine-unavailable", "engine-lost", ...(garbles ? ["start-failed", "image-unavailable"] : [])];
  return allowed.includes(failure.code);
}

/** Nobody can notice what was changed in a program's own text, input or output; and who is asked for something else does that. */
function isAllowedResult(result: RunResult, { request, right: [right] }: Program, fault: WireFault): boolean {
  if (!fault.garbles) return false;
  const own = [request.source, request.stdin, right.stdout, right.stderr].filter((text) => typeof text === "string");
  if (fault.isOfRequest) return fault.isIn(own) || result.outcome !== "ok";
  return fault.isIn(own) && result.outcome === right.outcome;
}

function tell(ending: Ending): string {
  if (ending === undefined) return "no end";
  if (ending instanceof RunFailure) return `${ending.code}: ${ending.message}`;
  if (ending instanceof Error) return ending.stack ?? ending.message;
  const { outcome, exitCode, signal, stdout, stderr } = ending;
  return JSON.stringify({ outcome, exitCode, signal, stdout, stderr });
}

/** What is left to remove behind a runner is removed through the proxy. */
async function disposeInTurn(...resources: readonly AsyncDisposable[]): Promise<void> {
  for (const resource of resources) await resource[Symbol.asyncDispose]();
}

async function openResources(): Promise<string[]> {
  const descriptors = await readdir("/proc/self/fd").catch(() => []);
  return [...process.getActiveResourcesInfo(), ...descriptors.map(() => "descriptor")];
}
