import assert from "node:assert/strict";
import fc from "fast-check";
import { TerminalFilter } from "../../../src/run/terminalFilter.ts";

type Where = ConstructorParameters<typeof TerminalFilter>[0];

function filter(where: Where, ...pieces: readonly string[]): string {
  const terminal = new TerminalFilter(where);
  return pieces.map((piece) => terminal.filter(piece)).join("") + terminal.end();
}

function strip(...pieces: readonly string[]): string {
  return filter("text", ...pieces);
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
      "\b",
      "\u0000",
      "\u009B",
      "\u009D",
      "\u202E",
      "K",
      "52;c;YQ==",
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

const EVERYWHERE: readonly Where[] = ["text", "lines", "screen"];

/** What ends in nothing or in a picture wherever it is shown. */
const NOWHERE: readonly (readonly [what: string, text: string, shown: string])[] = [
  ["a title", "a\u001B]0;title\u0007b", "ab"],
  ["words for the clipboard", "a\u001B]52;c;cm0gLXJmIC8K\u0007b", "ab"],
  ["a link", "\u001B]8;;http://x.example\u001B\\a\u001B]8;;\u001B\\b", "ab"],
  ["a command of the editor's shell integration", "a\u001B]633;E;rm\u0007b", "ab"],
  ["a device control string", "a\u001BP$qm\u001B\\b", "ab"],
  ["an application's command", "a\u001B_Gi=1;AAAA\u001B\\b", "ab"],
  ["a privacy message and a string", "a\u001B^x\u001B\\\u001BXy\u001B\\b", "ab"],
  ["sequences in their one-character forms", "\u009B31m\u009D0;x\u009C\u0090", "\\u{9b}31m\\u{9d}0;x\\u{9c}\\u{90}"],
  ["marks of direction", "\u202Ea\u2066b", "\\u{202e}a\\u{2066}b"],
  ["NUL, ENQ and DEL", "\0\u0005\u007F", "␀␅␡"],
];

/** What goes through to lines in a terminal, and what doesn't. */
const LINES: readonly (readonly [what: string, text: string, shown: string])[] = [
  ["colours, which it takes back at the end", "\u001B[1;38:2::1:2:3mred", "\u001B[1;38:2::1:2:3mred\u001B[0m"],
  ["colours that were taken back already", "\u001B[31mred\u001B[m\n", "\u001B[31mred\u001B[m\n"],
  ["a line written anew", "1%\r\u001B[K2%\b3\t\r\n", "1%\r\u001B[K2%\b3\t\r\n"],
  ["no moves of the cursor", "\u001B[2A\u001B[5;1Ha\u001B[1G", "a"],
  ["no erased screen and no other one", "\u001B[2J\u001B[3Ja\u001B[?1049h\u001Bc", "a"],
  ["no private modes and none that look like colours", "\u001B[?25l\u001B[>4;2m\u001B[?4ma\u001B[?2004h", "a"],
  ["no questions that terminals answer by typing", "\u001B[c\u001B[>c\u001B[6n\u001B[21t\u001B[?1$pa\u001BZ", "a"],
  ["no other letters", "\u001B(0a\u000E\u000B", "a␎␋"],
  ["no bell", "a\u0007", "a␇"],
  ["no colours of more than 64 units", `\u001B[${"1;".repeat(40)}ma`, "a"],
];

/** What a program in a terminal of its own may do besides. */
const SCREEN = [
  "\u001B[2J\u001B[5;1Ha\u001B[1G\u001B[?1049h\u001B[?25l\u001Bc",
  "\u001B[6n\u001B[c",
  "\u001B(0lqk\u001B(B\u001B7\u001B8\u001B=",
  "a\u0007\b\t\n\u000B\f\r\u000E\u000F",
];

describe("The terminal filter", () => {
  for (const [what, text, shown] of NOWHERE) {
    it(`lets through nowhere ${what}`, () => {
      for (const where of EVERYWHERE) {
        assert.equal(filter(where, text), shown, where);
        assert.equal(filter(where, ...text.split("")), shown, `${where}, in pieces of one unit`);
      }
    });
  }

  for (const [what, text, shown] of LINES) {
    it(`lets through to lines in a terminal ${what}`, () => {
      assert.equal(filter("lines", text), shown);
      assert.equal(filter("lines", ...text.split("")), shown, "in pieces of one unit");
    });
  }

  it("lets through to a terminal of the program's own all that isn't a command string", () => {
    for (const text of SCREEN) {
      assert.equal(filter("screen", text), text);
      assert.equal(filter("screen", ...text.split("")), text, "in pieces of one unit");
    }
  });

  it("leaves in lines no sequence but colours and erased lines, whatever the text and its pieces", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 5 }), (pieces) => {
        const rest = filter("lines", ...pieces).replaceAll(/\u001B\[(?:[\d;:]{0,60}m|[0-2]?K)/g, "");
        assert.doesNotMatch(rest, /[\0-\x07\x0B\f\x0E-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/);
      }),
    );
  });

  it("leaves on a screen no command string, and no sequence in its one-character form", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 5 }), (pieces) => {
        assert.doesNotMatch(filter("screen", ...pieces), /\u001B[\]PX^_]|[\x80-\x9F]/);
      }),
    );
  });

  it("keeps no more of a sequence without an end than would go through", () => {
    const megabyte = "1".repeat(2 ** 20);
    for (const start of ["\u001B[", "\u001B]", "\u001B("]) {
      const terminal = new TerminalFilter("lines");
      terminal.filter(start);
      const before = process.memoryUsage().heapUsed;
      for (let count = 0; count < 200; count++) assert.equal(terminal.filter(start === "\u001B(" ? " " : megabyte), "");
      const grown = process.memoryUsage().heapUsed - before;
      assert.ok(grown < 20 * 2 ** 20, `${grown} bytes`);
      assert.equal(terminal.filter("m\na"), "\na");
    }
  });
});

describe("The terminal filter of a text", () => {
  for (const { what, text, shown } of CASES) {
    it(`shows ${what}`, () => {
      assert.equal(strip(text), shown);
      assert.equal(strip(...text.split("")), shown, "in pieces of one unit");
    });
  }

  it("shows the same, however the text is cut into pieces", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EVERYWHERE),
        hostileText,
        fc.array(fc.nat(60), { maxLength: 5 }),
        (where, text, cuts) => {
          const ends = [...cuts, text.length].toSorted((a, b) => a - b);
          const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
          assert.equal(filter(where, ...pieces), filter(where, text));
        },
      ),
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
        fc.pre(!/[\0-\x08\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/.test(text));
        for (const where of EVERYWHERE) assert.equal(filter(where, text), text);
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
