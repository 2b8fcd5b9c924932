import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import { findLanguage } from "../../src/language/catalog.ts";
import { findToolchain } from "../../src/local/toolchain.ts";
import {
  type CliOptions,
  type CliResult,
  cliContainersMadeSince,
  endCliCalls,
  firstData,
  runCli,
  startCli,
} from "./support/commandLine.ts";
import { engine } from "./support/engine.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { alive } from "./support/processes.ts";
import { source } from "./support/runs.ts";

const HELLO = "print('Hello, World!')";

interface Call extends CliOptions {
  readonly title: string;
  readonly words: readonly string[];
  readonly status?: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
  /** Needs python3 on this machine. */
  readonly localPython?: true;
}

/** One test for each call: what is left out of it is a silent success. */
function itCalls(calls: readonly Call[]): void {
  for (const { title, words, status = 0, stdout = "", stderr = "", localPython, ...options } of calls) {
    it(title, async function test() {
      if (localPython && !(await hasPython())) this.skip();
      const result = await runCli(words, options);
      assertText(result.stderr, stderr, result);
      assertText(result.stdout, stdout, result);
      assert.equal(result.status, status);
    });
  }
}

async function hasPython(): Promise<boolean> {
  const python = findLanguage("python");
  return python !== undefined && (await findToolchain(python)) !== undefined;
}

function assertText(actual: string, expected: string | RegExp, result: CliResult): void {
  if (typeof expected === "string") assert.equal(actual, expected, JSON.stringify(result));
  else assert.match(actual, expected, JSON.stringify(result));
}

describe("forgeai, as it is built", () => {
  after(endCliCalls);

  describe("the examples of the help", () => {
    itCalls([
      { title: "run locally", words: ["run", "python", HELLO], stdout: "Hello, World!\n", localPython: true },
      { title: "run in a container", words: ["--container", "run", "python", HELLO], stdout: "Hello, World!\n" },
      {
        title: "run with a time-out",
        words: ["--container", "--timeout=10s", "run", "python", HELLO],
        stdout: "Hello, World!\n",
      },
      {
        title: "run with a memory limit",
        words: ["--container", "--memory-limit=64", "run", "python", HELLO],
        stdout: "Hello, World!\n",
      },
      {
        title: "list the languages with their images",
        words: ["--container", "lang", "list"],
        stdout:
          /^LANGUAGE +VERSION +IMAGE +ALSO +FILES\npython +3\.14 +python:3\.14-alpine +py, python3 +\.py \.pyw\npython@3\.9 +3\.9 +python:3\.9-alpine\n[^]*go@1\.19 /,
      },
    ]);

    it("are those that are tested here", async () => {
      const { stdout } = await runCli(["--help"]);
      const examples = stdout
        .split("Examples:\n")[1]
        ?.split("\n\n")[0]
        ?.split("\n")
        .map((line) => line.trim());
      assert.deepEqual(examples, [
        `forgeai run python "${HELLO}"`,
        `forgeai --container run python "${HELLO}"`,
        `forgeai --container --timeout=10s run python "${HELLO}"`,
        `forgeai --container --memory-limit=64 run python "${HELLO}"`,
        "forgeai --container lang list",
      ]);
    });
  });

  describe("the command line", () => {
    itCalls([
      {
        title: "takes flags behind the command",
        words: ["run", "python", "--container", "--timeout", "10s", HELLO, "--memory-limit=64"],
        stdout: "Hello, World!\n",
      },
      {
        title: "leaves to the program what stands behind --",
        words: ["--container", "run", "python", "import sys; print(sys.argv[1:])", "--", "--json", "--", "-x"],
        stdout: "['--json', '--', '-x']\n",
      },
      {
        title: "takes the code from standard input for -",
        words: ["--container", "run", "python", "-"],
        input: "import sys\nprint('from stdin', repr(sys.stdin.read()))\n",
        stdout: "from stdin ''\n",
      },
      {
        title: "takes the code from standard input where none is given",
        words: ["run", "javascript"],
        input: "console.log('from stdin')",
        stdout: "from stdin\n",
      },
      {
        title: "gives standard input to a program in a container",
        words: ["--container", "run", "python", "print(input() + '|' + input())"],
        input: "one\ntwo\n",
        stdout: "one|two\n",
      },
      {
        title: "gives standard input to a local program",
        words: ["run", "javascript", "process.stdin.pipe(process.stdout)"],
        input: "one\ntwo\n",
        stdout: "one\ntwo\n",
      },
      {
        title: "keeps what the program prints on stderr apart",
        words: ["--container", "run", "python", "import sys; print(1); print(2, file=sys.stderr)"],
        stdout: "1\n",
        stderr: "2\n",
      },
      {
        title: "lists the local toolchains",
        words: ["lang", "list"],
        stdout: new RegExp(
          `^LANGUAGE +VERSION +PROGRAM +ALSO +FILES\\n[^]*javascript +${process.versions.node} +node +js, node, nodejs +`,
        ),
      },
      {
        title: "lists languages without an engine",
        words: ["--container", "lang", "list"],
        environment: { DOCKER_HOST: "unix:///nonexistent/docker.sock" },
        stdout: /golang:1\.19-alpine\n/,
      },
    ]);

    it("runs in a plain process, the caller's child, unless told to use a container", async () => {
      const startedAt = Date.now();
      const child = await startCli(["run", "javascript", "console.log(process.ppid)"]);
      const [printed] = await Promise.all([text(child.stdout), once(child, "close")]);
      assert.equal(Number(printed), child.pid);
      assert.deepEqual(await cliContainersMadeSince(startedAt), []);
    });
  });

  describe("the exit status", () => {
    itCalls([
      { title: "is the program's own", words: ["--container", "run", "python", "raise SystemExit(7)"], status: 7 },
      { title: "is a local program's own", words: ["run", "javascript", "process.exit(7)"], status: 7 },
      {
        title: "is 124 after a time-out",
        words: ["--container", "--timeout=500ms", "run", "python", "import time; time.sleep(60)"],
        status: 124,
        stderr: /^forgeai: timeout: It was still running after 500 ms .*--timeout=1s.*\n$/,
      },
      {
        title: "is 124 after a local time-out",
        words: ["--timeout=500ms", "run", "javascript", "setInterval(() => {}, 1000)"],
        status: 124,
        stderr: /^forgeai: timeout: /,
      },
      {
        title: "is 137 at the memory limit",
        words: ["--container", "--memory-limit=32", "run", "python", "b'x' * 300_000_000"],
        status: 137,
        stderr: /^forgeai: memory-limit: It ran out of memory, of which it may have 32 MB.*--memory-limit=64.*\n$/,
      },
      {
        title: "is that of the signal that ended the program, and no shell says anything about it",
        words: ["--container", "run", "python", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"],
        status: 139,
        stderr: /^forgeai: signalled: .*SIGSEGV.*\n$/,
      },
      {
        title: "is 125 without an engine, and nothing runs locally instead",
        words: ["--container", "run", "javascript", "console.log('it ran')"],
        environment: { DOCKER_HOST: "unix:///nonexistent/docker.sock" },
        status: 125,
        stderr:
          /^forgeai: No Docker engine answers\.\n {2}tried DOCKER_HOST \(unix:\/\/\/nonexistent\/docker\.sock\): there is no such socket\n.*--container/,
      },
      { title: "is 2 for a wrong call", words: ["run"], status: 2, stderr: /^forgeai: run needs a language/ },
    ]);
  });

  describe("exec", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "engine-test-"));
    });
    after(() => rm(folder, { recursive: true }));

    for (const flags of [["--container"], []]) {
      it(`runs a file ${flags.length > 0 ? "in a container" : "locally"}, with arguments and standard input`, async () => {
        const file = join(folder, "my program.js");
        await writeFile(
          file,
          source("javascript/echo/main.js").replace("./shout.js", "node:util").replaceAll("shout", "inspect"),
        );
        const result = await runCli([...flags, "exec", file, "--", "one"], { input: "two" });
        assert.deepEqual(result, { status: 3, stdout: "[one]\n'two'\n", stderr: "Schluß ✓\n" });
      });
    }
  });

  describe("the output for machines", () => {
    const Result = v.object({
      outcome: v.string(),
      exitCode: v.number(),
      stdout: v.string(),
      problems: v.array(v.unknown()),
    });

    it("is one object with --json", async () => {
      const { status, stdout, stderr } = await runCli(["--json", "--container", "run", "python", "print('hi')\n1/0"]);
      const { problems, ...result } = v.parse(Result, JSON.parse(stdout));
      assert.deepEqual(result, { outcome: "failed", exitCode: 1, stdout: "hi\n" });
      assert.equal(problems.length, 1);
      assert.deepEqual([status, stderr], [1, ""]);
    });

    it("is an object with the failure where ForgeAI could not run it", async () => {
      const environment = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
      const { status, stdout, stderr } = await runCli(["--container", "run", "python", "1", "--json"], { environment });
      const { failure } = v.parse(
        v.object({ failure: v.object({ code: v.string(), hint: v.string() }) }),
        JSON.parse(stdout),
      );
      assert.equal(failure.code, "engine-unavailable");
      assert.deepEqual([status, stderr], [125, ""]);
    });

    it("is one object a line with --json-stream", async () => {
      const { status, stdout } = await runCli([
        "--container",
        "--json-stream",
        "run",
        "python",
        "import sys; sys.stdout.write('hi 😀')",
      ]);
      const events = stdout
        .trimEnd()
        .split("\n")
        .map((line) => v.parse(v.looseObject({ type: v.string() }), JSON.parse(line)));
      assert.deepEqual(
        events.map(({ type }) => type),
        ["started", "stdout", "ended"],
      );
      assert.equal(events[1]?.["text"], "hi 😀");
      assert.equal(events[2]?.["outcome"], "ok");
      assert.equal(status, 0);
    });
  });

  describe("whoever has seen enough", () => {
    const waitForever = {
      container: "print('ready')\nimport time\ntime.sleep(60)",
      local: "console.log(process.pid); setInterval(() => {}, 1e3)",
    };
    const flood = {
      container: "while True: print('y' * 999)",
      local: "for (;;) require('fs').writeSync(1, `${process.pid}\\n`.repeat(99))",
    };

    const ways = [
      { title: "SIGINT ends the run with status 130", programs: waitForever, stop: "SIGINT", status: 130 },
      { title: "SIGTERM ends the run with status 130", programs: waitForever, stop: "SIGTERM", status: 130 },
      { title: "closing the output ends the run with status 141", programs: flood, stop: "close", status: 141 },
    ] as const;

    for (const { title, programs, stop, status } of ways) {
      it(`in a container: ${title}, and leaves none`, async () => {
        const view = await engine();
        const startedAt = Date.now();
        const child = await startCli(["--container", "run", "python", programs.container]);
        const ended = once(child, "close");
        await firstData(child);
        const containers = await cliContainersMadeSince(startedAt);
        assert.equal(containers.length, 1);
        if (stop === "close") child.stdout.destroy();
        else child.kill(stop);
        assert.deepEqual(await ended, [status, null]);
        await eventuallyNone("the run's container", async () =>
          (await view.containers()).filter((name) => containers.includes(name)),
        );
      });

      it(`locally: ${title}, and leaves no process`, async () => {
        const child = await startCli(["run", "javascript", programs.local]);
        const ended = once(child, "close");
        const pid = Number.parseInt(await firstData(child), 10);
        assert.deepEqual(await alive([pid]), [pid]);
        if (stop === "close") child.stdout.destroy();
        else child.kill(stop);
        assert.deepEqual(await ended, [status, null]);
        assert.deepEqual(await alive([pid]), []);
      });
    }

    it("and asks twice doesn't wait for a program that ignores the first, and leaves none either", async () => {
      const view = await engine();
      const startedAt = Date.now();
      const deaf = `
import signal, time
signal.signal(signal.SIGTERM, lambda *_: print("asked"))
print("ready")
while True: time.sleep(1)`;
      const child = await startCli(["--container", "run", "python", deaf]);
      const ended = once(child, "close");
      for await (const chunk of child.stdout.setEncoding("utf8")) {
        if (/ready|asked/.test(chunk)) child.kill("SIGINT");
      }
      assert.deepEqual(await ended, [130, null]);
      const containers = await cliContainersMadeSince(startedAt);
      assert.equal(containers.length, 1);
      await eventuallyNone("the run's container", async () =>
        (await view.containers()).filter((name) => containers.includes(name)),
      );
    });
  });
});
