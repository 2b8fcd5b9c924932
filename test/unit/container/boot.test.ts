import assert from "node:assert/strict";
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { BOOT_SCRIPT, encodeJob, insideSeconds } from "../../../src/container/boot.ts";
import type { Job, JobFile } from "../../../src/run/plan.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

type Shell = readonly [program: string, ...words: string[]];

/** The shells that images have at /bin/sh: dash, which hands on to bash, bash and busybox. Those of them that this machine has. */
const SHELLS = ([["sh"], ["bash", "--posix"], ["busybox", "sh"]] as const satisfies readonly Shell[]).filter(
  ([program, ...words]) => spawnSync(program, [...words, "-c", "exit 0"]).status === 0,
);

/** A program that prints its arguments, each with a NUL behind it, and then its standard input. */
const WITNESS = `printf '%s\\0' "$@"; exec cat`;

const NASTY_NAMES = [
  "main.py",
  " leading blank",
  "trailing blank ",
  "two  blanks",
  "-rf",
  "--",
  "a'quote",
  'a"double"',
  "$HOME",
  "$(exit 7)",
  "`exit 7`",
  "back\\slash\\n",
  "trailing\\",
  "*",
  "?",
  "[a-z]",
  "~",
  "#",
  "; exit 7",
  "&",
  "a|b",
  "<in>",
  "日本 é 𝒳.py",
  "e\u0301",
  "%s%n",
  "-folder/- file",
  "a folder/$(x)/deep '/file",
  "...",
] as const;

const NASTY_WORDS = [
  "",
  " ",
  "\n",
  "ends with newlines\n\n\n",
  "\n\nstarts with them",
  "a'quote",
  'a"double"',
  "$HOME",
  "$(exit 7)",
  "`exit 7`",
  "\\",
  "\\n",
  "*",
  "--",
  "-c",
  "tab\tand\rreturn",
  "\u0001\u001b[31m",
  "日本 é 𝒳",
  "x".repeat(100_000),
] as const;

/** Whether bash runs the script in the end: it is the shell, or takes over from one whose `read` has no `-t`. */
function endsInBash([program, ...words]: Shell): boolean {
  return spawnSync(program, [...words, "-c", '[ "$BASH_VERSION" ] || ! read -t 9 _ </proc/uptime']).status === 0;
}

const MARK = "0123456789abcdef";

/** Later than any test takes. */
const ORDERS = { mark: MARK, deadlineSeconds: 60 };

interface Sent {
  readonly files: readonly JobFile[];
  readonly args: readonly string[];
  readonly stdin: Uint8Array;
}

const fileName = fc.string({ unit: fc.constantFrom(..."ab -'\"$`\\*?~#;&|é日".split("")), minLength: 1, maxLength: 8 });

const argument = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."\n'\"\\$ ".split("")),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
});

const sent: fc.Arbitrary<Sent> = fc.record({
  files: fc.uniqueArray(fc.record({ path: fileName, content: fc.uint8Array({ maxLength: 200 }) }), {
    selector: (file) => file.path,
    maxLength: 4,
  }),
  args: fc.array(
    argument.map((words) => words.replaceAll("\0", "").toWellFormed()),
    { maxLength: 5 },
  ),
  stdin: fc.uint8Array({ maxLength: 5000 }),
});

/** Starts a shell as a container's first process is started, except that it isn't process 1. */
function wordsOf([program, ...words]: Shell, script = BOOT_SCRIPT): [program: string, words: string[]] {
  return [program, [...words, "-c", 'eval "$1"', "boot", script]];
}

function boot(shell: Shell, folder: TemporaryFolder, input: Uint8Array, script?: string): SpawnSyncReturns<Buffer> {
  const [program, words] = wordsOf(shell, script);
  return spawnSync(program, words, { cwd: folder.path, input, maxBuffer: 2 ** 24, timeout: 30_000 });
}

/** How a program ended as the script tells it, and what it printed. */
interface Told {
  /** The program's, where it is told. */
  readonly status: number | null;
  /** What is told for certain, and the names of what the kernel counted. */
  readonly end: string;
  readonly stdout: string;
  readonly stderr: string;
}

const END = new RegExp(`${MARK}(ended (?:status=\\d+ )?how=[a-z]+) peak=\\d* cpu=\\d* oom=\\d* refused=\\d* full=\n$`);

/** Takes apart what came on both streams. Fails where something is told in another place than it belongs. */
function readTold(status: number | null, stdout: string, stderr: string): Told {
  const [ends, others] = [stdout, stderr].map((stream) => END.exec(stream));
  assert.ok(ends && others, `the last line of both streams tells the end: ${stdout.slice(-200)}${stderr.slice(-200)}`);
  assert.equal(ends[0], others[0]);
  // A first process that ends in another way can't have told the end.
  assert.equal(status, 0);
  const started = `${MARK}started\n`;
  assert.ok(stderr.startsWith(started), `it tells the start before anything else: ${stderr.slice(0, 200)}`);
  const printed = { stdout: stdout.slice(0, ends.index), stderr: stderr.slice(started.length, others.index) };
  const told = /status=(\d+)/.exec(ends[1] ?? "")?.[1];
  return { status: told === undefined ? null : Number(told), end: ends[1] ?? "", ...printed };
}

function run(shell: Shell, folder: TemporaryFolder, job: Omit<Job, "stdin">, stdin = Buffer.alloc(0)): Told {
  const { status, stdout, stderr } = boot(shell, folder, Buffer.concat([encodeJob(job, ORDERS), stdin]));
  return readTold(status, stdout.toString("latin1"), stderr.toString("latin1"));
}

function runScript(shell: Shell, script: string, ...args: readonly string[]): Told {
  using folder = new TemporaryFolder();
  return run(shell, folder, { files: [], command: ["sh", "-c", script, "script", ...args] });
}

/** A boot script that a test talks to while it runs. */
class Booted {
  readonly stdout: AsyncIterator<string>;
  readonly #shell: ChildProcess;
  readonly #stderr: Promise<string>;
  readonly #exit: Promise<unknown[]>;
  #printed = "";

  constructor(shell: Shell, folder: TemporaryFolder, script: string, deadlineSeconds: number) {
    const [program, words] = wordsOf(shell);
    const child = spawn(program, words, { cwd: folder.path });
    const command = ["sh", "-c", script] as const;
    child.stdin.end(encodeJob({ files: [], command }, { mark: MARK, deadlineSeconds }));
    this.#shell = child;
    this.#stderr = text(child.stderr);
    this.#exit = once(child, "exit");
    this.stdout = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  }

  /** Reads on until the program, or the script, has printed this. */
  async printed(what: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = what.exec(this.#printed);
      if (found !== null) return found;
      const { done, value } = await this.stdout.next();
      assert.notEqual(done, true, `it printed ${this.#printed}`);
      this.#printed += value;
    }
  }

  /** What is told when all processes have let go of the streams. */
  async told(): Promise<Told> {
    for (let piece = await this.stdout.next(); piece.done !== true; piece = await this.stdout.next())
      this.#printed += piece.value;
    await this.#exit;
    return readTold(this.#shell.exitCode, this.#printed, await this.#stderr);
  }
}

function assertHandedOver(shell: Shell, { files, args, stdin }: Sent): void {
  using folder = new TemporaryFolder();
  const command = ["sh", "-c", WITNESS, "witness", ...args] as const;
  const told = run(shell, folder, { files, command }, Buffer.from(stdin));
  const printed = Buffer.concat([Buffer.from(args.map((arg) => `${arg}\0`).join("") || "\0"), stdin]);
  assert.deepEqual(told, {
    status: 0,
    end: "ended status=0 how=exited",
    stdout: printed.toString("latin1"),
    stderr: "",
  });
  assert.deepEqual(readFiles(folder), new Map(files.map(({ path, content }) => [path, Buffer.from(content)])));
}

/** All that isn't a folder, so that a pipe which is left behind is found. */
function readFiles({ path: folder }: TemporaryFolder): Map<string, Buffer | string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found = names.map((name) => ({ name, stat: statSync(join(folder, name)) }));
  return new Map(
    found
      .filter(({ stat }) => !stat.isDirectory())
      .map(({ name, stat }) => [name, stat.isFile() ? readFileSync(join(folder, name)) : "not a file"]),
  );
}

for (const shell of SHELLS) {
  describe(`The boot script in ${shell.join(" ")}`, () => {
    const isBash = endsInBash(shell);

    it("hands over nasty names, contents and arguments as they are", () => {
      const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const files = NASTY_NAMES.map((path) => ({ path, content: Buffer.concat([Buffer.from(`${path}\n`), allBytes]) }));
      const stdin = Buffer.concat([Buffer.from("\n\nfiles 3\n"), allBytes]);
      assertHandedOver(shell, { files, args: NASTY_WORDS, stdin });
    });

    it("hands over any job", () => {
      fc.assert(
        fc.property(sent, (job) => assertHandedOver(shell, job)),
        { numRuns: 8 },
      );
    });

    it("takes large contents from a stream that comes in pieces", () => {
      const files = [{ path: "large", content: Buffer.alloc(3_000_001, "0123456789") }];
      assertHandedOver(shell, { files, args: ["x"], stdin: Buffer.alloc(300_000, "abc\n") });
    });

    it("makes only a compiled program executable, and no file readable for others", () => {
      using folder = new TemporaryFolder();
      const content = Buffer.from("#!/bin/sh\necho compiled; exit 3\n");
      const files = [
        { path: "plain", content },
        { path: "program", content, executable: true },
      ];
      const { status, stdout } = run(shell, folder, { files, command: ["./program"] });
      assert.deepEqual([status, stdout], [3, "compiled\n"]);
      const modes = ["plain", "program"].map((name) => statSync(join(folder.path, name)).mode & 0o777);
      assert.deepEqual(modes, [0o600, 0o700]);
    });

    it("tells the start before the program and the end behind all that it prints, and ends with its status", () => {
      assert.deepEqual(runScript(shell, "echo out; printf err >&2; exit 42"), {
        status: 42,
        end: "ended status=42 how=exited",
        stdout: "out\n",
        stderr: "err",
      });
    });

    it("tells a program that a signal ended from one that exited with such a status, and adds no words of the shell's", () => {
      for (const [script, expected, how] of [
        ["kill -SEGV $$", 139, /killed/],
        ["kill -KILL $$", 137, /killed/],
        ["exit 137", 137, /exited/],
        // Whether bash tells it depends on how it was built.
        ["kill -TERM $$", 143, isBash ? /killed|unsure/ : /killed/],
        ["exit 143", 143, isBash ? /unsure/ : /exited/],
        ["kill -INT $$", 130, /unsure/],
        ["kill -PIPE $$", 141, /unsure/],
      ] as const) {
        const { status, end, stdout, stderr } = runScript(shell, script);
        assert.deepEqual([status, stdout, stderr], [expected, "", ""], script);
        assert.match(end, new RegExp(`^ended status=${expected} how=(${how.source})$`), script);
      }
    });

    it("gives the program its signals as they are everywhere: none is ignored", () => {
      const { stdout } = runScript(shell, "exec grep SigIgn /proc/self/status");
      assert.match(stdout, /^SigIgn:\t0+\n$/);
    });

    it("keeps the mark from the program, and all descriptors but the three", () => {
      using folder = new TemporaryFolder();
      const script = `set; env; echo "$@"; cd /proc; cat $$/cmdline $$/environ $PPID/cmdline $PPID/environ; cat; echo
        echo $(ls $$/fd)`;
      const command = ["sh", "-c", script, "script", "word"] as const;
      const { stdout } = run(shell, folder, { files: [], command });
      assert.ok(!stdout.includes(MARK));
      // As many as it would have without the script: who runs the tests may hand some down.
      const [program, ...words] = command;
      const alone = spawnSync(program, words, { encoding: "utf8" }).stdout;
      assert.equal(stdout.split("\n").at(-2), alone.split("\n").at(-2));
    });

    it("leaves nothing of its own in the folder, neither for the program nor behind it", () => {
      using folder = new TemporaryFolder();
      const files = [{ path: "main", content: Buffer.from("x") }];
      assert.equal(run(shell, folder, { files, command: ["ls", "-A"] }).stdout, "main\n");
      assert.deepEqual(readdirSync(folder.path), ["main"]);
    });

    it("tells that there is no such program, and starts none", () => {
      using folder = new TemporaryFolder();
      const job = encodeJob({ files: [], command: ["forgeai-no-such-program", "x"] }, ORDERS);
      const { status, stdout, stderr } = boot(shell, folder, job);
      assert.deepEqual([status, stdout.toString(), stderr.toString()], [127, "", `${MARK}missing\n`]);
    });

    it("runs nothing of a job that was cut off", () => {
      using folder = new TemporaryFolder();
      const files = [{ path: "a", content: Buffer.from("abc") }];
      const whole = encodeJob({ files, command: ["echo", "ran"] }, ORDERS);
      for (const end of ["", "0123", MARK, `${MARK} 60\n`, "a\nab", "2\n4\nec", "2\n4\necho3\nran"]) {
        const length = whole.indexOf(end) + end.length;
        const { status, stdout, stderr } = boot(shell, folder, whole.subarray(0, length));
        assert.deepEqual([status, stdout.length, stderr.includes("started")], [125, 0, false], `after ${length} bytes`);
      }
    });

    it("waits for a program that ends in its own way when it is asked to, though the shell that waits is asked as well", async () => {
      using folder = new TemporaryFolder();
      const script = "trap 'echo asked; exit 5' TERM; echo $PPID $$; while :; do sleep 0.01; done";
      const booted = new Booted(shell, folder, script, 60);
      const [, waiter, program] = await booted.printed(/^(\d+) (\d+)\n/);
      for (const pid of [waiter, program]) process.kill(Number(pid), "SIGTERM");
      const { end, status, stdout } = await booted.told();
      assert.deepEqual([end, status], ["ended status=5 how=exited", 5]);
      assert.match(stdout, /\nasked\n$/);
    });

    it("tells the end of a program that ends the shell that waits for it", () => {
      // Its parent, which is neither this process nor the machine's first one.
      const script = '[ "$PPID" -gt 1 ] && [ "$PPID" != "$1" ] && kill -KILL "$PPID"; echo alone';
      assert.deepEqual(runScript(shell, script, String(process.pid)), {
        status: null,
        end: "ended how=lost",
        stdout: "alone\n",
        stderr: "",
      });
    });

    it("tells that the time is up; where it isn't process 1 it signals nobody", async () => {
      using folder = new TemporaryFolder();
      const booted = new Booted(shell, folder, "echo $$; exec sleep 30", 1);
      const program = Number((await booted.printed(/^(\d+)\n/))[1]);
      try {
        await booted.printed(/how=/);
        assert.ok(process.kill(program, 0));
      } finally {
        process.kill(program, "SIGKILL");
      }
      const { end, status } = await booted.told();
      assert.deepEqual([end, status], ["ended how=deadline", null]);
    });

    describe("where the job makes an artefact", () => {
      const make = (folder: TemporaryFolder, script: string): Told => {
        const files = [{ path: "source", content: Buffer.from([0, 255, 10, 13]) }];
        const command = ["sh", "-c", script] as const;
        return run(shell, folder, { files, command, artefact: "an artefact" }, Buffer.from("input"));
      };

      it("sends the file on standard output, and what the command printed on standard error", () => {
        using folder = new TemporaryFolder();
        const { status, stdout, stderr } = make(folder, "cp source 'an artefact'; cat; echo out; echo err >&2");
        assert.deepEqual([status, stdout, stderr], [0, "\0\u00ff\n\r", "out\nerr\n"]);
      });

      it("keeps the end of a command that failed, and sends nothing", () => {
        using folder = new TemporaryFolder();
        const { end, stdout } = make(folder, "cp source 'an artefact'; exit 2");
        assert.deepEqual([end, stdout], ["ended status=2 how=exited", ""]);
      });

      it("fails where the command made none", () => {
        using folder = new TemporaryFolder();
        const { status, stdout, stderr } = make(folder, "exit 0");
        assert.deepEqual([status, stdout], [1, ""]);
        assert.match(stderr, /an artefact/);
      });
    });
  });
}

describe("The boot script in a shell that can't hold a deadline", () => {
  it("says so where there is no bash to take over, and takes no job", function () {
    if (spawnSync("dash", ["-c", "exit 0"]).status !== 0) this.skip();
    using folder = new TemporaryFolder();
    const job = encodeJob({ files: [], command: ["echo", "ran"] }, ORDERS);
    const { status, stdout, stderr } = boot(["dash"], folder, job, BOOT_SCRIPT.replaceAll("/bin/bash", "/no/bash"));
    assert.deepEqual([status, stdout.toString(), stderr.toString()], [125, "", "its shell can't hold a deadline\n"]);
  });
});

describe("insideSeconds", () => {
  it("is later than the caller's own deadline by more than a second, in whole seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), (timeoutMs) => {
        const seconds = insideSeconds(timeoutMs);
        assert.ok(Number.isInteger(seconds));
        // The script counts from the whole second before the start.
        assert.ok((seconds - 1) * 1000 > timeoutMs + 1000);
      }),
    );
  });
});
