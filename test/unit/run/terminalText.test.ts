import assert from "node:assert/strict";
import { plainTerminalText } from "../../../src/run/terminalText.ts";

describe("plainTerminalText", () => {
  const cases: readonly (readonly [what: string, text: string, plain: string])[] = [
    ["ends of lines", "a\r\nb\r\r\nc\rd\n", "a\nb\nc\rd\n"],
    ["colours", "\u001B[1;31mred\u001B[0m, \u001B[38;5;9mred\u001B[m", "red, red"],
    ["what moves and erases", "\u001B[2K\u001B[1G\u001B[?25lx\u001B[ q", "x"],
    ["titles and links", "\u001B]0;a title\u0007a\u001B]8;;https://x.example\u001B\\link\u001B]8;;\u001B\\", "alink"],
    ["nothing else", "a\u001B", "a\u001B"],
  ];
  for (const [what, text, plain] of cases) {
    it(`takes out ${what}`, () => assert.equal(plainTerminalText(text), plain));
  }

  it("takes no longer for what only looks like the beginning of something", () => {
    for (const part of ["\u001B[", "\u001B]", "\r", "\u001B[1;1"]) {
      const text = part.repeat(256 * 1024);
      const startedAt = performance.now();
      plainTerminalText(text);
      assert.ok(performance.now() - startedAt < 1000, JSON.stringify(part));
    }
  });
});
