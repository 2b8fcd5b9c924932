import assert from "node:assert/strict";
import fc from "fast-check";
import { TextDecoders } from "../../../src/run/text.ts";

type Type = "stdout" | "stderr";

const pieces = fc.array(fc.tuple(fc.constantFrom<Type>("stdout", "stderr"), fc.nat(7)), { maxLength: 60 });

describe("TextDecoders", () => {
  it("give whole characters of each stream, wherever both are cut and however they are mixed", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 }).map((value) => value.toWellFormed());
    fc.assert(
      fc.property(text, text, pieces, (stdout, stderr, order) => {
        const left = { stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
        const seen = { stdout: "", stderr: "" };
        const decoders = new TextDecoders();
        const rest: readonly [Type, number][] = [
          ["stdout", left.stdout.length],
          ["stderr", left.stderr.length],
        ];
        for (const [type, length] of [...order, ...rest]) {
          seen[type] += decoders.decode({ type, data: left[type].subarray(0, length) });
          left[type] = left[type].subarray(length);
        }
        assert.deepEqual(seen, { stdout, stderr });
        assert.equal(decoders.end("stdout") + decoders.end("stderr"), "");
      }),
    );
  });

  it("replace the half of a character with which a stream ends", () => {
    const decoders = new TextDecoders();
    assert.equal(decoders.decode({ type: "stdout", data: Buffer.from("é€").subarray(0, 4) }), "é");
    assert.equal(decoders.end("stderr"), "");
    assert.equal(decoders.end("stdout"), "\uFFFD");
  });

  it("read a view in the middle of a larger buffer", () => {
    const data = new TextEncoder().encode("before|inside|behind").subarray(7, 13);
    assert.equal(new TextDecoders().decode({ type: "stderr", data }), "inside");
  });
});
