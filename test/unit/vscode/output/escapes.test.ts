import assert from "node:assert/strict";
import fc from "fast-check";
import { EscapeStripper } from "../../../../src/vscode/output/escapes.ts";

function strip(...pieces: readonly string[]): string {
  const stripper = new EscapeStripper();
  return pieces.map((piece) => stripper.strip(piece)).join("") + stripper.end();
}

/** Text in which sequences, whole and broken, are as likely as letters. */
const hostileText = fc
  .array(
    fc.constantFrom(
      "\u001B",
      "[",
      "]",
      "(",
      "P",
      "\\",
      "0;31",
      "m",
      "?25",
      "h",
      "\u0007",
      "\r",
      "\n",
      "\u0000",
      "a",
      "é",
      "😀",
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

const CASES: readonly { readonly what: string; readonly text: string; readonly shown: string }[] = [
  { what: "plain text", text: "naïve\ttext 😀\n", shown: "naïve\ttext 😀\n" },
  { what: "colours", text: "\u001B[1;31mred\u001B[0m and \u001B[38:2::1:2:3mmore\u001B[m", shown: "red and more" },
  { what: "moves of the cursor and erased lines", text: "\u001B[2K\u001B[1Ga\u001B[?25lb\u001B[>4;1mc", shown: "abc" },
  { what: "a title that ends with a bell", text: "\u001B]0;a title\u0007text", shown: "text" },
  {
    what: "a link that ends with a string terminator",
    text: "\u001B]8;;https://x/\u001B\\text\u001B]8;;\u001B\\",
    shown: "text",
  },
  { what: "a device control string", text: "\u001BPq#0~~\u001B\\text", shown: "text" },
  { what: "a choice of character sets", text: "\u001B(0lqk\u001B(B \u001B%Gtext", shown: "lqk text" },
  { what: "short sequences", text: "\u001B7a\u001B8b\u001B=c\u001BMd", shown: "abcd" },
  { what: "a string that another sequence breaks off", text: "\u001B]0;title\u001B[31mred", shown: "red" },
  { what: "a string that no end comes to, up to the end of its line", text: "a\u001B]0;b\nc\r\nd", shown: "a\nc\nd" },
  { what: "parameters that no end comes to", text: "a\u001B[31\nb\u001B[1é", shown: "a\nbé" },
  { what: "an escape that begins nothing", text: "a\u001Bé\u001B\nb", shown: "a␛é␛\nb" },
  { what: "control characters, as pictures", text: "\u0000\u0007\b\u000B\f\u001A\u007F", shown: "␀␇␈␋␌␚␡" },
  { what: "ends of lines as others write them", text: "a\r\nb\r\r\nc\rd\r", shown: "a\nb\nc\nd\n" },
];

describe("The escape stripper", () => {
  for (const { what, text, shown } of CASES) {
    it(`shows ${what}`, () => {
      assert.equal(strip(text), shown);
      assert.equal(strip(...text.split("")), shown, "in pieces of one unit");
    });
  }

  it("shows the same, however the text is cut into pieces", () => {
    fc.assert(
      fc.property(hostileText, fc.array(fc.nat(60), { maxLength: 5 }), (text, cuts) => {
        const ends = [...cuts, text.length].toSorted((a, b) => a - b);
        const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
        assert.equal(strip(...pieces), strip(text));
      }),
    );
  });

  it("leaves no control character but tabs and line feeds, and every line its end", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = strip(text);
        assert.doesNotMatch(shown, /[\0-\x08\x0B-\x1F\x7F]/);
        assert.equal(shown.split("\n").length, text.split(/\r*\n|\r+/).length);
      }),
    );
  });

  it("takes text without control characters as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!/[\0-\x08\x0B-\x1F\x7F]/.test(text));
        assert.equal(strip(text), text);
      }),
    );
  });

  it("goes through broken sequences without end in a time that grows with their length only", () => {
    for (const part of [
      "\u001B",
      "\u001B[",
      "\u001B[1",
      "\u001B]a",
      "\u001B]\u001B",
      "\u001BP\u001B\\",
      "\r",
      "\u0000",
      "\u001B( ",
    ]) {
      strip(part.repeat(300_000 / part.length));
    }
  });
});
