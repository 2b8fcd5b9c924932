import assert from "node:assert/strict";
import { toVisibleText } from "../../../src/run/visibleText.ts";

describe("Text that nobody trusts", () => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ["plain, with ümlauts and 😀", "plain, with ümlauts and 😀"],
    ["a\nb\r\tc", "a\\u{a}b\\u{d}\\u{9}c"],
    ["\u001b]8;;http://x\u0007", "\\u{1b}]8;;http://x\\u{7}"],
    ["\u009b31m\u007f", "\\u{9b}31m\\u{7f}"],
    ["gpj.\u202egnp", "gpj.\\u{202e}gnp"],
    ["a\u200bb\u2028c\ufeff", "a\\u{200b}b\\u{2028}c\\u{feff}"],
    ["\ud83d", "\\u{d83d}"],
  ];
  for (const [text, shown] of cases) {
    it(`is shown as ${shown}`, () => assert.equal(toVisibleText(text, 80), shown));
  }

  it("is cut where it is longer, between characters", () => {
    assert.equal(toVisibleText("12345", 5), "12345");
    assert.equal(toVisibleText("123456", 5), "1234…");
    assert.equal(toVisibleText("😀".repeat(6), 5), `${"😀".repeat(4)}…`);
    assert.equal(toVisibleText("x".repeat(10_000_000), 5), "xxxx…");
  });
});
