// `npm run bench`: how long ForgeAI takes, beside the docker command and a local interpreter. `--json` prints numbers only,
// `--rounds=<n>` takes more or fewer of them. `npm run bench -- activation`: what it costs VS Code to load it.
// `npm run bench -- snapshots`: what Go's first program takes with and without the image that makes it quick.
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { measureActivation } from "../test/bench/activation.mjs";
import { dockerRun, findInPath, findPython, hello, image, runThrough, start } from "../test/bench/programs.mjs";
import { compare, spreadOf } from "../test/bench/rounds.mjs";
import { build } from "./setup/dependencies.mjs";
import { provideVscode } from "./setup/vscode.mjs";

/** How much of the docker command's time a new container may take through the library. */
const TARGET = 0.45;

/** How much of the time of Go's image as it comes a run may take with its snapshot. */
const SNAPSHOT_TARGET = 0.1;

/** How long ForgeAI's whole activation may take, in milliseconds. */
const ACTIVATION_TARGET = 15;

const FLOOD_MEGABYTES = 100;
const FLOOD = `import sys\nfor _ in range(${FLOOD_MEGABYTES}): sys.stdout.buffer.write(b"x" * 1_000_000)`;
const FLOODS = 5;

const root = fileURLToPath(new URL("..", import.meta.url));
const library = fileURLToPath(new URL("../dist/index.js", import.meta.url));
const commandLine = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean" }, rounds: { type: "string" } },
  allowPositionals: true,
});
/** @param {string} line */
const say = (line) => (values.json ? undefined : console.log(line));

async function main() {
  const [part] = positionals;
  if (part === undefined) return compareRuns(Number(values.rounds ?? 15));
  if (part === "activation") return examineActivation(Number(values.rounds ?? 5));
  if (part === "snapshots") return compareSnapshots(Number(values.rounds ?? 3));
  console.error(`There is nothing called "${part}" to measure: leave it out, or say "activation" or "snapshots".`);
  return 2;
}

/** @param {number} rounds */
async function compareRuns(rounds) {
  if (findInPath("docker") === undefined) {
    console.error(
      "The benchmark compares with the docker command, and there is none in the path: install the Docker CLI.",
    );
    return 1;
  }
  if (!existsSync(library) || !existsSync(commandLine)) await build(root);
  /** @type {typeof import("../src/index.ts")} */
  const { createRunner } = await import(pathToFileURL(library).href);
  const runner = await createRunner({ executor: "container" });
  try {
    const report = await measure(runner, rounds);
    if (values.json) console.log(JSON.stringify(report, null, 2));
    else print(report);
  } finally {
    await runner[Symbol.asyncDispose]();
  }
  return 0;
}

/** @param {import("../src/runner.ts").Runner} runner @param {number} rounds */
async function measure(runner, rounds) {
  /** @type {import("../src/run/event.ts").PhaseTimes[]} */
  const phases = [];
  const python = findPython();
  const contenders = [
    { name: "docker run --rm", once: dockerRun },
    { name: "library, new container", once: async () => phases.push((await runThrough(runner, hello)).phases) },
    {
      name: "forgeai --container run",
      once: () => start(process.execPath, [commandLine, "--container", "run", "python", hello]),
    },
    ...(python === undefined ? [] : [{ name: "local python3", once: () => start(python, ["-c", hello]) }]),
  ];
  say(`Python's hello in ${image}, ${rounds} rounds, one after the other in each; median (p10–p90)\n`);
  const times = await compare(contenders, { rounds, warmUps: 2 });
  const counted = phases.slice(-rounds);
  return {
    times,
    ratio: (times["library, new container"]?.median ?? Number.NaN) / (times["docker run --rm"]?.median ?? Number.NaN),
    target: TARGET,
    acquireMs: spreadOf(counted.map(({ acquireMs }) => acquireMs)),
    runMs: spreadOf(counted.map(({ runMs }) => runMs)),
    megabytesPerSecond: await measureThroughput(runner),
  };
}

/** @param {import("../src/runner.ts").Runner} runner */
async function measureThroughput(runner) {
  /** @type {number[]} */
  const speeds = [];
  for (let count = 0; count < FLOODS; count++) {
    const { bytes, phases } = await runThrough(runner, FLOOD);
    if (bytes !== FLOOD_MEGABYTES * 1_000_000) throw new Error(`Only ${bytes} bytes of the output arrived.`);
    speeds.push(bytes / 1000 / phases.runMs);
  }
  return spreadOf(speeds);
}

/** @param {Awaited<ReturnType<typeof measure>>} report */
function print({ times, ratio, acquireMs, runMs, megabytesPerSecond }) {
  for (const [name, spread] of Object.entries(times)) console.log(row(name, spread, "ms"));
  console.log("\nOf the library's run:");
  console.log(row("until the container waits", acquireMs, "ms"));
  console.log(row("the program, until its end is known", runMs, "ms"));
  console.log(`\n${row(`output, ${FLOOD_MEGABYTES} MB`, megabytesPerSecond, "MB/s")}`);
  const verdict = ratio <= TARGET ? "reached" : "missed";
  console.log(`\nlibrary / docker run: ${ratio.toFixed(2)} (target: at most ${TARGET}, ${verdict})`);
}

/** @param {number} rounds */
async function compareSnapshots(rounds) {
  if (!existsSync(library)) await build(root);
  /** @type {typeof import("../src/index.ts")} */
  const { collect, createImages, createRunner, LANGUAGES } = await import(pathToFileURL(library).href);
  const source = readFileSync(new URL("samples/hello.go", import.meta.url));
  const bare = LANGUAGES.map(({ compile, ...language }) => {
    if (compile === undefined) return language;
    const { warm: _, ...step } = compile;
    return { ...language, compile: step };
  });
  const runner = await createRunner({ executor: "container", snapshots: "make" });
  /** @param {readonly import("../src/index.ts").Language[]} languages */
  const runGo = async (languages) => {
    const { outcome, evidence } = await collect(runner.run({ language: "go", languages, source }));
    if (outcome !== "ok") throw new Error(evidence);
  };
  try {
    await runGo(LANGUAGES);
    say("Go's snapshot is made, if it isn't there …");
    while (!(await createImages().list()).rows.some(({ contents }) => contents?.startsWith("golang:1.27")))
      await wait(1000);
    const contenders = [
      { name: "Go's image as it comes", once: () => runGo(bare) },
      { name: "with its snapshot", once: () => runGo(LANGUAGES) },
    ];
    const times = await compare(contenders, { rounds, warmUps: 1 });
    const [cold, warm] = Object.values(times);
    const ratio = (warm?.median ?? Number.NaN) / (cold?.median ?? Number.NaN);
    if (values.json) console.log(JSON.stringify({ times, ratio, target: SNAPSHOT_TARGET }, null, 2));
    else {
      for (const [name, spread] of Object.entries(times)) console.log(row(name, spread, "ms"));
      const verdict = ratio <= SNAPSHOT_TARGET ? "reached" : "missed";
      console.log(`\nwith / without: ${ratio.toFixed(2)} (target: at most ${SNAPSHOT_TARGET}, ${verdict})`);
    }
  } finally {
    await runner[Symbol.asyncDispose]();
  }
  return 0;
}

/** @param {number} rounds */
async function examineActivation(rounds) {
  await build(root);
  await build(root, ["--tests"]);
  const { result: vscode } = await provideVscode(say);
  if ("server" in vscode) process.env["FORGEAI_VSCODE_HOST"] = vscode.server;
  const report = await measureActivation(root, rounds);
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else printActivation(report, rounds);
  return 0;
}

/** @param {Awaited<ReturnType<typeof measureActivation>>} report @param {number} rounds */
function printActivation({ forgeai, nothing }, rounds) {
  console.log(`\nA Python file is opened in VS Code, ${rounds} times with each; median (p10–p90)`);
  for (const [title, figures] of Object.entries({ ForgeAI: forgeai, "An extension that does nothing": nothing })) {
    console.log(`\n${title}`);
    console.log(row("load code", figures.loadCode, "ms"));
    console.log(row("call activate", figures.callActivate, "ms"));
    console.log(row("finish activate", figures.finishActivate, "ms"));
    console.log(row("all", figures.all, "ms"));
  }
  const verdict = forgeai.all.median <= ACTIVATION_TARGET ? "reached" : "missed";
  console.log(`\nForgeAI's activation: ${forgeai.all.median} ms (target: at most ${ACTIVATION_TARGET} ms, ${verdict})`);
}

/** @param {string} name @param {import("../test/bench/rounds.mjs").Spread} spread @param {string} unit */
function row(name, { median, p10, p90 }, unit) {
  const [middle = "", low = "", high = ""] = [median, p10, p90].map((value) => value.toFixed(0));
  return `  ${name.padEnd(36)} ${middle.padStart(5)} ${unit}  (${low}–${high})`;
}

process.exitCode = await main();
