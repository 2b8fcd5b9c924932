import assert from "node:assert/strict";
import fc from "fast-check";
import { cutAtDetachKeys, DETACH_KEYS_QUERY } from "../../../src/container/detachKeys.ts";

const KEYS = Buffer.from(DETACH_KEYS_QUERY.split(",").map((key) => Number.parseInt(key.slice(1), 16)));

/** What moby's escapeProxy makes of an input whose reads end where these pieces do; undefined where it detaches. */
function throughEngine(reads: readonly Buffer[]): Buffer | undefined {
  let matched = 0;
  const out: Buffer[] = [];
  for (const read of reads) {
    let bytes = read;
    for (let index = 0; index < bytes.length; index += 1) {
      if (bytes[index] === KEYS[matched]) {
        matched += 1;
        if (matched === KEYS.length) return undefined;
        continue;
      }
      if (index < matched) {
        bytes = Buffer.concat([KEYS.subarray(0, matched), bytes]);
        index += matched;
      }
      matched = 0;
    }
    out.push(bytes.subarray(0, Math.max(0, bytes.length - matched)));
  }
  return Buffer.concat(out);
}

describe("The detach keys", () => {
  const byte = fc.constantFrom(...KEYS.subarray(0, 2), 0x0a, 0x61);
  const content = fc.array(byte, { maxLength: 40 }).map((bytes) => Buffer.from(bytes));

  it("start with what no text has", () => {
    // The last code point begins with the largest byte that UTF-8 has.
    assert.ok((KEYS[0] ?? 0) > (Buffer.from("\u{10FFFF}")[0] ?? 0));
  });

  it("leave a file as it is, in however many pieces, however the engine reads them", () => {
    fc.assert(
      fc.property(content, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (bytes, lengths) => {
        const pieces = cutAtDetachKeys({ path: "a", content: bytes, executable: true });
        assert.ok(pieces.every(({ path, executable }) => path === "a" && executable === true));
        assert.deepEqual(Buffer.concat(pieces.map((piece) => piece.content)), bytes);
        // As they are sent: with a line before each, and one behind the last.
        const sent = Buffer.concat([
          ...pieces.flatMap((piece) => [Buffer.from("0600\n"), piece.content]),
          Buffer.from("\n"),
        ]);
        assert.deepEqual(throughEngine(cut(sent, lengths)), sent);
      }),
    );
  });

  it("make one piece of a text, without copying it, and of an empty file", () => {
    const text = Buffer.from("print('é')\n");
    assert.deepEqual(cutAtDetachKeys({ path: "a", content: text }), [{ path: "a", content: text }]);
    assert.equal(cutAtDetachKeys({ path: "a", content: text })[0]?.content.buffer, text.buffer);
    assert.equal(cutAtDetachKeys({ path: "a", content: new Uint8Array() }).length, 1);
  });
});

/** Cuts bytes into pieces of these lengths, over and over. */
function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1)?.length ?? 0) {
    pieces.push(bytes.subarray(at, at + (lengths[pieces.length % lengths.length] ?? 1)));
  }
  return pieces;
}
