import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import * as v from "valibot";
import { collect, type RunEvent } from "../../src/index.ts";
import { endCliCalls, runCliForBytes, startCli } from "./support/commandLine.ts";
import { collectRun, type ExecutorKind, testRunner } from "./support/runs.ts";

const MEGABYTE = 1_000_000;
const MEBIBYTE = 1024 * 1024;

/** Python and JavaScript that print `megabytes` times a million bytes, 2,500 lines of 400. */
const printing = {
  container: (megabytes: number) => `
import sys
for megabyte in range(${megabytes}):
    sys.stdout.buffer.write(b"".join(b"%0399d\\n" % (megabyte * 2500 + line) for line in range(2500)))`,
  local: (megabytes: number) => `
const { writeSync } = require("node:fs");
for (let megabyte = 0; megabyte < ${megabytes}; megabyte++) {
  const lines = Array.from({ length: 2500 }, (_, line) => String(megabyte * 2500 + line).padStart(399, "0") + "\\n");
  for (let rest = Buffer.from(lines.join("")); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
}`,
};

const languages = { container: "python", local: "javascript" };
const kinds: readonly ExecutorKind[] = ["container", "local"];

/** What such a program prints, as a digest. */
function digestOf(megabytes: number): string {
  const hash = createHash("sha256");
  for (let line = 0; line < megabytes * 2500; line += 1) hash.update(`${String(line).padStart(399, "0")}\n`);
  return hash.digest("hex");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("bytes", () => {
  after(endCliCalls);

  describe("200 MB of output", () => {
    const Report = v.object({ outcome: v.string(), bytes: v.number(), sha256: v.string(), grownBytes: v.number() });

    for (const kind of kinds) {
      it(`arrive whole, and cost the caller of a ${kind} run less than 64 MB`, async () => {
        const driver = ["test/engine/drain.mjs", kind, languages[kind], printing[kind](200)];
        const { stdout } = await promisify(execFile)(process.execPath, driver);
        const { grownBytes, ...rest } = v.parse(Report, JSON.parse(stdout));
        assert.deepEqual(rest, { outcome: "ok", bytes: 200 * MEGABYTE, sha256: digestOf(200) });
        assert.ok(grownBytes < 64 * MEBIBYTE, `it grew by ${Math.round(grownBytes / MEBIBYTE)} MB`);
      });
    }
  });

  describe("output", () => {
    it("of 7,000 writes of one byte each arrives whole", async () => {
      const source = 'import os\nfor number in range(7000): os.write(1 + number % 2, b"%d" % (number % 7))';
      const { stdout, stderr, outcome } = await collectRun({ language: "python", source });
      const digits = Array.from({ length: 7000 }, (_, number) => number % 7);
      assert.equal(outcome, "ok");
      assert.equal(stdout, digits.filter((_, number) => number % 2 === 0).join(""));
      assert.equal(stderr, digits.filter((_, number) => number % 2 === 1).join(""));
    });

    for (const kind of kinds) {
      it(`of a slow consumer's ${kind} run arrives whole`, async () => {
        await using runner = await testRunner(kind);
        const hash = createHash("sha256");
        for await (const event of runner.run({ language: languages[kind], source: printing[kind](20) })) {
          if (event.type === "stdout") hash.update(event.data);
          if (event.type === "ended") assert.equal(event.outcome, "ok");
          await wait(1);
        }
        assert.equal(hash.digest("hex"), digestOf(20));
      });
    }

    it("of all byte values goes through a pipe unchanged", async () => {
      const source = `
import sys
every = bytes(range(256))
sys.stdout.buffer.write(every * 4000)
sys.stderr.buffer.write(every[::-1])`;
      const { status, stdout, stderr } = await runCliForBytes(["--container", "run", "python", source]);
      const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      assert.equal(sha256(stdout), sha256(Buffer.concat(Array.from({ length: 4000 }, () => every))));
      assert.equal(stderr, Buffer.from(every.toReversed()).toString());
      assert.equal(status, 0);
    });
  });

  describe("a character that is split between two writes", () => {
    // The second half comes when the first is known to have arrived.
    const HALVES = `
import os, sys
os.write(1, b"\\xf0\\x9f")
os.write(2, b"half")
sys.stdin.read(1)
os.write(1, b"\\x98\\x80")`;

    it("is one again in what the library collects", async () => {
      let answer = (): void => undefined;
      const halfSeen = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const stdin = async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
        await halfSeen;
        yield Buffer.from("!");
      };
      const pieces: number[] = [];
      const watch = async function* watch(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent, void, void> {
        for await (const event of events) {
          if (event.type === "stdout") pieces.push(event.data.length);
          if (event.type === "stderr") answer();
          yield event;
        }
      };
      await using runner = await testRunner();
      const { stdout } = await collect(watch(runner.run({ language: "python", source: HALVES, stdin: stdin() })));
      assert.deepEqual(pieces, [2, 2]);
      assert.equal(stdout, "😀");
    });

    it("is one again in the stream of events of the command line", async () => {
      const child = await startCli(["--container", "--json-stream", "run", "python", HALVES]);
      let stdout = "";
      for await (const chunk of child.stdout.setEncoding("utf8")) {
        stdout += chunk;
        if (stdout.includes('"half"')) child.stdin.end("!");
      }
      const events = stdout
        .trimEnd()
        .split("\n")
        .map((line) => v.parse(v.looseObject({ type: v.string() }), JSON.parse(line)));
      assert.deepEqual(
        events.map(({ type, text }) => [type, text]),
        [
          ["started", undefined],
          ["stderr", "half"],
          ["stdout", "😀"],
          ["ended", undefined],
        ],
      );
    });
  });

  describe("standard input", () => {
    const ECHO = {
      container: "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)",
      local: "process.stdin.pipe(process.stdout)",
    };

    for (const kind of kinds) {
      it(`of 1 MB comes back whole from a ${kind} run`, async () => {
        const input = randomBytes(MEBIBYTE);
        const flags = kind === "container" ? ["--container"] : [];
        const { status, stdout } = await runCliForBytes([...flags, "run", languages[kind], ECHO[kind]], { input });
        assert.equal(status, 0);
        assert.equal(stdout.length, input.length);
        assert.equal(sha256(stdout), sha256(input));
      });

      it(`of 20 MB that a ${kind} run doesn't read doesn't keep its output back`, async () => {
        const flags = kind === "container" ? ["--container"] : [];
        const input = Buffer.alloc(20 * MEGABYTE, "input\n");
        const { status, stdout } = await runCliForBytes([...flags, "run", languages[kind], printing[kind](10)], {
          input,
        });
        assert.equal(sha256(stdout), digestOf(10));
        assert.equal(status, 0);
      });
    }
  });
});
