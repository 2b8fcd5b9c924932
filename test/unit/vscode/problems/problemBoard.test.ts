import assert from "node:assert/strict";
import type { Problem } from "../../../../src/language/problem.ts";
import type { Edit } from "../../../../src/vscode/problems/edits.ts";
import type { ShownProblem } from "../../../../src/vscode/problems/shownProblems.ts";
import { type MarkedFile, markProblems } from "../../../../src/vscode/problems/marks.ts";
import { ProblemBoard } from "../../../../src/vscode/problems/problemBoard.ts";

const MAIN = "file:///main.py";
const HELPER = "file:///helper.py";
const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);

function file(uri: string, isSaved = false): MarkedFile {
  return { uri, lines: LINES, sent: { lines: LINES, indent: 0 }, isSaved };
}

const FILES = new Map([
  ["main.py", file(MAIN)],
  ["helper.py", file(HELPER)],
]);

const ERROR: Problem = {
  file: "main.py",
  line: 3,
  severity: "error",
  message: "KeyError: 'missing'\nwith a note",
  code: "KeyError",
  related: [{ file: "main.py", line: 11, message: "called from <module>" }],
};

const IN_HELPER: Problem = {
  ...ERROR,
  file: "helper.py",
  line: 2,
  related: [{ file: "main.py", line: 5, message: "called from <module>" }],
};

/** A board in use, with what each document shows as far as it was told. */
class Shown {
  readonly board = new ProblemBoard();
  readonly #shownProblems = new Map<string, readonly ShownProblem[]>();
  /** How often something new was told. */
  told = 0;

  put(problems: readonly Problem[], { owner = MAIN, files = FILES, isUnseen = false } = {}): void {
    this.board.put(owner, { problems: markProblems(problems, files), isUnseen });
  }

  /** What a document shows: the line, 1-based, with the message. */
  in(uri: string): string[] {
    for (const [changed, shownProblems] of this.board.takeChanges()) {
      this.#shownProblems.set(changed, shownProblems);
      this.told += 1;
    }
    return (this.#shownProblems.get(uri) ?? []).map(
      ({ severity, span, message }) => `${severity} ${span.start.line + 1}: ${message.replaceAll("\n", "⏎")}`,
    );
  }

  shownProblems(uri: string): readonly ShownProblem[] {
    this.in(uri);
    return this.#shownProblems.get(uri) ?? [];
  }
}

const insertLine = (line: number): Edit => ({
  range: { start: { line, character: 0 }, end: { line, character: 0 } },
  text: "new\n",
});

const type = (line: number): Edit => ({
  range: { start: { line, character: 2 }, end: { line, character: 2 } },
  text: "x",
});

const says = (line: number, message: string) => ({
  range: { start: { line, character: 0 }, end: { line, character: 4 } },
  message,
});

describe("The problems of a run", () => {
  it("are errors at their places, and hints at what is related to them", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    assert.deepEqual(shown.in(MAIN), [
      "error 3: KeyError: 'missing'⏎with a note",
      "hint 11: KeyError: 'missing' · called from <module>",
    ]);
  });

  it("lead to what is related to them, and from there back", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    const [error, hint] = shown.shownProblems(MAIN);
    assert.deepEqual(
      error?.related.map(({ uri, span, message }) => [uri, span.start.line + 1, message]),
      [[MAIN, 11, "called from <module>"]],
    );
    assert.deepEqual(
      hint?.related.map(({ uri, span, message }) => [uri, span.start.line + 1, message]),
      [[MAIN, 3, "KeyError: 'missing'"]],
    );
  });

  it("lie in whichever file they belong to", () => {
    const shown = new Shown();
    shown.put([IN_HELPER]);
    assert.deepEqual(shown.in(HELPER), ["error 2: KeyError: 'missing'⏎with a note"]);
    assert.deepEqual(shown.in(MAIN), ["hint 5: KeyError: 'missing' · called from <module>"]);
  });

  it("are left out where the file has another text by now, and so are places in it", () => {
    const shown = new Shown();
    shown.put([IN_HELPER, ERROR], { files: new Map([["main.py", file(MAIN)]]) });
    assert.deepEqual(shown.in(HELPER), []);
    assert.equal(shown.in(MAIN)[0], "error 3: KeyError: 'missing'⏎with a note");
    const other = new Shown();
    other.put([IN_HELPER, ERROR], { files: new Map([["helper.py", file(HELPER)]]) });
    assert.deepEqual(other.shownProblems(HELPER)[0]?.related, []);
  });

  it("have one hint a place, none where an error is, and at most twenty", () => {
    const shown = new Shown();
    const related = [3, 11, 11, ...LINES.keys()].map((line, index) => ({
      file: "main.py",
      line: line + 1,
      message: `called from f${index}`,
    }));
    shown.put([{ ...ERROR, line: 4, related }]);
    const hints = shown.in(MAIN).filter((finding) => finding.startsWith("hint"));
    assert.equal(hints.length, 20);
    assert.equal(new Set(hints.map((hint) => hint.split(":")[0])).size, 20);
    assert.ok(!hints.some((hint) => hint.startsWith("hint 4:")));
  });

  it("are told once where two runs found the same", () => {
    const shown = new Shown();
    shown.put([{ ...IN_HELPER, related: [] }]);
    shown.put([{ ...IN_HELPER, related: [] }], { owner: "file:///other.py" });
    assert.equal(shown.in(HELPER).length, 1);
  });

  it("are told to the editor only when they change", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.in(MAIN);
    shown.board.edit(MAIN, [type(30)]);
    shown.put([ERROR]);
    shown.in(MAIN);
    assert.equal(shown.told, 1);
  });
});

describe("The next run", () => {
  it("takes away what the run before put anywhere", () => {
    const shown = new Shown();
    shown.put([IN_HELPER]);
    assert.equal(shown.in(HELPER).length, 1);
    shown.board.clear(MAIN);
    assert.deepEqual([shown.in(HELPER), shown.in(MAIN)], [[], []]);
  });

  it("leaves what another document's run put there", () => {
    const shown = new Shown();
    shown.put([IN_HELPER]);
    shown.put([{ ...IN_HELPER, line: 7, related: [] }], { owner: "file:///other.py" });
    shown.board.clear(MAIN);
    assert.deepEqual(shown.in(HELPER), ["error 7: KeyError: 'missing'⏎with a note"]);
  });

  it("shows its own problems in place of those before", () => {
    const shown = new Shown();
    shown.put([ERROR, IN_HELPER]);
    shown.put([{ ...ERROR, line: 8, related: [] }]);
    assert.deepEqual([shown.in(MAIN), shown.in(HELPER)], [["error 8: KeyError: 'missing'⏎with a note"], []]);
  });
});

describe("An edit", () => {
  it("moves problems and hints with their lines", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.edit(MAIN, [insertLine(5), insertLine(0)]);
    assert.deepEqual(shown.in(MAIN), [
      "error 4: KeyError: 'missing'⏎with a note",
      "hint 13: KeyError: 'missing' · called from <module>",
    ]);
    assert.equal(shown.shownProblems(MAIN)[0]?.related[0]?.span.start.line, 12);
  });

  it("of a problem's line takes it away with its hints", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.edit(MAIN, [type(2)]);
    assert.deepEqual(shown.in(MAIN), []);
  });

  it("of a related place's line takes that away", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.edit(MAIN, [type(10)]);
    assert.deepEqual(shown.in(MAIN), ["error 3: KeyError: 'missing'⏎with a note"]);
    assert.deepEqual(shown.shownProblems(MAIN)[0]?.related, []);
  });

  it("in another document changes nothing", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.edit(HELPER, [type(2)]);
    assert.equal(shown.in(MAIN).length, 2);
  });

  it("in a document that has only related places moves these", () => {
    const shown = new Shown();
    shown.put([IN_HELPER]);
    shown.board.edit(MAIN, [insertLine(0)]);
    assert.deepEqual(shown.in(MAIN), ["hint 6: KeyError: 'missing' · called from <module>"]);
    assert.equal(shown.shownProblems(HELPER)[0]?.related[0]?.span.start.line, 5);
  });
});

describe("Closing", () => {
  it("the document that was run takes away all that its run put anywhere", () => {
    const shown = new Shown();
    shown.put([IN_HELPER, ERROR]);
    shown.board.close(MAIN);
    assert.deepEqual([shown.in(MAIN), shown.in(HELPER)], [[], []]);
  });

  it("another document takes away what lies in it", () => {
    const shown = new Shown();
    shown.put([IN_HELPER, { ...ERROR, related: [{ file: "helper.py", line: 2, message: "called from f" }] }]);
    shown.board.close(HELPER);
    assert.deepEqual([shown.in(MAIN), shown.in(HELPER)], [["error 3: KeyError: 'missing'⏎with a note"], []]);
    assert.deepEqual(shown.shownProblems(MAIN)[0]?.related, []);
  });

  it("leaves what lies in a file that wasn't open when it was sent", () => {
    const shown = new Shown();
    shown.put([IN_HELPER], { files: new Map([...FILES, ["helper.py", file(HELPER, true)]]) });
    shown.board.close(HELPER);
    assert.equal(shown.in(HELPER).length, 1);
  });

  it("takes that away, too, where it was edited in the meantime", () => {
    const shown = new Shown();
    shown.put([IN_HELPER], { files: new Map([...FILES, ["helper.py", file(HELPER, true)]]) });
    shown.board.edit(HELPER, [insertLine(0)]);
    shown.board.close(HELPER);
    assert.deepEqual(shown.in(HELPER), []);
  });

  it("means nothing where the document was in no editor", () => {
    const shown = new Shown();
    shown.put([ERROR], { files: new Map([["main.py", file(MAIN, true)]]), isUnseen: true });
    shown.board.close(MAIN);
    assert.equal(shown.in(MAIN).length, 2);
  });
});

describe("What another source says at the same line", () => {
  const same = says(2, "Key error: 'missing'");

  it("is left to it, with the hints", () => {
    const shown = new Shown();
    shown.put([{ ...ERROR, message: "SyntaxError: expected ':'" }]);
    shown.board.compare(MAIN, [says(2, 'Expected ":"')]);
    assert.deepEqual(shown.in(MAIN), []);
  });

  it("stays where it is in other words, or at another line", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.compare(MAIN, [same, says(3, ERROR.message)]);
    assert.equal(shown.in(MAIN).length, 2);
  });

  it("comes back when the other source says it no more", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.compare(MAIN, [says(2, ERROR.message)]);
    assert.deepEqual(shown.in(MAIN), []);
    shown.board.compare(MAIN, []);
    assert.equal(shown.in(MAIN).length, 2);
  });

  it("does not come back where the line was edited in the meantime", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.compare(MAIN, [says(2, ERROR.message)]);
    shown.board.edit(MAIN, [type(2)]);
    shown.board.compare(MAIN, []);
    assert.deepEqual(shown.in(MAIN), []);
  });

  it("is not repeated while the other source doesn't know yet that lines have moved", () => {
    const shown = new Shown();
    shown.put([ERROR]);
    shown.board.compare(MAIN, [says(2, ERROR.message)]);
    shown.board.edit(MAIN, [insertLine(0)]);
    shown.board.compare(MAIN, [says(2, ERROR.message)]);
    assert.deepEqual(shown.in(MAIN), []);
    shown.board.compare(MAIN, [says(3, ERROR.message)]);
    assert.deepEqual(shown.in(MAIN), []);
  });

  it("is compared anew with what the next run finds", () => {
    const shown = new Shown();
    shown.board.compare(MAIN, [says(2, ERROR.message)]);
    shown.put([ERROR]);
    shown.board.compare(MAIN, [says(2, ERROR.message)]);
    assert.deepEqual(shown.in(MAIN), []);
  });
});
