import assert from "node:assert/strict";
import type { EndedEvent, RunEvent, Setting } from "../../../../src/run/event.ts";
import { RunFailure } from "../../../../src/run/failure.ts";
import { DEFAULT_LIMITS } from "../../../../src/run/limits.ts";
import { OutputWriter } from "../../../../src/vscode/output/outputWriter.ts";
import type { Paper } from "../../../../src/vscode/output/pacedPaper.ts";

const SETTING: Setting = {
  language: "go",
  version: "1.27",
  image: "golang:1.27-alpine",
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
  evidence: "It exited with status 0.",
  durationMs: 352,
  phases: { acquireMs: 200, runMs: 152 },
  problems: [],
};

const HEADER = /^▶ main\.go · go 1\.27 in golang:1\.27-alpine · .*$/;
const FOOTER = /^✔ ok · .*$/;

/** Takes what is written, and is seen when a test says so. */
class FakePaper implements Paper {
  readonly pieces: string[] = [];
  #look: (() => void) | undefined;
  #tell: () => void = () => undefined;

  append(text: string): void {
    this.pieces.push(text);
    this.#tell();
  }

  async isSeen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#look = resolve;
      this.#tell();
    });
  }

  get text(): string {
    return this.pieces.join("");
  }

  /** Whether somebody waits for it to be seen. */
  get isAwaited(): boolean {
    return this.#look !== undefined;
  }

  look(): void {
    this.#look?.();
    this.#look = undefined;
  }

  async becomes(wanted: (paper: FakePaper) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#tell = () => wanted(this) && resolve();
      this.#tell();
    });
  }
}

function output(text: string, type: "stdout" | "stderr" = "stdout"): RunEvent {
  return { type, phase: "run", data: Buffer.from(text) };
}

function open(): { paper: FakePaper; writer: OutputWriter } {
  const paper = new FakePaper();
  return { paper, writer: new OutputWriter(paper, "main.go") };
}

async function written(...events: RunEvent[]): Promise<string[]> {
  const { paper, writer } = open();
  for (const event of events) await writer.write(event);
  await paper.becomes(({ text }) => /^[✔✖]/m.test(text));
  return paper.text.split("\n").slice(0, -1);
}

function assertLines(lines: readonly string[], ...expected: readonly (string | RegExp)[]): void {
  assert.equal(lines.length, expected.length, lines.join("\n"));
  for (const [index, each] of expected.entries()) {
    if (typeof each === "string") assert.equal(lines[index], each);
    else assert.match(lines[index] ?? "", each);
  }
}

describe("The output of a run", () => {
  it("has a header, what was printed, and a footer", async () => {
    assertLines(await written(STARTED, output("Hello\n"), ENDED), HEADER, "Hello", FOOTER);
  });

  it("has its footer on a line of its own", async () => {
    assertLines(await written(STARTED, output("no end of line"), ENDED), HEADER, "no end of line", FOOTER);
    assertLines(await written(STARTED, output("progress\r"), ENDED), HEADER, "progress", FOOTER);
  });

  it("has one header where there is a compiler, before what that prints", async () => {
    const compiling: RunEvent = { type: "compiling", ...SETTING };
    const words: RunEvent = { type: "stderr", phase: "compile", data: Buffer.from("./main.go:3:5: no\n") };
    const failed: EndedEvent = { ...ENDED, outcome: "compile-failed" };
    assertLines(await written(compiling, words, failed), HEADER, "./main.go:3:5: no", /^✖ compile-failed/);
    assertLines(await written(compiling, words, STARTED, output("a"), ENDED), HEADER, /no$/, "a", FOOTER);
  });

  it("has notes below the header, or above a failure that comes before it", async () => {
    const { paper, writer } = open();
    writer.introduce({ snapshot: { files: [] }, notes: ["left out: a", "left out: b"] });
    await writer.write(STARTED);
    writer.fail(new RunFailure({ code: "engine-lost", message: "Gone.", hint: "Look." }));
    assertLines(paper.text.trimEnd().split("\n"), HEADER, "  left out: a", "  left out: b", "✖ Gone.", "  Look.");

    const other = open();
    other.writer.introduce({ snapshot: { files: [] }, notes: ["left out: a"] });
    other.writer.fail(new RunFailure({ code: "busy", message: "Busy.", hint: "Wait." }));
    assert.equal(other.paper.text, "  left out: a\n✖ Busy.\n  Wait.\n");
  });

  it("says what is left out beyond the limit of each stream, without what a compiler printed", async () => {
    const limits = { ...DEFAULT_LIMITS, outputBytes: 4 };
    const compiler: RunEvent = { type: "stderr", phase: "compile", data: Buffer.from("warn\nmore") };
    assertLines(
      await written(
        { type: "compiling", ...SETTING, limits },
        compiler,
        { type: "started", ...SETTING, limits },
        output("abcdef"),
        output("uvwxyz", "stderr"),
        ENDED,
      ),
      HEADER,
      "warn",
      /^\[… 5 bytes more were left out/,
      "abcduvwx",
      /^\[… 4 bytes more were left out/,
      FOOTER,
    );
  });

  it("shows what is printed before the program has ended", async () => {
    const { paper, writer } = open();
    await writer.write(STARTED);
    await writer.write(output("first words"));
    await paper.becomes(({ text }) => text.includes("first words"));
  });

  it("takes a flood at once, and writes it no faster than it is seen", async () => {
    const { paper, writer } = open();
    const megabyte = `${"x".repeat(1023)}\n`.repeat(1024);
    await writer.write(STARTED);
    for (let count = 0; count < 2; count += 1) await writer.write(output(megabyte));
    await writer.write(ENDED);
    let seen = 0;
    while (!/^✔/m.test(paper.text)) {
      await paper.becomes(({ text, isAwaited }) => isAwaited || /^✔/m.test(text));
      assert.ok(paper.text.length - seen < 700 * 1024);
      seen = paper.text.length;
      paper.look();
    }
    assert.ok(paper.pieces.every((piece) => piece.length < 128 * 1024));
    assert.equal(paper.text.split("\n").slice(1, -2).join("\n"), megabyte.repeat(2).trimEnd());
  });

  it("leaves others their turn while it takes a flood", async () => {
    const { writer } = open();
    await writer.write(STARTED);
    const turns: unknown[] = [];
    const timer = setInterval(() => turns.push("another's"), 1);
    for (let count = 0; count < 20_000 && turns.length < 3; count += 1) await writer.write(output("y\n".repeat(8192)));
    clearInterval(timer);
    assert.ok(turns.length >= 3);
    writer.close();
  });

  it("ends at once where somebody has stopped a flood", async () => {
    const { paper, writer } = open();
    await writer.write(STARTED);
    for (let count = 0; count < 20; count += 1) await writer.write(output("x".repeat(65_536)));
    await writer.write({ ...ENDED, outcome: "cancelled" });
    await paper.becomes(({ text }) => /^✖ cancelled/m.test(text));
    assert.match(paper.text, /x\n\[… \d\.?\d? MB more were left out.*\n✖ cancelled/);
    assert.match(paper.text, /^▶/);
  });

  it("writes nothing after another run has taken its place", async () => {
    const { paper, writer } = open();
    await writer.write(STARTED);
    writer.interject(["between"]);
    const before = paper.text;
    await writer.write(output("too late"));
    writer.close();
    await writer.write(ENDED);
    assert.equal(paper.text, before);
    assert.equal(writer.isOpen, false);
  });
});
