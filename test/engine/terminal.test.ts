import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { RunRequest } from "../../src/index.ts";
import { engine } from "./support/engine.ts";
import { askEngine } from "./support/engineCall.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { failureOf } from "./support/failures.ts";
import { collectRun, removeTestImage, TEST_LABEL } from "./support/runs.ts";
import { makeTar } from "./support/tar.ts";
import { TerminalRun } from "./support/terminalRun.ts";

const SIZE = { columns: 132, rows: 43 };

/** Images' shells differ: with each of these, what has to do with the shell. */
const PYTHONS = ["python@3.14", "python@3.9"];

/** What stands before all that is told to ForgeAI alone. */
const MARK = /[\da-f]{32}/;

function python(source: string, request: Partial<RunRequest> = {}): TerminalRun {
  return new TerminalRun({ language: "python", source, ...request }, SIZE);
}

describe("a program in a terminal", () => {
  after(async () => {
    const view = await engine();
    await eventuallyNone("the runs' containers", () => view.containers(TEST_LABEL));
  });

  const LOOKS: Readonly<Record<string, string>> = {
    javascript: `
      const { stdin, stdout, stderr, env } = process;
      console.log([stdin.isTTY && stdout.isTTY && stderr.isTTY, stdout.columns, stdout.rows, env.TERM, "NO_COLOR" in env].join());
      console.log(require("node:util").styleText?.("red", "red") ?? "\\u001b[31mred\\u001b[39m");`,
    python: `
import os, sys
terminal = [os.isatty(number) for number in range(3)] == [True] * 3
print(terminal and "true", *os.get_terminal_size(), os.environ["TERM"], str("NO_COLOR" in os.environ).lower(), sep=",")
print("\\x1b[31mred\\x1b[39m")`,
  };
  for (const language of [...PYTHONS, "javascript"]) {
    it(`finds it at all its streams, of the size that was asked for, and its colours pass: ${language}`, async () => {
      const source = LOOKS[language.split("@")[0] ?? ""] ?? "";
      const { outcome, output } = await new TerminalRun({ language, source }, SIZE).end();
      assert.equal(output, "true,132,43,xterm-256color,false\r\n\u001B[31mred\u001B[39m\r\n");
      assert.equal(outcome, "ok");
    });
  }

  it("hears of each new size", async () => {
    const run = python(`
import os, select, signal
def tell(*_): print("size", *os.get_terminal_size())
signal.signal(signal.SIGWINCH, tell)
print("ready")
while not select.select([0], [], [], 0.02)[0]: pass`);
    await run.shows(/ready/);
    run.resize({ columns: 20, rows: 10 });
    await run.shows(/size 20 10/);
    run.resize({ columns: 300, rows: 100 });
    await run.shows(/size 300 100/);
    run.type("\r");
    assert.equal((await run.end()).outcome, "ok");
  });

  for (const language of PYTHONS) {
    it(`asks twice and gets both answers, which are seen once: ${language}`, async () => {
      const run = python('print(input("name? ") + "/" + input("age? "))', { language });
      await run.shows(/name\? /);
      run.type("Ada\u007F\u007Fé\u007Fnn\r");
      await run.shows(/age\? /);
      run.type("36\r");
      const { outcome, output } = await run.end();
      // The terminal takes back what Backspace takes, a whole character each time.
      const typed = "Ada\b \b\b \bé\b \bnn";
      assert.equal(output, `name? ${typed}\r\nage? 36\r\nAnn/36\r\n`);
      assert.equal(outcome, "ok");
    });

    it(`is interrupted by Ctrl+C and may go on: ${language}`, async () => {
      const run = python(
        `
import time
def wait():
  # Python forgets an interruption that comes just before a long wait until that is over.
  while True: time.sleep(0.02)
try:
  print("ready")
  wait()
except KeyboardInterrupt:
  print("caught")
wait()`,
        { language },
      );
      await run.shows(/ready/);
      run.type("\u0003");
      await run.shows(/\^Ccaught/);
      run.type("\u0003");
      const { outcome, exitCode, signal, problems, output } = await run.end();
      assert.match(output, /KeyboardInterrupt\r\n$/);
      assert.deepEqual([outcome, exitCode, signal], ["signalled", 130, "SIGINT"]);
      assert.deepEqual([problems[0]?.file, problems[0]?.message], ["main.py", "KeyboardInterrupt"]);
    });
  }

  it("is ended by Ctrl+C where it doesn't care, and by Ctrl+\\, but not stopped by Ctrl+Z", async () => {
    for (const [keys, signal] of [
      ["\u001A\u0003", "SIGINT"],
      ["\u001A\u001C", "SIGQUIT"],
    ] as const) {
      const run = new TerminalRun({
        language: "javascript",
        source: 'console.log("ready"); setInterval(() => {}, 1000)',
      });
      await run.shows(/ready/);
      run.type(keys);
      const ended = await run.end();
      assert.deepEqual([ended.outcome, ended.signal], ["signalled", signal]);
    }
  });

  it("reads to the end that Ctrl+D makes", async () => {
    const run = python("import sys\nprint(repr(sys.stdin.read()))");
    run.type("one\rtwo\r\u0004");
    await run.shows(/'one\\ntwo\\n'/);
    assert.equal((await run.end()).outcome, "ok");
  });

  it("reads to the end of an input that is no person's, whether its last line has an end or not", async () => {
    const source = "import sys\nprint(repr(sys.stdin.read()))";
    for (const stdin of ["", "one\n", "one\ntwo"]) {
      const { stdout } = await collectRun({ language: "python", source, stdin, terminal: SIZE });
      assert.ok(stdout.endsWith(`${JSON.stringify(stdin).replaceAll('"', "'")}\r\n`), JSON.stringify(stdout));
    }
  });

  it("gets each key at once where it wants that, also those that mean something to the terminal or to the engine", async () => {
    // All but the bytes of longer characters; Ctrl+P Ctrl+Q end an attachment elsewhere.
    const keys = Buffer.from([...Array.from({ length: 128 }, (_, key) => key), 0x10, 0x11]);
    const run = python(`
import os, tty
tty.setraw(0)
print("ready")
for _ in range(${keys.length}): print(os.read(0, 1)[0], end=",", flush=True)`);
    await run.shows(/ready/);
    for (const key of keys) {
      run.type(Uint8Array.of(key));
      await run.shows(new RegExp(`\\b${key},`));
    }
    assert.equal((await run.end()).outcome, "ok");
  });

  it("gets its files byte for byte", async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const meaningful = Buffer.from([
      3, 4, 0x10, 0x11, 0x13, 0x1a, 0x1c, 0x7f, 0xff, 0xb1, 0xff, 0xff, 0xb1, 10, 13, 13, 10,
    ]);
    const pieces = Array.from({ length: 40 }, () => [all, meaningful, randomBytes(5000), Buffer.from("日本 é 𝒳\r\n")]);
    const content = Buffer.concat(pieces.flat());
    const files = [
      {
        path: "main.py",
        content: `import hashlib
print(hashlib.sha256(open("a b/é.bin", "rb").read()).hexdigest()[:30])
print(open("ends", "rb").read())
# ${"\u0003\u0004\u0010\u0011\u0013\u007F".repeat(1000)}`,
      },
      { path: "a b/é.bin", content },
      { path: "ends", content: Uint8Array.of(1, 0xff) },
      { path: "empty", content: "" },
    ];
    assert.ok(content.length > 200_000);
    const { stdout, outcome } = await collectRun({ language: "python", files, terminal: SIZE });
    const digest = createHash("sha256").update(content).digest("hex").slice(0, 30);
    assert.equal(stdout, `${digest}\r\nb'\\x01\\xff'\r\n`);
    assert.equal(outcome, "ok");
  });

  it("may leave its terminal in any state: how it ended is told all the same, and nothing else", async () => {
    for (const [state, output] of [
      ["import tty; tty.setraw(0)", "last\n"],
      // Capital letters, tabs as blanks, and output that Ctrl+S holds.
      ["import termios as t; a = t.tcgetattr(0); a[1] |= 0o14002; a[0] |= t.IXON; t.tcsetattr(0, 0, a)", "LAST\r\n"],
      // Of another group's, from which it is taken.
      [
        "import os, signal; signal.signal(signal.SIGTTOU, signal.SIG_IGN); os.setpgid(0, 0); os.tcsetpgrp(0, os.getpid())",
        "last\r\n",
      ],
    ]) {
      const ended = await python(`${state}\nprint("last")\nraise SystemExit(7)`).end();
      assert.deepEqual([ended.outcome, ended.exitCode, ended.output], ["failed", 7, output], state);
    }
  });

  it("may break its terminal: that is its own end", async () => {
    const N_NULL = 27;
    const source = `import fcntl, struct, termios\nfcntl.ioctl(0, termios.TIOCSETD, struct.pack("i", ${N_NULL}))`;
    const { outcome, signal } = await python(source).end();
    // Not every kernel lets it.
    assert.ok(outcome === "failed" || (outcome === "signalled" && signal === "SIGKILL"), outcome);
  });

  for (const language of PYTHONS) {
    it(`never shows what is told to ForgeAI, whatever is typed meanwhile: ${language}`, async () => {
      const run = python('print("ready")\ninput()\nfor _ in range(50): print("x" * 1000)', { language });
      await run.shows(/ready/);
      run.type("go\r");
      const ended = run.end();
      const typing = setInterval(() => run.type("typed "), 1);
      const { output, outcome } = await ended.finally(() => clearInterval(typing));
      assert.equal(outcome, "ok");
      assert.doesNotMatch(output, MARK);
      assert.equal(output.replaceAll(/[typed ]/g, "").length, "ra\r\ngo\r\n".length + 50 * 1002);
    });
  }

  it("has its output shown whole, though it comes faster than it is taken", async () => {
    const source = `
import sys
for number in range(2500): sys.stdout.write(("%0399d\\n" % number) * 4)`;
    const { output, outcome } = await python(source).end();
    const hash = createHash("sha256");
    for (let number = 0; number < 2500; number += 1) hash.update(`${String(number).padStart(399, "0")}\r\n`.repeat(4));
    assert.equal(createHash("sha256").update(output).digest("hex"), hash.digest("hex"));
    assert.equal(outcome, "ok");
  });

  it("is stopped as any other, and nothing is left of it", async () => {
    const run = python('print("ready")\ninput()');
    await run.shows(/ready/);
    run.stop();
    const { outcome, evidence } = await run.end();
    assert.deepEqual([outcome, evidence], ["cancelled", "It was stopped on request."]);
    const view = await engine();
    await eventuallyNone("the run's container", () => view.containers(TEST_LABEL));
  });

  it("is held to its time, though it only waits for somebody to type", async () => {
    const { outcome, phases } = await python("input()", { limits: { timeoutMs: 500 } }).end();
    assert.equal(outcome, "timeout");
    assert.ok(phases.runMs >= 500);
  });

  it("is held to its memory, and its figures are told", async () => {
    const limited = await python("b'x' * 300_000_000").end();
    assert.deepEqual([limited.outcome, limited.signal], ["memory-limit", "SIGKILL"]);
    assert.match(limited.evidence, /128 MB: the kernel ended 1 of its processes/);
    assert.ok((limited.peakMemoryBytes ?? 0) > 100_000_000);
    assert.ok((limited.cpuMs ?? 0) > 0);
  });

  it("may leave behind as many processes as it can have", async () => {
    const source = `
import os, time
count = 0
try:
  while True:
    if os.fork() == 0: time.sleep(60)
    count += 1
except BlockingIOError: print(count)`;
    const { outcome, output } = await python(source).end();
    assert.deepEqual([outcome, output], ["ok", "63\r\n"]);
  });

  it("has the problems of its report found, though that is coloured and among all other output", async () => {
    const run = new TerminalRun({
      language: "javascript",
      source: 'process.stdout.write("\\u001b[32mhello\\u001b[0m\\n");\n\n  throw new TypeError("odd");',
    });
    const { outcome, problems } = await run.end();
    assert.equal(outcome, "failed");
    assert.deepEqual(
      problems.map(({ file, line, column, message }) => [file, line, column, message]),
      [["main.js", 3, 9, "TypeError: odd"]],
    );
  });

  it("has what it was refused found in its report", async () => {
    const { outcome } = await python("raise MemoryError('too much')").end();
    assert.equal(outcome, "memory-limit");
  });

  it("is compiled without one, and then has one", async () => {
    const source = `package main

import "fmt"

func main() {
	var name string
	fmt.Print("name? ")
	fmt.Scanln(&name)
	fmt.Println("hello", name)
	panic("done")
}`;
    const run = new TerminalRun({ language: "go@1.19", source });
    await run.shows(/name\? /);
    run.type("Ada\r");
    const { outcome, output, problems } = await run.end();
    assert.match(output, /^name\? Ada\r\nhello Ada\r\npanic: done\r\n/);
    assert.equal(outcome, "failed");
    assert.deepEqual(
      problems.map(({ file, line }) => [file, line]),
      [["main.go", 10]],
    );
  });
});

describe("a program in a terminal can't be started and the failure says why where", () => {
  it("the image doesn't have the language", async () => {
    const request = { language: "python", source: "", image: "node:24-alpine", terminal: SIZE };
    const { code, message } = await failureOf(collectRun(request));
    assert.equal(code, "start-failed", message);
    assert.match(message, /node:24-alpine has no python3/);
  });

  it("the image has no stty", async () => {
    const image = `forgeai-test/no-stty-${process.pid}:1`;
    const view = await engine();
    const shell = '#!/bin/busybox sh\nstty() { return 127; }\nshift 3\neval "$1"\n';
    const [label, value] = TEST_LABEL;
    const container = `forgeai-test-no-stty-${process.pid}`;
    const body = { Image: "python:3.14-alpine", Cmd: ["true"], Labels: { [label]: value } };
    await askEngine(view, { method: "POST", path: `/containers/create?name=${container}`, body });
    try {
      const files = makeTar([{ path: "bin/sh", content: Buffer.from(shell), executable: true }]);
      await askEngine(view, { method: "PUT", path: `/containers/${container}/archive?path=/`, body: files });
      const [repository, tag] = image.split(":");
      await askEngine(view, {
        method: "POST",
        path: `/commit?container=${container}&repo=${repository}&tag=${tag}`,
        body: {},
      });
      const { code, message, hint } = await failureOf(
        collectRun({ language: "python", source: "", image, terminal: SIZE }),
      );
      assert.equal(code, "start-failed", message);
      assert.match(message, /^The image has no stty that can set up a terminal\./);
      assert.match(hint, /--image/);
    } finally {
      await askEngine(view, { method: "DELETE", path: `/containers/${container}?force=true` });
      await removeTestImage(image);
    }
  });

  it("there is no container", async () => {
    const request = { language: "python", source: "", terminal: SIZE };
    const { code, message } = await failureOf(collectRun(request, { executor: "local" }));
    assert.equal(code, "bad-request");
    assert.match(message, /terminal/);
  });
});
