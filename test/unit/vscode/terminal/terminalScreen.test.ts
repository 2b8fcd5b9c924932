import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { RunEvent } from "../../../../src/run/event.ts";
import { RunFailure } from "../../../../src/run/failure.ts";
import { plainTerminalText } from "../../../../src/run/terminalText.ts";
import { TerminalScreen } from "../../../../src/vscode/terminal/terminalScreen.ts";
import { ended, prints, settingOf, started } from "./runEvents.ts";

const MEBIBYTE = 1024 * 1024;

const pulling = (currentBytes: number): RunEvent => ({
  type: "pulling",
  image: "python:3.14-alpine",
  status: "Downloading",
  currentBytes,
  totalBytes: 8 * MEBIBYTE,
});

/** What is on the screen line by line, where only whole lines are written anew. */
function linesOf(text: string): string[] {
  const lines = text.replaceAll("\r\u001B[K", "\u0000").split("\r\n");
  return lines.map((line) =>
    plainTerminalText(line.slice(line.lastIndexOf("\u0000") + 1)).replace(/\u001B[78>]|\u001B\(B/g, ""),
  );
}

class Shown {
  text = "";
  readonly pieces: string[] = [];
  readonly screen: TerminalScreen;

  constructor(notes: readonly string[] = [], name = "a.py") {
    const write = (text: string): void => {
      this.text += text;
      this.pieces.push(text);
    };
    this.screen = new TerminalScreen(write, { name, notes, columns: 80 });
  }

  async show(...events: readonly RunEvent[]): Promise<void> {
    for (const event of events) await this.screen.show(event);
  }
}

describe("TerminalScreen", () => {
  it("shows a header, what is to be said before, what the program prints as it is, and how it ended", async () => {
    const shown = new Shown(["A note."]);
    await shown.show(started(), prints("\u001B[31mred\u001B[0m\r\nlast"), ended({ hint: "Do this." }));
    assert.ok(shown.text.includes("\u001B[31mred\u001B[0m\r\nlast"));
    const [header, note, ...rest] = linesOf(shown.text);
    assert.match(header ?? "", /^▶ a\.py · python 3\.14 in python:3\.14-alpine · isolation default · network none/);
    assert.match(rest[2] ?? "", /^✔ ok · It exited with status 0\. · 5 ms/);
    assert.deepEqual([note, rest[0], rest[1], ...rest.slice(3)], ["  A note.", "red", "last", "  Do this.", ""]);
  });

  it("keeps one line for what is waited for, which is gone when the program starts", async () => {
    const shown = new Shown();
    shown.screen.columns = 40;
    await shown.show({ type: "queued", ahead: 1 }, pulling(MEBIBYTE), pulling(2 * MEBIBYTE));
    shown.screen.echo("");
    assert.deepEqual(linesOf(shown.text), ["pulling python:3.14-alpine: 2 MB of 8 …"]);
    await shown.show(started(), prints("x\r\n"), ended());
    const lines = linesOf(shown.text);
    assert.match(lines[0] ?? "", /^▶/);
    assert.deepEqual([lines[1], lines.length], ["x", 4]);
  });

  it("shows what a compiler prints, which knows no terminal", async () => {
    const shown = new Shown();
    const complaint = prints("./main.go:3: odd\nagain\n", { type: "stderr", phase: "compile" });
    await shown.show({ type: "compiling", ...settingOf() }, complaint, ended({ outcome: "compile-failed" }));
    assert.deepEqual(linesOf(shown.text).slice(1, 3), ["./main.go:3: odd", "again"]);
    assert.match(linesOf(shown.text)[3] ?? "", /^✖ compile-failed/);
  });

  it("puts together characters that come in pieces", async () => {
    const shown = new Shown();
    const bytes = Buffer.from("é𝒳");
    await shown.show(started(), ...[...bytes].map((byte) => prints(Uint8Array.of(byte))), ended());
    assert.equal(linesOf(shown.text)[1], "é𝒳");
  });

  it("shows at once what comes after silence", async () => {
    const shown = new Shown();
    await shown.show(started());
    await setTimeout(25);
    await shown.show(prints("a"));
    assert.ok(shown.text.endsWith("a"));
  });

  it("leaves the terminal as it was, whatever the program made of it", async () => {
    const shown = new Shown();
    await shown.show(started(), prints("\u001B[?1049h\u001B[?25l\u001B[31m"), ended());
    const behind = shown.text.slice(shown.text.indexOf("\u001B[31m"), shown.text.indexOf("✔"));
    for (const sequence of ["\u001B[?1049l", "\u001B[?25h", "\u001B[0m"]) assert.ok(behind.includes(sequence));
  });

  it("lets a program move the cursor, and not set titles, the clipboard or links", async () => {
    const shown = new Shown();
    const strings = "\u001B]0;t\u0007\u001B]52;c;YQ==\u0007\u001B]8;;http://x\u001B\\\u001BP$qm\u001B\\\u009D0;t\u0007";
    await shown.show(started(), prints("a\u001B[5;1H\u001B]52;c;"), prints(`YQ==\u0007b${strings}`), ended());
    assert.ok(shown.text.includes("a\u001B[5;1Hb\\u{9d}0;t"), JSON.stringify(shown.text));
    assert.ok(!/\u001B[\]P]|\u009D/.test(shown.text));
  });

  it("shows as much as may be, and of what somebody's keys bring about as much again", async () => {
    const shown = new Shown();
    await shown.show(started({ outputBytes: 10 }), prints("0123456"), prints("789abc"), prints("d"));
    shown.screen.noteKeys();
    await shown.show(prints("again"), prints("0123456789"), ended());
    const [, ...lines] = linesOf(shown.text);
    assert.equal(lines[0], "0123456789");
    assert.match(lines[1] ?? "", /4 bytes? more were left out|\[… 4 B/);
    assert.equal(lines[2], "again01234");
    assert.match(lines[3] ?? "", /^\[… 5 /);
  });

  it("writes a flood in pieces of which none keeps the window long, and takes no more in between", async () => {
    const shown = new Shown();
    const flood = "x".repeat(100 * 1024);
    await shown.show(started(), ...Array.from({ length: 5 }, () => prints(flood)), ended());
    assert.ok(shown.pieces.every(({ length }) => length <= 128 * 1024));
    assert.equal(shown.text.match(/x{1000,}/)?.[0].length, 5 * flood.length);
  });

  it("says why nothing could be run", async () => {
    const shown = new Shown(["A note."]);
    await shown.show(pulling(MEBIBYTE));
    const tried = [{ what: "a socket", why: "it isn't there" }];
    shown.screen.fail(new RunFailure({ code: "engine-unavailable", message: "No engine.", hint: "Start it.", tried }));
    assert.deepEqual(linesOf(shown.text), [
      "  A note.",
      "✖ No engine.",
      "  tried a socket: it isn't there",
      "  Start it.",
      "",
    ]);
  });

  it("makes visible what would be a command to the terminal in a line of its own", async () => {
    const shown = new Shown(["\u001B]0;note\u0007"], "\u001B[2J.py");
    await shown.show(started(), ended({ evidence: 'It reported "\u001B[2J".' }));
    assert.ok(!shown.text.includes("\u001B[2J") && !shown.text.includes("\u001B]"));
    assert.ok(shown.text.includes("\\u{1b}[2J"));
  });

  it("shows nothing more once it is closed", async () => {
    const shown = new Shown();
    await shown.show(started());
    const { text } = shown;
    shown.screen.close();
    await shown.show(prints("more"), ended());
    assert.equal(shown.text, text);
  });
});
