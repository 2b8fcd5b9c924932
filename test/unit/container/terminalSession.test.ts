import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { sizesFailed, TerminalSession } from "../../../src/container/terminalSession.ts";
import type { TerminalSize } from "../../../src/run/terminal.ts";

const size = (columns: number): TerminalSize => ({ columns, rows: 24 });

const BOOTING = { isReady: false, state: "booting" } as const;
const READY = { isReady: true, state: "booting" } as const;
const STARTED = { isReady: true, state: "started" } as const;

/** Sizes that come when the test says so. */
class Sizes implements AsyncIterable<TerminalSize> {
  #tell: (size: TerminalSize) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  #next = this.#promise();

  #promise(): Promise<TerminalSize> {
    return new Promise((resolve, reject) => {
      this.#tell = resolve;
      this.#fail = reject;
    });
  }

  async tell(columns: number): Promise<void> {
    this.#tell(size(columns));
    await setImmediate();
  }

  async fail(): Promise<void> {
    this.#fail(new Error("the window is gone"));
    await setImmediate();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TerminalSize, void, void> {
    for (;;) {
      const next = await this.#next;
      this.#next = this.#promise();
      yield next;
    }
  }
}

interface Opened {
  readonly session: TerminalSession;
  readonly sizes: Sizes;
  /** What it did, in its order. */
  readonly log: string[];
}

function open(resize: () => Promise<void> = async () => undefined): Opened {
  const sizes = new Sizes();
  const log: string[] = [];
  const session = new TerminalSession({
    terminal: { ...size(80), resized: sizes },
    makeJob: ({ columns }) => {
      log.push(`job ${columns}`);
      return Buffer.from("job");
    },
    resize: async ({ columns }) => {
      log.push(`resize ${columns}`);
      await resize();
    },
  });
  void session.ready.then((job) => log.push(Buffer.from(job).toString()));
  void session.started.then(() => log.push("started"));
  return { session, sizes, log };
}

describe("TerminalSession", () => {
  it("makes the job when the boot script is ready, and lets what follows go when the program is started, once", async () => {
    const { session, log } = open();
    for (const [state, expected] of [
      [BOOTING, []],
      [READY, ["job 80", "job"]],
      [READY, ["job 80", "job"]],
      [STARTED, ["job 80", "job", "started"]],
      [STARTED, ["job 80", "job", "started"]],
    ] as const) {
      session.notice(state);
      await setImmediate();
      assert.deepEqual(log, expected);
    }
  });

  it("gives the job the last size that came before", async () => {
    const { session, sizes, log } = open();
    await sizes.tell(90);
    await sizes.tell(100);
    session.notice(READY);
    await setImmediate();
    session.notice(STARTED);
    await setImmediate();
    assert.deepEqual(log, ["job 100", "job", "started"]);
  });

  it("tells the sizes that come later, and those that came in between when the program is started", async () => {
    const { session, sizes, log } = open();
    session.notice(READY);
    await setImmediate();
    await sizes.tell(90);
    await sizes.tell(100);
    assert.deepEqual(log, ["job 80", "job"]);
    session.notice(STARTED);
    await setImmediate();
    await sizes.tell(110);
    assert.deepEqual(log.slice(2).toSorted(), ["resize 100", "resize 110", "started"]);
  });

  it("goes on where the engine refuses one", async () => {
    const { session, sizes, log } = open(async () => Promise.reject(new Error("it has ended")));
    session.notice(STARTED);
    await sizes.tell(90);
    await sizes.tell(100);
    assert.deepEqual(log.slice(-2), ["resize 90", "resize 100"]);
    assert.equal(session.failure, undefined);
  });

  it("tells none after its end", async () => {
    const { session, sizes, log } = open();
    session.notice(STARTED);
    session[Symbol.dispose]();
    await sizes.tell(90);
    assert.ok(!log.includes("resize 90"));
  });

  it("remembers that its source failed, or told what can't be", async () => {
    for (const [come, message] of [
      [async (sizes: Sizes) => sizes.fail(), "The terminal's size could not be followed: the window is gone."],
      [async (sizes: Sizes) => sizes.tell(0), "A terminal can't have 0 columns and 24 rows."],
    ] as const) {
      const { session, sizes } = open();
      await come(sizes);
      assert.notEqual(session.failure, undefined);
      const { code, message: said } = sizesFailed(session.failure?.error);
      assert.deepEqual([code, said], ["bad-request", message]);
    }
  });
});
