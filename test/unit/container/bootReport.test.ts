import assert from "node:assert/strict";
import fc from "fast-check";
import { BootReport } from "../../../src/container/bootReport.ts";
import type { Output } from "../../../src/container/container.ts";

type Stream = Output["type"];

/** Gives the report what two streams say, each cut where it is said, and returns what comes out of it. */
function pass(report: BootReport, pieces: readonly (readonly [Stream, string])[]): Record<Stream, string> {
  const printed = { stdout: "", stderr: "" };
  const taken = pieces.flatMap(([type, text]) => report.take({ type, data: Buffer.from(text, "latin1") }));
  for (const { type, data } of [...taken, ...report.rest()]) printed[type] += Buffer.from(data).toString("latin1");
  return printed;
}

/** A report of a program that has started. */
function started(): BootReport {
  const report = new BootReport();
  pass(report, [["stderr", `${report.mark}started\n`]]);
  return report;
}

/** Reads what both streams tell behind the mark. */
function readEnd(words: string): BootReport["end"] {
  const report = started();
  for (const type of ["stdout", "stderr"] as const) pass(report, [[type, `${report.mark}${words}\n`]]);
  return report.end;
}

describe("BootReport", () => {
  it("takes what is told out of the output, however the streams are cut and mixed", () => {
    // Each number is that many of the mark's own first characters; with nearly all, a mark might begin there indeed.
    const output = fc.array(fc.oneof(fc.string({ unit: "binary-ascii", maxLength: 40 }), fc.nat(16)), { maxLength: 4 });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(output, output, sizes, fc.array(fc.boolean()), (stdout, stderr, lengths, order) => {
        const report = new BootReport();
        const write = (parts: readonly (string | number)[]): string =>
          parts.map((part) => (typeof part === "string" ? part : report.mark.slice(0, part))).join("");
        const texts = { stdout: write(stdout), stderr: write(stderr) };
        const end = `${report.mark}ended status=7 how=exited peak= cpu= oom= refused= full=\n`;
        const pieces = {
          stdout: cut(`${texts.stdout}${end}`, lengths),
          stderr: cut(`${report.mark}started\n${texts.stderr}${end}`, lengths),
        };
        assert.deepEqual(pass(report, mix(pieces, order)), texts);
        assert.equal(report.state, "started");
        assert.equal(report.end?.status, 7);
        assert.equal(report.preamble, "");
      }),
    );
  });

  it("loses nothing of streams that break off", () => {
    const report = started();
    const almost = report.mark.slice(0, -1);
    const pieces = [
      ["stdout", `a${almost}`],
      ["stdout", "!"],
      ["stderr", almost],
    ] as const;
    assert.deepEqual(pass(report, pieces), { stdout: `a${almost}!`, stderr: almost });
    assert.equal(report.end, undefined);
  });

  it("hands on at once what can't be told, and holds back what may be", () => {
    const report = started();
    const data = Buffer.from(`line\n${report.mark.slice(0, 5)}`);
    const [output, ...more] = report.take({ type: "stdout", data });
    assert.deepEqual([output?.data, more], [Buffer.from("line\n"), []]);
  });

  it("knows the end only when both streams have told it", () => {
    const report = started();
    const end = `${report.mark}ended how=exited status=0\n`;
    const ends: unknown[] = [];
    for (const type of ["stdout", "stderr"] as const) {
      assert.equal(pass(report, [[type, `printed${end}`]])[type], "printed");
      ends.push(report.end?.status);
    }
    assert.deepEqual(ends, [undefined, 0]);
  });

  it("drops what comes behind the end", () => {
    const report = started();
    const pieces = [
      ["stdout", `out${report.mark}ended how=exited status=0\nmore`],
      ["stdout", "and more"],
    ] as const;
    assert.equal(pass(report, pieces).stdout, "out");
  });

  it("has another mark each time, of one word", () => {
    const [one, other] = [new BootReport().mark, new BootReport().mark];
    assert.notEqual(one, other);
    assert.match(one, /^[\da-f]{32}$/);
  });

  it("copies nothing of an output without a mark", () => {
    const data = Buffer.from("some output\n");
    const [output] = started().take({ type: "stdout", data });
    assert.equal(output?.data.buffer, data.buffer);
  });
});

describe("BootReport.hasGarbledEnd", () => {
  const WORDS = "ended status=143 how=killed peak=1 cpu=2 oom=0 refused=0 full=";
  const told = (onStdout: (mark: string) => string): BootReport => {
    const one = new BootReport();
    const onStderr = `${one.mark}started\n${one.mark}${WORDS}\n`;
    pass(one, [
      ["stderr", onStderr],
      ["stdout", onStdout(one.mark)],
    ]);
    one.rest();
    return one;
  };

  it("is seen where one stream says the end behind another mark", () => {
    for (const text of [`output\nx${WORDS}\n`, `x${WORDS}`]) assert.equal(told(() => text).hasGarbledEnd, true, text);
  });

  it("is not where one stream says nothing of it, or both say it", () => {
    assert.equal(told(() => "output\n").hasGarbledEnd, false);
    assert.equal(told(() => "").hasGarbledEnd, false);
    assert.equal(told((mark) => `output\n${mark}${WORDS}\n`).hasGarbledEnd, false);
  });
});

describe("BootReport, in a terminal", () => {
  const report = (): BootReport => new BootReport({ terminal: true });
  const passOne = (to: BootReport, text: string, lengths: readonly number[] = [text.length]): string => {
    const { stdout, stderr } = pass(
      to,
      cut(text, lengths).map((piece) => ["stdout", piece] as const),
    );
    assert.equal(stderr, "");
    return stdout;
  };

  it("takes what is told out of the one stream, however it is cut, and needs no other to believe the end", () => {
    const output = fc.string({ unit: "binary-ascii", maxLength: 40 });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(output, sizes, fc.constantFrom("\n", "\r\n"), (printed, lengths, lineEnd) => {
        const one = report();
        const end = `${one.mark}ended status=7 how=exited peak= cpu= oom= refused= full=/tmp${lineEnd}`;
        const text = `forgeai-ready\n${one.mark}started${lineEnd}${printed}${end}dropped`;
        assert.equal(passOne(one, text, lengths), printed);
        assert.deepEqual([one.state, one.end?.status, one.end?.fullFolder], ["started", 7, "/tmp"]);
        assert.deepEqual([one.isBroken, one.hasEndOnOneSide, one.preamble], [false, false, ""]);
      }),
    );
  });

  it("knows when the script waits for its job", () => {
    const one = report();
    const seen = ["forgeai-", "ready", "\n"].map((piece) => {
      passOne(one, piece);
      return one.isReady;
    });
    assert.deepEqual(seen, [false, true, true]);
  });

  it("keeps what was said instead of a start, without the word that it was ready", () => {
    const one = report();
    assert.equal(passOne(one, "forgeai-ready\nmkdir: no space\r\n"), "");
    assert.deepEqual([one.preamble, one.state, one.end], ["mkdir: no space", "booting", undefined]);
  });

  it("doesn't believe the end of a program that never started", () => {
    const one = report();
    passOne(one, `${one.mark}ended status=0 how=exited\n`);
    assert.deepEqual([one.end, one.isBroken], [undefined, true]);
  });
});

describe("BootReport.state", () => {
  it("is booting until the script tells something", () => {
    const report = new BootReport();
    assert.equal(report.state, "booting");
    pass(report, [["stderr", `${report.mark}started`]]);
    assert.equal(report.state, "booting");
    pass(report, [["stderr", "\n"]]);
    assert.equal(report.state, "started");
  });

  it("tells that the image doesn't have the program", () => {
    const report = new BootReport();
    assert.deepEqual(pass(report, [["stderr", `${report.mark}missing\n`]]), { stdout: "", stderr: "" });
    assert.equal(report.state, "missing");
    assert.equal(report.end, undefined);
  });
});

describe("BootReport.preamble", () => {
  it("keeps what came on standard error before the program, in however many pieces, and doesn't pass it on", () => {
    const report = new BootReport();
    const words = "exec /bin/sh: exec format error\n";
    const printed = pass(
      report,
      cut(words, [7]).map((piece) => ["stderr", piece] as const),
    );
    assert.deepEqual(printed, { stdout: "", stderr: "" });
    assert.equal(report.preamble, words.trim());
    assert.deepEqual(pass(report, [["stderr", `${report.mark}started\nerr`]]), { stdout: "", stderr: "err" });
    assert.equal(report.preamble, words.trim());
  });

  it("is short, whatever comes", () => {
    const report = new BootReport();
    const flood = "x".repeat(100_000);
    assert.deepEqual(pass(report, [["stderr", flood]]).stderr, "");
    assert.deepEqual(pass(report, [["stderr", flood]]).stderr, "");
    assert.equal(report.preamble.length, 4096);
  });
});

describe("BootReport.end", () => {
  it("has all that the script tells, in the units of the names", () => {
    assert.deepEqual(readEnd("ended status=137 how=killed peak=1048576 cpu=1234567 oom=1 refused=2 full=/dev/shm"), {
      how: "killed",
      status: 137,
      peakMemoryBytes: 1_048_576,
      cpuMs: 1234.567,
      outOfMemory: 1,
      refusedProcesses: 2,
      fullFolder: "/dev/shm",
    });
  });

  it("has nothing of what the kernel didn't tell", () => {
    for (const how of ["exited", "killed", "unsure", "lost", "deadline"] as const) {
      assert.deepEqual(readEnd(`ended how=${how} peak= cpu= oom= refused= full=`), {
        how,
        status: undefined,
        peakMemoryBytes: undefined,
        cpuMs: undefined,
        outOfMemory: undefined,
        refusedProcesses: undefined,
        fullFolder: undefined,
      });
    }
  });

  it("takes a zero for a figure", () => {
    const end = readEnd("ended status=0 how=exited peak=0 cpu=0 oom=0 refused=0 full=");
    assert.deepEqual([end?.status, end?.cpuMs, end?.outOfMemory, end?.refusedProcesses], [0, 0, 0, 0]);
  });

  it("takes what isn't the script's as the end of a program that dug the mark out", () => {
    for (const words of [
      "",
      "ended",
      "ended how=well",
      "ended how=exited status=-1",
      "ended how=exited status=1e3",
      `ended how=exited peak=${"9".repeat(17)}`,
    ]) {
      assert.equal(readEnd(words)?.how, "lost", words);
    }
  });
});

/** Cuts a text into pieces of these lengths, over and over. */
function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0) {
    pieces.push(text.slice(at, at + (lengths[pieces.length % lengths.length] ?? 1)));
  }
  return pieces;
}

/** Both streams' pieces in one order: each true takes the next of stdout, each false of stderr; then what is left of both. */
function mix(pieces: Readonly<Record<Stream, string[]>>, order: readonly boolean[]): [Stream, string][] {
  const left = { stdout: [...pieces.stdout], stderr: [...pieces.stderr] };
  const take = (type: Stream, count: number): [Stream, string][] =>
    left[type].splice(0, count).map((piece) => [type, piece]);
  return [
    ...order.flatMap((first) => take(first ? "stdout" : "stderr", 1)),
    ...take("stdout", Number.POSITIVE_INFINITY),
    ...take("stderr", Number.POSITIVE_INFINITY),
  ];
}
