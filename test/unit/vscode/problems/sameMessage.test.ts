import assert from "node:assert/strict";
import { isSameMessage } from "../../../../src/vscode/problems/sameMessage.ts";

/** What a toolchain says, and what the language servers and linters of its language say of the same code. */
const SAME: readonly (readonly [who: string, ours: string, theirs: string])[] = [
  ["gopls of a name that isn't there", "undefined: total", "undefined: total"],
  ["gopls of an import", '"os" imported and not used', '"os" imported and not used'],
  ["gopls of a variable", "declared and not used: count", "declared and not used: count"],
  [
    "gopls of a call, in lines of their own",
    "not enough arguments in call to take\nhave (number)\nwant (int, int)",
    "not enough arguments in call to take\n\thave (number)\n\twant (int, int)",
  ],
  ["Pylance of a colon", "SyntaxError: expected ':'", 'Expected ":"'],
  ["Flake8 of a syntax error", "SyntaxError: invalid syntax", "E999 SyntaxError: invalid syntax"],
  ["Pylint of a syntax error", "SyntaxError: expected ':'", "Parsing failed: 'expected ':' (<unknown>, line 2)'"],
  ["mypy of a syntax error", "SyntaxError: invalid syntax", "Invalid syntax  [syntax]"],
  ["ESLint of a token", "SyntaxError: Unexpected token ';'", "Parsing error: Unexpected token ;"],
  [
    "ESLint of a name that there is twice",
    "SyntaxError: Identifier 'a' has already been declared",
    "Parsing error: Identifier 'a' has already been declared",
  ],
];

const OTHERS: readonly (readonly [who: string, ours: string, theirs: string])[] = [
  ["Pylance of a name that isn't there", "NameError: name 'x' is not defined", '"x" is not defined'],
  ["Pylance of a return", "SyntaxError: 'return' outside function", '"return" can be used only within a function'],
  ["gopls of another name", "undefined: total", "undefined: sum"],
  ["gopls of an import that can't be found", "package fmtt is not in std", "could not import fmtt"],
  ["TypeScript of an expression", "SyntaxError: Unexpected token ';'", "Expression expected."],
  ["ESLint of another token", "SyntaxError: Unexpected token ';'", "Parsing error: Unexpected token ,"],
  ["a linter that says nothing", "KeyError: ", " "],
];

describe("The same message", () => {
  for (const [who, ours, theirs] of SAME) {
    it(`is that of ${who}`, () => {
      assert.ok(isSameMessage(ours, theirs));
      assert.ok(isSameMessage(theirs, ours));
    });
  }
});

describe("Another message", () => {
  for (const [who, ours, theirs] of OTHERS) {
    it(`is that of ${who}`, () => {
      assert.ok(!isSameMessage(ours, theirs));
      assert.ok(!isSameMessage(theirs, ours));
    });
  }

  it("is an empty one", () => {
    assert.ok(!isSameMessage("", ""));
  });
});
