import assert from "node:assert/strict";
import fc from "fast-check";
import { BoundedOutput } from "../../../src/run/output.ts";

describe("BoundedOutput", () => {
  it("keeps everything that fits", () => {
    const output = new BoundedOutput(10);
    output.push(Buffer.from("12345"));
    output.push(Buffer.from("67890"));
    assert.equal(output.text(), "1234567890");
    assert.equal(output.lostBytes, 0);
  });

  it("keeps head and tail of what doesn't, and says how much is missing", () => {
    const output = new BoundedOutput(4);
    for (const piece of ["a", "bcd", "efghi", "j"]) output.push(Buffer.from(piece));
    assert.equal(output.text(), "ab\n[… 6 bytes left out …]\nij");
    assert.equal(output.lostBytes, 6);
  });

  it("keeps the same, however the stream is cut into chunks", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 15 })), (capacity, pieces) => {
        const output = new BoundedOutput(capacity);
        for (const piece of pieces) output.push(Buffer.from(piece));
        const whole = pieces.join("");
        const head = Math.ceil(capacity / 2);
        const lost = Math.max(0, whole.length - capacity);
        const tail = whole.slice(whole.length - (capacity - head));
        const expected =
          lost === 0
            ? whole
            : `${whole.slice(0, head)}\n[… ${lost} bytes left out …]\n${capacity === head ? "" : tail}`;
        assert.equal(output.text(), expected);
        assert.equal(output.lostBytes, lost);
      }),
    );
  });
});
