import assert from "node:assert/strict";
import { setImmediate, setTimeout } from "node:timers/promises";
import { PassThrough, Writable } from "node:stream";
import { inputFailed, InputWriter } from "../../../src/container/input.ts";
import { gather } from "../gather.ts";
import type { Input } from "../../../src/run/request.ts";

const NOTHING = new Uint8Array();

/** A program's standard input that takes a chunk when the test says so. */
class SlowInput extends Writable {
  readonly taken: string[] = [];
  #release: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#release = () => {
      this.taken.push(chunk.toString());
      done();
    };
  }

  take(): void {
    this.#release?.();
  }
}

async function written(first: Uint8Array, stdin: Input): Promise<string> {
  const target = new PassThrough();
  using _input = new InputWriter(target, first, stdin);
  return Buffer.concat(await gather(target)).toString();
}

/** Yields chunks and counts how many were asked for. */
class Source implements AsyncIterable<Uint8Array> {
  asked = 0;
  closed = false;
  readonly #chunks: readonly string[];

  constructor(...chunks: readonly string[]) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (const chunk of this.#chunks) {
        this.asked += 1;
        yield Buffer.from(chunk);
      }
    } finally {
      this.closed = true;
    }
  }
}

describe("InputWriter", () => {
  const inputs: readonly { readonly what: string; readonly stdin: Input; readonly expected: string }[] = [
    { what: "nothing", stdin: "", expected: "job|" },
    { what: "text", stdin: "é\n", expected: "job|é\n" },
    { what: "bytes", stdin: Buffer.from("bytes"), expected: "job|bytes" },
    { what: "a stream", stdin: new Source("a", "b", "c"), expected: "job|abc" },
  ];
  for (const { what, stdin, expected } of inputs) {
    it(`writes the job, then ${what}, then an end of file`, async () => {
      assert.equal(await written(Buffer.from("job|"), stdin), expected);
    });
  }

  it("writes a megabyte whole", async () => {
    const stdin = Buffer.alloc(1024 * 1024, "0123456789");
    assert.equal(await written(NOTHING, stdin), stdin.toString());
  });

  it("asks for no more than the program takes", async () => {
    const target = new SlowInput();
    const source = new Source("a", "b", "c");
    using _input = new InputWriter(target, NOTHING, source);
    await setImmediate();
    assert.deepEqual([source.asked, target.taken], [1, []]);
    target.take();
    await setImmediate();
    assert.deepEqual([source.asked, target.taken], [2, ["a"]]);
  });

  const typed: readonly { readonly what: string; readonly stdin: Input; readonly expected: string }[] = [
    { what: "nothing", stdin: "", expected: "\u0004" },
    { what: "a line", stdin: "é\n", expected: "é\n\u0004" },
    { what: "a line as it is typed", stdin: new Source("a\r", ""), expected: "a\r\u0004" },
    { what: "a line without an end", stdin: new Source("a", "b"), expected: "ab\u0004\u0004" },
  ];
  for (const { what, stdin, expected } of typed) {
    it(`types into a terminal ${what}, then Ctrl+D, and leaves it open`, async () => {
      const target = new PassThrough({ encoding: "utf8" });
      const terminal = { ready: Promise.resolve(Buffer.from("job|")), started: Promise.resolve() };
      using _input = new InputWriter(target, terminal, stdin);
      let received = "";
      target.on("data", (text: string) => (received += text));
      while (received.length < expected.length + 4) await setImmediate();
      await setImmediate();
      assert.equal(received, `job|${expected}`);
      assert.equal(target.writableEnded, false);
    });
  }

  it("waits with each part until the terminal is ready for it", async () => {
    const target = new PassThrough({ encoding: "utf8" });
    const source = new Source("typed\r");
    let [tellReady, tellStarted] = [(_: Uint8Array): void => undefined, (): void => undefined];
    const ready = new Promise<Uint8Array>((resolve) => (tellReady = resolve));
    const started = new Promise<void>((resolve) => (tellStarted = resolve));
    using _input = new InputWriter(target, { ready, started }, source);
    await setImmediate();
    assert.equal(target.read(), null);
    tellReady(Buffer.from("job|"));
    await setImmediate();
    assert.deepEqual([target.read(), source.asked], ["job|", 0]);
    tellStarted();
    await setImmediate();
    assert.equal(target.read(), "typed\r\u0004");
  });

  it("stops, and closes its source, when the program has closed its input", async () => {
    const target = new SlowInput();
    const source = new Source("a", "b", "c");
    using input = new InputWriter(target, NOTHING, source);
    await setImmediate();
    target.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await setImmediate();
    await setImmediate();
    assert.equal(source.closed, true);
    assert.equal(input.failure, undefined);
  });

  it("stops, and closes its source, when the program has ended without taking all", async () => {
    const target = new SlowInput();
    const source = new Source("a", "b", "c");
    const input = new InputWriter(target, NOTHING, source);
    await setImmediate();
    input[Symbol.dispose]();
    await setImmediate();
    await setImmediate();
    assert.deepEqual([source.asked <= 2, source.closed, target.taken], [true, true, []]);
    assert.equal(target.writableEnded, false);
  });

  it("writes nothing more when it was disposed of while it waited for its source", async () => {
    const target = new PassThrough();
    const source = (async function* () {
      yield Buffer.from("a");
      await setTimeout(20);
      yield Buffer.from("b");
    })();
    const input = new InputWriter(target, NOTHING, source);
    await setTimeout(5);
    input[Symbol.dispose]();
    await setTimeout(30);
    assert.equal(target.read()?.toString(), "a");
    assert.equal(target.writableEnded, false);
  });

  it("leaves no listener behind for each time that it waited", async () => {
    const target = new PassThrough({ highWaterMark: 1 });
    using _input = new InputWriter(target, NOTHING, new Source(...Array.from({ length: 50 }, () => "xx")));
    await gather(target);
    assert.ok(target.listenerCount("drain") <= 1);
    assert.ok(target.listenerCount("close") <= 1);
  });

  it("remembers that its source failed, and ends the program's input all the same", async () => {
    const target = new PassThrough();
    const broken = (async function* () {
      yield Buffer.from("a");
      throw new Error("the file is gone");
    })();
    using input = new InputWriter(target, NOTHING, broken);
    assert.equal(Buffer.concat(await gather(target)).toString(), "a");
    const { code, message } = inputFailed(input.failure?.error);
    assert.equal(code, "bad-request");
    assert.equal(message, "The program's input could not be read: the file is gone.");
  });
});
