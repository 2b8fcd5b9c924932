import assert from "node:assert/strict";
import fc from "fast-check";
import { OutputLimit } from "../../../src/run/outputLimit.ts";

const piece = (type: "stdout" | "stderr", text: string) => ({ type, data: Buffer.from(text) });

describe("OutputLimit", () => {
  it("lets through as much as may be of a stream that has exactly that", () => {
    const limit = new OutputLimit(4);
    for (const text of ["ab", "cd", ""]) assert.equal(String(limit.admit(piece("stdout", text))), text);
    assert.equal(limit.exceeded, false);
  });

  it("counts each stream for itself, and lets nothing of either through when one has more", () => {
    const limit = new OutputLimit(3);
    assert.equal(String(limit.admit(piece("stdout", "abc"))), "abc");
    assert.equal(String(limit.admit(piece("stderr", "1"))), "1");
    assert.equal(String(limit.admit(piece("stdout", "d"))), "");
    assert.equal(limit.exceeded, true);
    assert.equal(String(limit.admit(piece("stderr", "2"))), "");
  });

  it("lets through the same, however the stream is cut into pieces", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 9 })), (bytes, texts) => {
        const limit = new OutputLimit(bytes);
        const seen = texts.map((text) => String(Buffer.from(limit.admit(piece("stderr", text))))).join("");
        const whole = texts.join("");
        assert.equal(seen, whole.slice(0, bytes));
        assert.equal(limit.exceeded, whole.length > bytes);
      }),
    );
  });
});
