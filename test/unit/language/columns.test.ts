import assert from "node:assert/strict";
import * as fc from "fast-check";
import { bytes, cells, codePoints, utf16Offset } from "../../../src/language/columns.ts";

describe("utf16Offset", () => {
  it("counts the bytes of UTF-8", () => {
    assert.equal(utf16Offset("é𝒳x", 2, bytes), 1);
    assert.equal(utf16Offset("é𝒳x", 6, bytes), 3);
    assert.equal(utf16Offset("é𝒳x", 7, bytes), 4);
  });

  it("counts a byte order mark, as Go does", () => {
    assert.equal(utf16Offset("\ufeffpackage", 3, bytes), 1);
  });

  it("counts characters, a surrogate pair once", () => {
    assert.equal(utf16Offset("a𝒳b", 2, codePoints), 3);
  });

  it("counts two cells for a wide character", () => {
    assert.equal(utf16Offset("日本x", 4, cells), 2);
    assert.equal(utf16Offset("🎉é한x", 5, cells), 4);
  });

  it("knows no place inside of a character or after the end", () => {
    assert.equal(utf16Offset("日", 1, cells), undefined);
    assert.equal(utf16Offset("é", 1, bytes), undefined);
    assert.equal(utf16Offset("ab", 3, codePoints), undefined);
  });

  it("agrees with Node's own encoder about bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (before, after) => {
        const count = Buffer.byteLength(before);
        assert.equal(utf16Offset(before + after, count, bytes), before.length);
      }),
    );
  });
});
