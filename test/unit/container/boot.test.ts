import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { BOOT_SCRIPT, encodeJob } from "../../../src/container/boot.ts";
import type { JobFile } from "../../../src/run/plan.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";

type Shell = readonly [program: string, ...words: string[]];

/** The shells that images have at /bin/sh: dash, bash and busybox. Those of them that this machine has. */
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
    argument.map((text) => text.replaceAll("\0", "").toWellFormed()),
    { maxLength: 5 },
  ),
  stdin: fc.uint8Array({ maxLength: 5000 }),
});

function boot(shell: Shell, folder: TemporaryFolder, input: Uint8Array): SpawnSyncReturns<Buffer> {
  const [program, ...words] = shell;
  return spawnSync(program, [...words, "-c", BOOT_SCRIPT], { cwd: folder.path, input, maxBuffer: 2 ** 24 });
}

function assertHandedOver(shell: Shell, { files, args, stdin }: Sent): void {
  using folder = new TemporaryFolder();
  const job = encodeJob({ files, command: ["sh", "-c", WITNESS, "witness", ...args] });
  const { status, stdout, stderr } = boot(shell, folder, Buffer.concat([job, stdin]));
  assert.equal(stderr.toString(), "");
  assert.equal(status, 0);
  const printed = Buffer.concat([Buffer.from(args.map((arg) => `${arg}\0`).join("") || "\0"), stdin]);
  assert.equal(stdout.toString("latin1"), printed.toString("latin1"));
  assert.deepEqual(readFiles(folder), new Map(files.map(({ path, content }) => [path, Buffer.from(content)])));
}

function readFiles({ path: folder }: TemporaryFolder): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name))]));
}

for (const shell of SHELLS) {
  describe(`The boot script in ${shell.join(" ")}`, () => {
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
      const content = Buffer.from("#!/bin/sh\necho started; exit 3\n");
      const files = [
        { path: "plain", content },
        { path: "program", content, executable: true },
      ];
      const { status, stdout } = boot(shell, folder, encodeJob({ files, command: ["./program"] }));
      assert.equal(status, 3);
      assert.equal(stdout.toString(), "started\n");
      const modes = ["plain", "program"].map((name) => statSync(join(folder.path, name)).mode & 0o777);
      assert.deepEqual(modes, [0o600, 0o700]);
    });

    it("ends with the program's exit status", () => {
      using folder = new TemporaryFolder();
      assert.equal(boot(shell, folder, encodeJob({ files: [], command: ["sh", "-c", "exit 42"] })).status, 42);
    });

    it("tells the end on both streams, behind all that the program prints", () => {
      using folder = new TemporaryFolder();
      const job = { files: [], command: ["sh", "-c", "echo out; echo err >&2; exit 7"] as const };
      const { status, stdout, stderr } = boot(shell, folder, encodeJob(job, "the mark"));
      assert.deepEqual([stdout.toString(), stderr.toString(), status], ["out\nthe mark007", "err\nthe mark007", 7]);
    });

    it("keeps the mark from the program", () => {
      using folder = new TemporaryFolder();
      const job = { files: [], command: ["sh", "-c", 'set; env; echo "$@"; cat'] as const };
      const { stdout } = boot(shell, folder, encodeJob(job, "the mark"));
      assert.equal(stdout.toString().indexOf("the mark"), stdout.length - "the mark000".length);
    });

    it("says nothing of its own about a program that a signal ends", () => {
      using folder = new TemporaryFolder();
      const { status, stderr } = boot(shell, folder, encodeJob({ files: [], command: ["sh", "-c", "kill -SEGV $$"] }));
      assert.deepEqual([status, stderr.toString()], [139, ""]);
    });

    it("waits for a program that ends in its own way when it is asked to, and asks it first", async () => {
      using folder = new TemporaryFolder();
      const [program, ...words] = shell;
      const script = "trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 0.01; done";
      const child = spawn(program, [...words, "-c", BOOT_SCRIPT], { cwd: folder.path, detached: true });
      child.stdin.end(encodeJob({ files: [], command: ["sh", "-c", script] }, "mark"));
      let printed = "";
      for await (const chunk of child.stdout.setEncoding("utf8")) {
        printed += chunk;
        if (chunk === "ready\n") process.kill(-Number(child.pid), "SIGTERM");
      }
      assert.equal(printed, "ready\nasked\nmark005");
    });

    it("runs nothing of a job that was cut off", () => {
      using folder = new TemporaryFolder();
      const files = [{ path: "a", content: Buffer.from("abc") }];
      const whole = encodeJob({ files, command: ["echo", "started"] });
      for (const length of [0, 1, 9, 12, whole.length - 3]) {
        const { status, stdout } = boot(shell, folder, whole.subarray(0, length));
        assert.equal(stdout.toString(), "", `after ${length} bytes`);
        assert.equal(status, 125, `after ${length} bytes`);
      }
    });

    describe("where the job makes an artefact", () => {
      const make = (folder: TemporaryFolder, script: string): SpawnSyncReturns<Buffer> =>
        boot(
          shell,
          folder,
          encodeJob({
            files: [{ path: "source", content: Buffer.from([0, 255, 10, 13]) }],
            command: ["sh", "-c", script],
            artefact: "an artefact",
          }),
        );

      it("sends the file on standard output, and what the command printed on standard error", () => {
        using folder = new TemporaryFolder();
        const { status, stdout, stderr } = make(folder, "cp source 'an artefact'; echo out; echo err >&2");
        assert.equal(status, 0);
        assert.deepEqual([...stdout], [0, 255, 10, 13]);
        assert.equal(stderr.toString(), "out\nerr\n");
      });

      it("keeps the status of a command that failed, and sends nothing", () => {
        using folder = new TemporaryFolder();
        const { status, stdout } = make(folder, "cp source 'an artefact'; exit 2");
        assert.equal(status, 2);
        assert.equal(stdout.length, 0);
      });

      it("fails where the command made none", () => {
        using folder = new TemporaryFolder();
        const { status, stdout } = make(folder, "exit 0");
        assert.notEqual(status, 0);
        assert.equal(stdout.length, 0);
      });
    });
  });
}
