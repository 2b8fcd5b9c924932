import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { DockerExecutor } from "../../src/container/docker.ts";
import { collect, type Isolation, type RunRequest, type RunResult } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { endCliCalls, runCli } from "./support/commandLine.ts";
import { engine as mainEngine } from "./support/engine.ts";
import { allContainers, copyImage } from "./support/engineCall.ts";
import { testEnvironment } from "./support/environment.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { failureOf } from "./support/failures.ts";
import { PrivateEngine } from "./support/privateEngine.ts";
import { collectRun } from "./support/runs.ts";
import { TerminalRun } from "./support/terminalRun.ts";

const IMAGE = "python:3.14-alpine";

/** Says which kernel it runs on. */
const WHICH: RunRequest = { language: "python", source: 'print(open("/proc/version").read())' };

/** Debian's runsc of 2022 has none for a container's first process; the engine's own client sees the same. */
async function givesTerminals(): Promise<boolean> {
  const told = await new Promise<string>((resolve) => {
    const words = ["run", "--rm", "--tty", "--runtime=runsc", "--network=none", IMAGE, "tty"];
    execFile("docker", words, (_, stdout) => resolve(stdout));
  });
  return told.startsWith("/dev/");
}

const GVISORS = /^Linux version \S+ #1 SMP Sun Jan 10 15:06:54 PST 2016|gvisor/;

describe("a run under gVisor", () => {
  after(endCliCalls);

  before(function ask() {
    // The set-up's own engine has it; another that it found may lack it, and isn't the tests' to configure.
    if (!testEnvironment().gvisor) this.skip();
  });

  it("has gVisor's kernel, and says so", async () => {
    const { stdout, isolation, outcome, evidence } = await collectRun({ ...WHICH, isolation: "gvisor" });
    assert.match(stdout, GVISORS);
    assert.deepEqual([outcome, isolation], ["ok", "gvisor"], evidence);
  });

  it("is what auto takes where there is nothing stronger", async () => {
    const { stdout, isolation } = await collectRun({ ...WHICH, isolation: "auto" });
    assert.match(stdout, GVISORS);
    assert.equal(isolation, "gvisor");
  });

  it("can be asked for by the engine's own name for it", async () => {
    const { stdout, isolation } = await collectRun({ ...WHICH, isolation: "runtime:runsc" });
    assert.match(stdout, GVISORS);
    assert.equal(isolation, "runtime:runsc");
  });

  it("has a terminal, or is refused at once where that gVisor gives none", async () => {
    const run = new TerminalRun({
      ...WHICH,
      source: 'import os\nprint(os.get_terminal_size(), open("/proc/version").read())\nprint(input("? ")[::-1])',
      isolation: "gvisor",
    });
    if (!(await givesTerminals())) {
      const { code, message } = await failureOf(run.end());
      assert.equal(code, "start-failed", message);
      assert.match(message, /gives a container no terminal/);
      return;
    }
    await run.shows(/columns=80, lines=24\) Linux version/);
    await run.shows(/\? /);
    run.type("drawer\r");
    await run.shows(/reward/);
    const { outcome, isolation } = await run.end();
    assert.deepEqual([outcome, isolation], ["ok", "gvisor"]);
  });

  it("compiles there as well", async () => {
    const source =
      "#include <sys/utsname.h>\n#include <stdio.h>\nint main(void) { struct utsname u; uname(&u); puts(u.version); }";
    const { stdout, isolation, stderr } = await collectRun({ language: "c", source, isolation: "gvisor" });
    assert.match(stdout, /^#1 SMP Sun Jan 10/, stderr);
    assert.equal(isolation, "gvisor");
  });

  it("is what the flag asks for", async () => {
    const words = ["--container", "--isolation=gvisor", "--json", "run", "python", String(WHICH.source)];
    const { stdout, status } = await runCli(words);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /"isolation": ?"gvisor"/);
    assert.match(stdout, /Sun Jan 10/);
  });
});

/** What each engine knows as the runtimes of the levels. */
const ENGINES: readonly {
  readonly what: string;
  readonly runtimes: Readonly<Record<string, string>>;
  readonly why: RegExp;
}[] = [
  { what: "that has none", runtimes: {}, why: /^The program was not run, .* The engine has no runtime for / },
  {
    what: "whose runtimes are programs that aren't there",
    runtimes: { runsc: "/nowhere/runsc", kata: "/nowhere/kata", "kata-fc": "/nowhere/fc", odd: "/nowhere/odd" },
    why: /^The program was not run, .* did not start a container\. /,
  },
  {
    what: "whose runtimes fail",
    runtimes: { runsc: "/bin/false", kata: "/bin/false", "kata-fc": "/bin/false", odd: "/bin/false" },
    why: /^The program was not run, .* did not start a container\. /,
  },
  {
    what: "whose runtimes are plain ones that bear the names",
    runtimes: { runsc: "runc", kata: "runc", "kata-fc": "runc" },
    why: /^The program was not run, .* isn't (gVisor|Kata Containers.*): inside, the host's own kernel answers \(/,
  },
];

const STRONG = ["gvisor", "kata", "firecracker"] as const satisfies readonly Isolation[];

/** Every way to ask that isn't by the level alone: what runs in it, or how. */
const WAYS: readonly { readonly how: string; readonly request: Partial<RunRequest> }[] = [
  { how: "for a program", request: {} },
  { how: "for a compiled program", request: { language: "compiled" } },
  { how: "with a terminal", request: { terminal: { columns: 80, rows: 24 } } },
  { how: "with a root that can be written", request: { readOnlyRoot: false } },
];

/** A compiler that isn't one: its program is its source. */
const COMPILED = {
  id: "compiled",
  name: "Compiled",
  aliases: [],
  extensions: [".sh"],
  editorIds: [],
  versions: [{ version: "1", image: IMAGE }],
  defaultVersion: "1",
  fileName: "main.sh",
  compile: {
    command: ["sh", "-c", 'cp "$1" "$2"; echo compiled >&2', "sh", "{file}", "{artefact}"],
    limits: { timeoutMs: 30_000, memoryBytes: 2 ** 27, cpus: 1, cpuShares: 1024, processes: 64, diskBytes: 2 ** 26 },
  },
  run: ["sh", "{artefact}"],
  environment: {},
} as const;

for (const { what, runtimes, why } of ENGINES) {
  describe(`isolation, on an engine ${what},`, () => {
    let engine: PrivateEngine;

    before(async function start() {
      if (!(await PrivateEngine.isPossible())) this.skip();
      engine = await PrivateEngine.start({ runtimes });
      await copyImage(IMAGE, await mainEngine(), engine);
    });

    after(async () => {
      await endCliCalls();
      await using _ = engine;
      await eventuallyNone("containers", async () => [...(await allContainers(engine)).keys()]);
    });

    async function run(request: RunRequest): Promise<RunResult> {
      await using runner = runnerOver(new DockerExecutor({ surroundings: engine.surroundings }));
      return await collect(runner.run(request));
    }

    function requestFor(isolation: Isolation, request: Partial<RunRequest> = {}): RunRequest {
      const compiled = request.language === COMPILED.id && { languages: [COMPILED], source: "echo ran" };
      return { ...WHICH, ...request, ...compiled, isolation };
    }

    for (const isolation of STRONG) {
      for (const { how, request } of WAYS) {
        it(`never runs more weakly than ${isolation} ${how}`, async () => {
          const { code, message, hint, output } = await failureOf(run(requestFor(isolation, request)));
          assert.equal(code, "isolation-unavailable", message);
          assert.match(message, why);
          assert.match(hint, /^Install .+ Or ask for less, on purpose: --isolation=\w+/);
          assert.deepEqual([output?.stdout ?? "", output?.stderr ?? ""], ["", ""]);
        });
      }
    }

    it("never takes another runtime than the one that is named", async () => {
      const { code, message } = await failureOf(run(requestFor("runtime:odd")));
      assert.equal(code, "isolation-unavailable", message);
      assert.match(message, /"odd"/);
    });

    it("is the engine's own where auto finds nothing that proves itself, and the result says so", async () => {
      const { outcome, isolation, evidence } = await run(requestFor("auto"));
      assert.deepEqual([outcome, isolation], ["ok", "default"], evidence);
    });

    it("is refused by the command line, with status 125 and nothing on its output", async () => {
      const { DOCKER_HOST = "" } = engine.surroundings.environment;
      for (const isolation of STRONG) {
        const words = ["--container", `--isolation=${isolation}`, "run", "python", "print('ran')"];
        const { status, stdout, stderr } = await runCli(words, { environment: { DOCKER_HOST } });
        assert.deepEqual([status, stdout], [125, ""], stderr);
        assert.match(stderr, /was not run/);
      }
    });
  });
}
