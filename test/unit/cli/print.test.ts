import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Writable } from "node:stream";
import { printFailure, printRun } from "../../../src/cli/print.ts";
import { toJson, write } from "../../../src/cli/write.ts";
import type { EndedEvent, PullEvent, RunEvent, Setting } from "../../../src/run/event.ts";
import { RunFailure } from "../../../src/run/failure.ts";
import { DEFAULT_LIMITS } from "../../../src/run/limits.ts";
import { RecordingTerminal } from "./recordingTerminal.ts";

const SETTING: Setting = {
  language: "python",
  version: "3.14",
  image: "python:3.14-alpine",
  isolation: "default",
  network: "none",
  limits: DEFAULT_LIMITS,
};

const STARTED: RunEvent = { type: "started", ...SETTING };

const ENDED: EndedEvent = {
  type: "ended",
  ...SETTING,
  outcome: "ok",
  exitCode: 0,
  signal: null,
  evidence: "The evidence.",
  durationMs: 5,
  phases: { acquireMs: 1, runMs: 2 },
  problems: [],
};

const pulling = (currentBytes: number, totalBytes: number): PullEvent => ({
  type: "pulling",
  image: "python:3.14-alpine",
  status: "Downloading",
  currentBytes,
  totalBytes,
});

const print = (type: "stdout" | "stderr", data: string | Uint8Array): RunEvent => ({
  type,
  phase: "run",
  data: Buffer.from(data),
});

async function* eventsOf(...events: readonly RunEvent[]): AsyncGenerator<RunEvent, void, void> {
  yield* events;
}

const CLEAR = "\r\u001B[K";
const PULLING = "forgeai: pulling python:3.14-alpine …";

describe("The exit status", () => {
  const cases: readonly (readonly [ended: Partial<EndedEvent>, status: number])[] = [
    [{}, 0],
    [{ outcome: "failed", exitCode: 3 }, 3],
    [{ outcome: "failed", exitCode: 255 }, 255],
    [{ outcome: "signalled", exitCode: 139, signal: "SIGSEGV" }, 139],
    [{ outcome: "signalled", exitCode: null, signal: "SIGTERM" }, 143],
    [{ outcome: "compile-failed", exitCode: 1 }, 1],
    [{ outcome: "compile-failed", exitCode: 0 }, 1],
    [{ outcome: "compile-failed", exitCode: null }, 1],
    [{ outcome: "timeout", exitCode: 0 }, 124],
    [{ outcome: "timeout", exitCode: 137, signal: "SIGKILL" }, 124],
    [{ outcome: "memory-limit", exitCode: 1 }, 137],
    [{ outcome: "process-limit", exitCode: 1 }, 1],
    [{ outcome: "process-limit", exitCode: null, signal: "SIGABRT" }, 134],
    [{ outcome: "disk-limit", exitCode: 2 }, 2],
    [{ outcome: "output-limit", exitCode: 0 }, 1],
    [{ outcome: "output-limit", exitCode: 9 }, 9],
    [{ outcome: "output-limit", exitCode: 143, signal: "SIGTERM" }, 143],
    [{ outcome: "output-limit", exitCode: null, signal: "SIGTERM" }, 143],
    [{ outcome: "cancelled", exitCode: null }, 130],
    [{ outcome: "cancelled", exitCode: 0 }, 130],
  ];
  for (const [ended, status] of cases) {
    it(`is ${status} for ${JSON.stringify(ended)}, in every format`, async () => {
      for (const format of ["text", "json", "json-stream"] as const) {
        const events = eventsOf(STARTED, { ...ENDED, ...ended });
        assert.equal(await printRun(events, format, new RecordingTerminal()), status);
      }
    });
  }
});

describe("printRun, as text", () => {
  it("passes the program's output on byte for byte, and says nothing itself where it went as expected", async () => {
    for (const outcome of ["ok", "failed"] as const) {
      const terminal = new RecordingTerminal();
      const output = [
        print("stdout", Uint8Array.of(0, 255, 195)),
        print("stderr", "err"),
        print("stdout", Uint8Array.of(169)),
      ];
      await printRun(eventsOf(STARTED, ...output, { ...ENDED, outcome }), "text", terminal);
      assert.deepEqual([...terminal.stdout.bytes], [0, 255, 195, 169]);
      assert.equal(terminal.stderr.text, "err");
    }
  });

  it("shows on a terminal only what is safe for it, and takes colours back before it speaks itself", async () => {
    const terminal = new RecordingTerminal({ isTTY: true });
    const output = [
      print("stdout", "\u001B[31mred\u001B]52;c;YQ==\u0007 \u001B[2Jé".slice(0, -1)),
      print("stdout", Uint8Array.of(0xc3)),
      print("stderr", "\u001B[6n\u009Berr"),
      print("stdout", Uint8Array.of(0xa9, 0xff)),
    ];
    await printRun(eventsOf(STARTED, ...output, { ...ENDED, outcome: "timeout" }), "text", terminal);
    assert.equal(terminal.stdout.text, "\u001B[31mred é\uFFFD\u001B[0m");
    assert.equal(terminal.stderr.text, "\\u{9b}errforgeai: timeout: The evidence.\n");
  });

  it("says each time that a network is open", async () => {
    const terminal = new RecordingTerminal();
    const open = { network: "bridge" } as const;
    await printRun(
      eventsOf({ ...SETTING, ...open, type: "compiling" }, { ...STARTED, ...open }, ENDED),
      "text",
      terminal,
    );
    assert.equal(terminal.stdout.text, "");
    assert.match(terminal.stderr.text, /^forgeai: The network is open: [^\n]+\n$/);
  });

  it("says what the engine can't hold the program to", async () => {
    const terminal = new RecordingTerminal();
    await printRun(eventsOf({ ...STARTED, cautions: ["No\nswap.", "No CPUs."] }, ENDED), "text", terminal);
    assert.equal(terminal.stderr.text, "forgeai: No\\u{a}swap.\nforgeai: No CPUs.\n");
  });

  it("takes colours back where the run breaks off", async () => {
    const terminal = new RecordingTerminal({ isTTY: true });
    async function* broken(): AsyncGenerator<RunEvent, void, void> {
      yield print("stdout", "\u001B[8mhidden");
      throw new Error("it broke");
    }
    await assert.rejects(printRun(broken(), "text", terminal), { message: "it broke" });
    assert.equal(terminal.stdout.text, "\u001B[8mhidden\u001B[0m");
  });

  it("passes every byte to a terminal where that is asked for", async () => {
    const terminal = new RecordingTerminal({ isTTY: true });
    const bytes = Uint8Array.of(0, 27, 93, 255, 195);
    await printRun(eventsOf(STARTED, print("stdout", bytes), ENDED), "text", terminal, true);
    assert.deepEqual([...terminal.stdout.bytes], [...bytes]);
  });

  it("shows words of others in its own lines without what would command a terminal or make a line", async () => {
    for (const isTTY of [false, true]) {
      const terminal = new RecordingTerminal({ isTTY });
      const evidence = "It said: \u001B]0;x\u0007\nforgeai: ok\u202E\u009B31m";
      const installing: RunEvent = { type: "installing", packages: ["a\u001B[2J"] };
      await printRun(eventsOf(installing, { ...ENDED, outcome: "signalled", evidence }), "text", terminal);
      assert.equal(
        terminal.stderr.text,
        "forgeai: installing a\\u{1b}[2J …\nforgeai: signalled: It said: \\u{1b}]0;x\\u{7}\\u{a}forgeai: ok\\u{202e}\\u{9b}31m\n",
      );
    }
  });

  it("says on standard error what else happened, with its evidence and its hint", async () => {
    const terminal = new RecordingTerminal();
    const ended: EndedEvent = { ...ENDED, outcome: "timeout", hint: "The hint." };
    await printRun(eventsOf(STARTED, print("stdout", "a"), ended), "text", terminal);
    assert.equal(terminal.stdout.text, "a");
    assert.equal(terminal.stderr.text, "forgeai: timeout: The evidence. The hint.\n");
  });

  it("says nothing of a run that waits for others", async () => {
    const terminal = new RecordingTerminal();
    await printRun(eventsOf({ type: "queued", ahead: 3 }, STARTED, ENDED), "text", terminal);
    assert.deepEqual([terminal.stdout.text, terminal.stderr.text], ["", ""]);
  });

  it("says once in a log that an image is pulled", async () => {
    const terminal = new RecordingTerminal();
    await printRun(eventsOf(pulling(0, 0), pulling(1, 2), pulling(2, 2), STARTED, ENDED), "text", terminal);
    assert.equal(terminal.stderr.text, `${PULLING}\n`);
    assert.equal(terminal.stdout.text, "");
  });

  it("shows on a terminal how far a pull is, in one line that goes before the program says anything", async () => {
    const terminal = new RecordingTerminal({ isTTY: true });
    const pulls = [pulling(0, 0), pulling(2 ** 20, 2 ** 21)];
    await printRun(eventsOf(...pulls, STARTED, print("stderr", "err"), ENDED), "text", terminal);
    assert.equal(terminal.stderr.text, `${CLEAR}${PULLING}${CLEAR}${PULLING} 1 MB of 2 MB${CLEAR}err`);
  });

  it("clears that line also where the pull fails", async () => {
    const terminal = new RecordingTerminal({ isTTY: true });
    async function* failing(): AsyncGenerator<RunEvent, void, void> {
      yield pulling(0, 0);
      throw new Error("no such host");
    }
    await assert.rejects(printRun(failing(), "text", terminal), { message: "no such host" });
    assert.equal(terminal.stderr.text, `${CLEAR}${PULLING}${CLEAR}`);
  });
});

describe("printRun, as JSON", () => {
  it("prints one object with the result, and nothing on standard error", async () => {
    const terminal = new RecordingTerminal();
    const output = [print("stdout", "é"), print("stderr", "err")];
    await printRun(eventsOf(pulling(1, 2), STARTED, ...output, ENDED), "json", terminal);
    const { type: _, ...facts } = ENDED;
    const result = { ...facts, stdout: "é", stderr: "err", truncated: { stdoutBytes: 0, stderrBytes: 0 } };
    assert.deepEqual(JSON.parse(terminal.stdout.text), result);
    assert.match(terminal.stdout.text, /^.+\n$/);
    assert.equal(terminal.stderr.text, "");
  });

  it("prints one event a line, with whole characters", async () => {
    const terminal = new RecordingTerminal();
    const [first, second] = [Buffer.from("é€").subarray(0, 3), Buffer.from("é€").subarray(3)];
    const output = [print("stdout", first), print("stderr", "err"), print("stdout", second)];
    const queued: RunEvent = { type: "queued", ahead: 3 };
    await printRun(eventsOf(queued, pulling(1, 2), STARTED, ...output, ENDED), "json-stream", terminal);
    const lines = terminal.stdout.text.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [
        queued,
        pulling(1, 2),
        STARTED,
        { type: "stdout", phase: "run", text: "é" },
        { type: "stderr", phase: "run", text: "err" },
        { type: "stdout", phase: "run", text: "€" },
        ENDED,
      ],
    );
    assert.equal(terminal.stderr.text, "");
  });

  it("tells the half of a character with which the output ended before it tells the end", async () => {
    const terminal = new RecordingTerminal();
    await printRun(eventsOf(print("stdout", Uint8Array.of(195)), ENDED), "json-stream", terminal);
    const lines = terminal.stdout.text.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [{ type: "stdout", phase: "run", text: "\uFFFD" }, ENDED],
    );
  });
});

describe("printFailure", () => {
  const tried = [
    { what: "/var/run/docker.sock", why: "there is no such socket" },
    { what: "DOCKER_HOST", why: "nothing listens there" },
  ];
  const facts = { code: "engine-unavailable", message: "No engine answers.", hint: "Start it." } as const;

  it("says on standard error what is wrong, what was tried and what helps", async () => {
    const terminal = new RecordingTerminal();
    await printFailure(new RunFailure({ ...facts, tried }), "text", terminal);
    assert.equal(
      terminal.stderr.text,
      [
        "forgeai: No engine answers.",
        "  tried /var/run/docker.sock: there is no such socket",
        "  tried DOCKER_HOST: nothing listens there",
        "  Start it.",
        "",
      ].join("\n"),
    );
    assert.equal(terminal.stdout.text, "");
  });

  it("indents further lines of what an attempt says, and shows what would command a terminal", async () => {
    const terminal = new RecordingTerminal();
    const said = [{ what: "pull a\u001B[2J", why: "one\nforgeai: two\u0007" }];
    await printFailure(new RunFailure({ ...facts, message: "a\nb", tried: said }), "text", terminal);
    assert.equal(
      terminal.stderr.text,
      "forgeai: a\\u{a}b\n  tried pull a\\u{1b}[2J: one\n    forgeai: two\\u{7}\n  Start it.\n",
    );
  });

  it("prints an object where one is read", async () => {
    for (const format of ["json", "json-stream"] as const) {
      const terminal = new RecordingTerminal();
      await printFailure(new RunFailure({ ...facts, tried, cause: new Error("x") }), format, terminal);
      assert.deepEqual(JSON.parse(terminal.stdout.text), { failure: { ...facts, tried } });
      assert.equal(terminal.stderr.text, "");
    }
  });

  it("prints what the program had printed until then where one object is printed", async () => {
    async function* lost(): AsyncGenerator<RunEvent, void, void> {
      yield* [STARTED, print("stdout", "a"), print("stderr", "b")];
      throw new RunFailure({ ...facts, code: "engine-lost" });
    }
    const failure = await printRun(lost(), "json", new RecordingTerminal()).catch((error: unknown) => error);
    assert.ok(failure instanceof RunFailure);
    const terminal = new RecordingTerminal();
    await printFailure(failure, "json", terminal);
    const output = { stdout: "a", stderr: "b", truncated: { stdoutBytes: 0, stderrBytes: 0 } };
    assert.deepEqual(JSON.parse(terminal.stdout.text), { failure: { ...facts, code: "engine-lost", output } });
  });

  for (const [code, status] of [
    ["bad-request", 2],
    ["unknown-language", 2],
    ["engine-unavailable", 125],
    ["engine-lost", 125],
    ["image-unavailable", 125],
    ["start-failed", 125],
    ["isolation-unavailable", 125],
    ["busy", 125],
  ] as const) {
    it(`gives the status ${status} for ${code}`, async () => {
      assert.equal(await printFailure(new RunFailure({ ...facts, code }), "text", new RecordingTerminal()), status);
    });
  }
});

describe("toJson", () => {
  it("leaves no character that commands a terminal or turns what follows, and means the same", () => {
    const text = "\u001B]0;x\u0007\u007F\u009B31m\u202Eé😀";
    assert.doesNotMatch(toJson({ text }), /[\0-\x09\x0B-\x1F\x7F-\x9F\u202A-\u202E]/);
    assert.deepEqual(JSON.parse(toJson({ text })), { text });
  });
});

describe("write", () => {
  it("waits for a reader that is slower", async () => {
    let release = (): void => undefined;
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        release = done;
      },
    });
    let written = false;
    const writing = write(slow, "abc").finally(() => {
      written = true;
    });
    await setImmediate();
    assert.equal(written, false);
    release();
    await writing;
  });
});
