import assert from "node:assert/strict";
import { MOST_LINES, ShownStream } from "../../../../src/vscode/output/shownStream.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("A stream as it is shown", () => {
  it("has its characters and sequences whole, wherever they were cut", () => {
    const stream = new ShownStream();
    const shown = [...bytes("aé😀\u001B[31mz\r\n")].map((byte) => stream.take(Uint8Array.of(byte), 1000));
    assert.equal(shown.join("") + stream.end(), "aé😀z\n");
  });

  it("is shown up to its limit, and then only counted", () => {
    const stream = new ShownStream();
    assert.equal(stream.take(bytes("abcdef"), 4), "abcd");
    assert.equal(stream.take(bytes("ghi"), 4), "");
    assert.equal(stream.lostBytes, 5);
    assert.equal(new ShownStream().take(bytes("abc"), 0), "");
  });

  it("ends with what was left of a character", () => {
    const stream = new ShownStream();
    assert.equal(stream.take(bytes("é").subarray(0, 1), 1000) + stream.end(), "\uFFFD");
  });

  it("has no more lines than VS Code can show", () => {
    const stream = new ShownStream();
    const shown =
      stream.take(bytes("\n".repeat(MOST_LINES - 1)), Infinity) + stream.take(bytes("last\nabc\n"), Infinity);
    assert.equal(shown, `${"\n".repeat(MOST_LINES - 1)}last\nabc`);
    assert.equal(stream.take(bytes("def\n"), Infinity), "");
    assert.equal(stream.lostBytes, 5);
  });
});
