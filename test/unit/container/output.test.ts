import assert from "node:assert/strict";
import fc from "fast-check";
import type { Output } from "../../../src/container/container.ts";
import { Demultiplexer } from "../../../src/container/output.ts";

interface Frame {
  readonly stream: 0 | 1 | 2;
  readonly data: Uint8Array;
}

const MEBIBYTE = 1024 * 1024;

const frames = fc.array(
  fc.record({ stream: fc.constantFrom<Frame["stream"]>(0, 1, 2), data: fc.uint8Array({ maxLength: 40 }) }),
  { maxLength: 30 },
);

function header(stream: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(stream, 0);
  bytes.writeUInt32BE(length, 4);
  return bytes;
}

function encode(sent: readonly Frame[]): Buffer {
  return Buffer.concat(sent.flatMap(({ stream, data }) => [header(stream, data.length), data]));
}

/** Cuts at the given places, in whatever order they come. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

function read(chunks: readonly Uint8Array[]): Output[] {
  const output = new Demultiplexer();
  return chunks.flatMap((chunk) => [...output.push(chunk)]);
}

function textOf(pieces: readonly Output[], type: Output["type"]): string {
  return Buffer.concat(pieces.filter((piece) => piece.type === type).map(({ data }) => data)).toString("latin1");
}

describe("Demultiplexer", () => {
  it("gives exactly the streams, however the bytes are cut into chunks", () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(2000), { maxLength: 60 }), (sent, places) => {
        const pieces = read(cutAt(encode(sent), places));
        const expected = sent.map(({ stream, data }) => ({ type: stream === 2 ? "stderr" : "stdout", data }) as const);
        assert.equal(textOf(pieces, "stdout"), textOf(expected, "stdout"));
        assert.equal(textOf(pieces, "stderr"), textOf(expected, "stderr"));
      }),
    );
  });

  it("keeps the order in which the streams were written", () => {
    fc.assert(
      fc.property(frames, (sent) => {
        const order = read([encode(sent)]).map(({ type, data }) => `${type}:${Buffer.from(data).toString("hex")}`);
        const written = sent.filter(({ data }) => data.length > 0);
        assert.deepEqual(
          order,
          written.map(
            ({ stream, data }) => `${stream === 2 ? "stderr" : "stdout"}:${Buffer.from(data).toString("hex")}`,
          ),
        );
      }),
    );
  });

  it("takes many thousand one-byte frames in one chunk", () => {
    const sent = Array.from({ length: 10_000 }, (_, index) => ({
      stream: 1 as const,
      data: Buffer.from([index % 256]),
    }));
    const pieces = read([encode(sent)]);
    assert.equal(pieces.length, 10_000);
    assert.equal(textOf(pieces, "stdout"), Buffer.concat(sent.map(({ data }) => data)).toString("latin1"));
  });

  it("yields views into the chunks that it is given, and copies nothing", () => {
    const chunks = Array.from({ length: 512 }, () => new Uint8Array(64 * 1024));
    const output = new Demultiplexer();
    let bytes = 0;
    for (const head of [header(1, 16 * MEBIBYTE), header(2, 16 * MEBIBYTE)]) {
      assert.deepEqual([...output.push(head)], []);
      for (const chunk of chunks.splice(0, 256)) {
        for (const { data } of output.push(chunk)) {
          assert.equal(data.buffer, chunk.buffer);
          bytes += data.length;
        }
      }
    }
    assert.equal(bytes, 32 * MEBIBYTE);
    assert.equal(output.truncated, false);
  });

  it("says whether the stream broke off inside a frame", () => {
    const whole = encode([{ stream: 1, data: Buffer.from("abc") }]);
    for (let length = 0; length <= whole.length; length += 1) {
      const output = new Demultiplexer();
      assert.ok([...output.push(whole.subarray(0, length))].length <= 1);
      assert.equal(output.truncated, length > 0 && length < whole.length, `after ${length} bytes`);
    }
  });

  it("yields nothing for an empty frame, and goes on behind it", () => {
    const pieces = read([
      encode([
        { stream: 2, data: Buffer.alloc(0) },
        { stream: 1, data: Buffer.from("x") },
      ]),
    ]);
    assert.deepEqual(pieces, [{ type: "stdout", data: Buffer.from("x") }]);
  });

  const garbled: readonly { readonly what: string; readonly bytes: Buffer }[] = [
    { what: "a stream that doesn't exist", bytes: header(3, 1) },
    { what: "text, as of a terminal", bytes: Buffer.from("Hello, World!\n") },
    { what: "padding that isn't zero", bytes: Buffer.from([1, 0, 1, 0, 0, 0, 0, 1]) },
    { what: "a frame larger than any engine sends", bytes: header(1, 16 * MEBIBYTE + 1) },
  ];
  for (const { what, bytes } of garbled) {
    it(`refuses ${what}`, () => {
      assert.throws(() => read([bytes]), { name: "RangeError", message: "The engine's output stream is garbled." });
    });
  }
});
