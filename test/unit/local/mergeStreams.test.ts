import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { mergeStreams } from "../../../src/local/mergeStreams.ts";
import { gather } from "../gather.ts";

const sources = (a: Readable, b: Readable) =>
  [
    { type: "a", stream: a },
    { type: "b", stream: b },
  ] as const;

const join = (pieces: readonly { type: string; data: Uint8Array }[], type: string): string =>
  Buffer.concat(pieces.filter((piece) => piece.type === type).map(({ data }) => data)).toString();

describe("mergeStreams", () => {
  it("yields each stream whole", async () => {
    const texts = [1, 2].map((each) => Array.from({ length: 300 }, (_, index) => `${each}:${index}\n`));
    const [a, b] = texts.map((text) =>
      Readable.from(
        text.map((line) => Buffer.from(line)),
        { objectMode: false },
      ),
    );
    assert.ok(a !== undefined && b !== undefined);
    const pieces = await gather(mergeStreams(sources(a, b)));
    assert.deepEqual(
      [join(pieces, "a"), join(pieces, "b")],
      texts.map((text) => text.join("")),
    );
  });

  it("yields what comes when it comes, whatever the other stream does", async () => {
    const [a, b] = [new PassThrough(), new PassThrough()];
    const merged = mergeStreams(sources(a, b));
    for (const [type, stream] of [
      ["b", b],
      ["a", a],
      ["b", b],
    ] as const) {
      const next = merged.next();
      await setImmediate();
      stream.write(type);
      assert.deepEqual((await next).value, { type, data: Buffer.from(type) });
    }
    a.end();
    const next = merged.next();
    b.end("last");
    assert.deepEqual((await next).value, { type: "b", data: Buffer.from("last") });
    assert.equal((await merged.next()).done, true);
  });

  it("reads no faster than it is read", async () => {
    const flood = new PassThrough({ highWaterMark: 10 });
    const merged = mergeStreams(sources(flood, Readable.from([])));
    flood.write("0123456789");
    await merged.next();
    assert.equal(flood.write("0123456789"), false);
    await setImmediate();
    assert.equal(flood.readableLength > 0, true);
    await merged.return();
  });

  it("closes the streams where its reader leaves", async () => {
    const [a, b] = [new PassThrough(), new PassThrough()];
    a.write("x");
    for await (const _ of mergeStreams(sources(a, b))) break;
    assert.deepEqual([a.destroyed, b.destroyed], [true, true]);
  });

  it("throws what broke a stream, and closes the other", async () => {
    const [a, b] = [new PassThrough(), new PassThrough()];
    const merged = gather(mergeStreams(sources(a, b)));
    await setImmediate();
    a.destroy(new Error("broken"));
    await assert.rejects(merged, { message: "broken" });
    assert.equal(b.destroyed, true);
  });
});
