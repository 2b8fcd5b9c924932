import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { RunEvent } from "../../../../src/run/event.ts";
import { RunFailure } from "../../../../src/run/failure.ts";
import type { TerminalSize } from "../../../../src/run/terminal.ts";
import { Feed } from "../../../../src/vscode/terminal/feed.ts";
import { type TerminalIo, TerminalRun } from "../../../../src/vscode/terminal/terminalRun.ts";
import { ended, prints, started } from "./runEvents.ts";

/** A terminal whose run says what the test says. */
class Tried {
  readonly abort = new AbortController();
  readonly events = new Feed<RunEvent>("all");
  readonly run: TerminalRun;
  readonly sizes: TerminalSize[] = [];
  text = "";
  typed = "";
  closed = 0;
  io: TerminalIo | undefined;

  constructor(failure?: Error) {
    const { events } = this;
    this.run = new TerminalRun(
      {
        name: "a.py",
        notes: ["A note."],
        abort: this.abort,
        run: (io) => {
          this.io = io;
          void this.#follow(io);
          return (async function* () {
            yield* events;
            if (failure !== undefined) throw failure;
          })();
        },
      },
      { write: (text) => (this.text += text), close: () => (this.closed += 1) },
    );
    // As the runner does, whatever it has come to.
    this.abort.signal.addEventListener("abort", () => this.say(ended({ outcome: "cancelled" })));
  }

  async #follow({ terminal, stdin }: TerminalIo): Promise<void> {
    void (async () => {
      for await (const size of terminal.resized ?? []) this.sizes.push(size);
    })();
    for await (const keys of stdin) this.typed += Buffer.from(keys).toString();
    this.typed += "|";
  }

  say(...events: readonly RunEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      if (event.type === "ended") this.events.end();
    }
  }

  async shows(text: string): Promise<void> {
    while (!this.text.includes(text)) await setImmediate();
  }
}

/** One whose program runs. */
async function running(): Promise<Tried> {
  const tried = new Tried();
  tried.run.open({ columns: 100, rows: 30 });
  tried.say(started(), prints("ready"));
  await tried.shows("ready");
  return tried;
}

describe("TerminalRun", () => {
  it("neither runs nor writes anything before the terminal is open", async () => {
    const tried = new Tried();
    tried.say(started());
    await setImmediate();
    assert.deepEqual([tried.io, tried.text], [undefined, ""]);
    tried.run.open({ columns: 100, rows: 30 });
    await tried.shows("A note.");
    const { columns, rows } = tried.io?.terminal ?? {};
    assert.deepEqual([columns, rows], [100, 30]);
  });

  it("begins with a usual size where the window has none yet, and follows it, as far as it is one", async () => {
    const tried = new Tried();
    tried.run.open(undefined);
    await setImmediate();
    const { columns, rows } = tried.io?.terminal ?? {};
    assert.deepEqual([columns, rows], [80, 24]);
    tried.run.setDimensions({ columns: 120, rows: 0 });
    await setImmediate();
    assert.deepEqual(tried.sizes, [{ columns: 120, rows: 1 }]);
  });

  it("hands on what is typed while the program runs, and nothing from before", async () => {
    const tried = new Tried();
    tried.run.open(undefined);
    tried.run.handleInput("too early");
    tried.say(started(), prints("ready"));
    await tried.shows("ready");
    for (const keys of ["é", "abc\r", "\u0004", "\u001B[A"]) tried.run.handleInput(keys);
    tried.say(ended());
    await tried.run.ended;
    await setImmediate();
    assert.equal(tried.typed, "éabc\r\u0004\u001B[A|");
  });

  it("ends the run at Ctrl+C, also where it comes with other keys, and again does no harm", async () => {
    const tried = await running();
    tried.run.handleInput("abc\u0003");
    tried.run.handleInput("\u0003");
    assert.equal(tried.abort.signal.aborted, true);
    assert.equal((await tried.run.ended).outcome, "cancelled");
    assert.equal(tried.text.split("^C").length, 2);
    await setImmediate();
    assert.equal(tried.typed, "|");
  });

  it("ends the run at Ctrl+C while it waits to start", async () => {
    const tried = new Tried();
    tried.run.open(undefined);
    tried.say({ type: "queued", ahead: 3 });
    await setImmediate();
    tried.run.handleInput("\u0003");
    assert.equal((await tried.run.ended).outcome, "cancelled");
    assert.match(tried.text, /✖ cancelled/);
  });

  it("closes at the next key after the end, once it says so, but not at what the terminal itself answers", async () => {
    const tried = await running();
    tried.say(ended());
    await tried.run.ended;
    tried.run.handleInput("x");
    await tried.shows("Press any key to close.");
    for (const report of ["\u001B[?1;2c", "\u001B[24;80R", "\u001B[I", "\u001B[<0;1;1M", "\u001B]10;rgb:0/0/0\u001B\\"])
      tried.run.handleInput(report);
    assert.equal(tried.closed, 0);
    tried.run.handleInput("\u001B[A");
    assert.equal(tried.closed, 1);
    assert.ok(tried.text.indexOf("✔ ok") < tried.text.indexOf("Press any key"));
  });

  it("ends the run when it is closed, and shows nothing more", async () => {
    const tried = await running();
    const { text } = tried;
    tried.run.close();
    tried.run.close();
    assert.equal(tried.abort.signal.aborted, true);
    assert.equal((await tried.run.ended).outcome, "cancelled");
    assert.equal(tried.text, text);
  });

  it("has an end as well where it was closed before it opened", async () => {
    const tried = new Tried();
    tried.run.close();
    assert.equal((await tried.run.ended).outcome, "cancelled");
    assert.equal(tried.text, "");
  });

  it("says why nothing could be run, and rejects with that", async () => {
    const failure = new RunFailure({ code: "busy", message: "Too many wait.", hint: "Wait." });
    const tried = new Tried(failure);
    tried.run.open(undefined);
    tried.events.end();
    await assert.rejects(tried.run.ended, failure);
    await tried.shows("Press any key to close.");
    assert.match(tried.text, /✖ Too many wait\./);
  });
});
