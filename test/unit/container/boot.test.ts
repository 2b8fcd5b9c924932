import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { BOOT_SCRIPT, encodeJob } from "../../../src/container/boot.ts";
import type { Job, JobFile } from "../../../src/run/plan.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

type Shell = readonly [program: string, ...words: string[]];

/** The shells that images have at /bin/sh: dash, bash and busybox. Those of them that this machine has. */
const SHELLS = ([["sh"], ["bash", "--posix"], ["busybox", "sh"]] as const satisfies readonly Shell[]).filter(
  ([program, ...words]) => spawnSync(program, [...words, "-c", "exit 0"]).status === 0,
);

/** Prints what a program gets to see: its arguments, the files beside it, its standard input. Bytes as base64. */
const WITNESS = `
const { readdirSync, readFileSync, statSync } = require("node:fs");
const files = readdirSync(".", { recursive: true }).filter((name) => statSync(name).isFile());
process.stdout.write(JSON.stringify({
  args: process.argv.slice(1),
  files: Object.fromEntries(files.sort().map((name) => [name, readFileSync(name).toString("base64")])),
  stdin: readFileSync(0).toString("base64"),
}));`;

interface Seen {
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly stdin: string;
}

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

const command = (...args: readonly string[]): Job["command"] => [process.execPath, "-e", WITNESS, "--", ...args];

const base = { files: [], command: command() } satisfies Partial<Job>;

function boot(shell: Shell, folder: string, job: Omit<Job, "stdin">, stdin: Uint8Array): SpawnSyncReturns<Buffer> {
  const [program, ...words] = shell;
  const input = Buffer.concat([encodeJob(job), stdin]);
  return spawnSync(program, [...words, "-c", BOOT_SCRIPT], { cwd: folder, input, maxBuffer: 2 ** 24 });
}

function witness(shell: Shell, files: readonly JobFile[], args: readonly string[], stdin: Uint8Array): Seen {
  using folder = new TemporaryFolder();
  const { status, stdout, stderr } = boot(shell, folder.path, { files, command: command(...args) }, stdin);
  assert.equal(stderr.toString(), "");
  assert.equal(status, 0);
  return JSON.parse(stdout.toString());
}

function assertSeen(seen: Seen, files: readonly JobFile[], args: readonly string[], stdin: Uint8Array): void {
  assert.deepEqual(seen.args, args);
  const sent = files.map(({ path, content }) => [path, Buffer.from(content).toString("base64")] as const);
  assert.deepEqual(seen.files, Object.fromEntries(sent));
  assert.equal(seen.stdin, Buffer.from(stdin).toString("base64"));
}

for (const shell of SHELLS) {
  describe(`The boot script in ${shell.join(" ")}`, () => {
    it("hands over nasty names, contents and arguments as they are", () => {
      const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const files = NASTY_NAMES.map((path) => ({ path, content: Buffer.concat([Buffer.from(`${path}\n`), allBytes]) }));
      const stdin = Buffer.concat([Buffer.from("\n\nfiles 3\n"), allBytes]);
      assertSeen(witness(shell, files, NASTY_WORDS, stdin), files, NASTY_WORDS, stdin);
    });

    it("hands over any job", () => {
      const part = fc.string({ unit: fc.constantFrom(..."ab -'\"$`\\*?~#;&|é日".split("")), minLength: 1, maxLength: 8 });
      const files = fc.uniqueArray(fc.record({ path: part, content: fc.uint8Array({ maxLength: 200 }) }), {
        selector: ({ path }) => path,
        maxLength: 4,
      });
      const word = fc.string({ unit: fc.oneof(fc.constantFrom(..."\n'\"\\$ ".split("")), fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 })) });
      const args = fc.array(
        word.map((text) => text.replaceAll("\0", "").toWellFormed()),
        { maxLength: 5 },
      );
      fc.assert(
        fc.property(files, args, fc.uint8Array({ maxLength: 5000 }), (sent, words, stdin) => {
          assertSeen(witness(shell, sent, words, stdin), sent, words, stdin);
        }),
        { numRuns: 6 },
      );
    });

    it("takes large contents from a stream that comes in pieces", () => {
      const content = Buffer.alloc(3_000_001, "0123456789");
      const files = [{ path: "large", content }];
      const stdin = Buffer.alloc(300_000, "abc\n");
      assertSeen(witness(shell, files, ["x"], stdin), files, ["x"], stdin);
    });

    it("makes only a compiled program executable, and no file readable for others", () => {
      using folder = new TemporaryFolder();
      const content = Buffer.from("#!/bin/sh\necho started; exit 3\n");
      const files = [
        { path: "plain", content },
        { path: "program", content, executable: true },
      ];
      const { status, stdout } = boot(shell, folder.path, { files, command: ["./program"] }, Buffer.alloc(0));
      assert.equal(status, 3);
      assert.equal(stdout.toString(), "started\n");
      const modes = ["plain", "program"].map((name) => statSync(join(folder.path, name)).mode & 0o777);
      assert.deepEqual(modes, [0o600, 0o700]);
    });

    it("becomes the program: its exit status is the program's", () => {
      using folder = new TemporaryFolder();
      const job = { ...base, command: ["sh", "-c", "exit 42"] as const };
      assert.equal(boot(shell, folder.path, job, Buffer.alloc(0)).status, 42);
    });

    it("runs nothing of a job that was cut off", () => {
      using folder = new TemporaryFolder();
      const job = { files: [{ path: "a", content: Buffer.from("abc") }], command: ["echo", "started"] as const };
      const whole = encodeJob(job);
      for (const length of [0, 1, 9, 12, whole.length - 3]) {
        const [program, ...words] = shell;
        const input = whole.subarray(0, length);
        const { status, stdout } = spawnSync(program, [...words, "-c", BOOT_SCRIPT], { cwd: folder.path, input });
        assert.equal(stdout.toString(), "", `after ${length} bytes`);
        assert.equal(status, 125, `after ${length} bytes`);
      }
    });

    describe("where the job makes an artefact", () => {
      const make = (script: string): Omit<Job, "stdin"> => ({
        files: [{ path: "source", content: Buffer.from([0, 255, 10, 13]) }],
        command: ["sh", "-c", script],
        artefact: "an artefact",
      });

      it("sends the file on standard output, and what the command printed on standard error", () => {
        using folder = new TemporaryFolder();
        const job = make("cp source 'an artefact'; echo out; echo err >&2");
        const { status, stdout, stderr } = boot(shell, folder.path, job, Buffer.alloc(0));
        assert.equal(status, 0);
        assert.deepEqual([...stdout], [0, 255, 10, 13]);
        assert.equal(stderr.toString(), "out\nerr\n");
      });

      it("keeps the status of a command that failed, and sends nothing", () => {
        using folder = new TemporaryFolder();
        const { status, stdout } = boot(shell, folder.path, make("cp source 'an artefact'; exit 2"), Buffer.alloc(0));
        assert.equal(status, 2);
        assert.equal(stdout.length, 0);
      });

      it("fails where the command made none", () => {
        using folder = new TemporaryFolder();
        const { status, stdout } = boot(shell, folder.path, make("exit 0"), Buffer.alloc(0));
        assert.notEqual(status, 0);
        assert.equal(stdout.length, 0);
      });
    });
  });
}
