import assert from "node:assert/strict";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { findPieces, pieceAt } from "../../../../src/vscode/pieces/runnable.ts";
import { buttonsOf, describeButtons, documentOf, MAIN } from "../lenses/buttons.ts";

describe("The buttons of cells", () => {
  const python = { editorId: "python" };
  describeButtons([
    {
      ...python,
      title: "run a cell, or all to its end",
      text: "# %%\na()\n#%% second\nb()\n#   %% third\nc()\n",
      buttons: [
        "cell 1: # %%",
        "cell 2: #%% second",
        "through cell 2: #%% second",
        "cell 3: #   %% third",
        "through cell 3: #   %% third",
      ],
    },
    {
      ...python,
      title: "take what stands before the first marker for a cell",
      text: "# Words.\nimport a\n\n# %%\nb()\n",
      buttons: ["cell 1: import a", "cell 2: # %%", "through cell 2: # %%"],
    },
    {
      ...python,
      title: "take words before the first marker for none",
      text: "# Words.\n# %%\na()\n",
      buttons: ["cell 1: # %%"],
    },
    {
      ...python,
      title: "aren't there for cells without code",
      text: '# %%\n\n# %% [markdown]\n"""Words."""\n# %%\n# words\n# %% code\na()\n',
      buttons: ["cell 1: # %% code"],
    },
    {
      ...python,
      title: "aren't there for markers in texts",
      text: 'f("""\n# %%\n""")\n',
      buttons: ['document: f("""'],
    },
    {
      ...python,
      title: "stand beside that of an entry point",
      text: `# %%\ndef f(): pass\n# %%\n${MAIN}\n    f()\n`,
      buttons: ["cell 1: # %%", "cell 2: # %%", "through cell 2: # %%", `document: ${MAIN}`],
    },
    {
      title: "follow the comments of JavaScript",
      editorId: "javascript",
      text: "// %%\na();\n// # %%\n//%% second\nb();\n",
      buttons: ["cell 1: // %%", "cell 2: //%% second", "through cell 2: //%% second"],
    },
    {
      title: "follow the comments of Go",
      editorId: "go",
      text: "package main\n\n// %%\nfunc main() {}\n",
      buttons: ["document: package main", "cell 1: package main", "cell 2: // %%", "through cell 2: // %%"],
    },
  ]);

  it("run the lines from marker to marker, or from the top", () => {
    const pieces = findPieces(documentOf("python", "import a\n# %%\nb()\n# %%\nc()"), LANGUAGES);
    assert.deepEqual(
      pieces.map(({ id, kind, ranges }) => [id, kind, ranges]),
      [
        ["cell 1", "cell", [{ start: 0, end: 1 }]],
        ["cell 2", "cell", [{ start: 1, end: 3 }]],
        ["through cell 2", "through-cell", [{ start: 0, end: 3 }]],
        ["cell 3", "cell", [{ start: 3, end: 5 }]],
        ["through cell 3", "through-cell", [{ start: 0, end: 5 }]],
      ],
    );
  });
});

describe("The buttons of fenced blocks", () => {
  const infos: readonly { info: string; language: string | undefined }[] = [
    { info: "python", language: "python" },
    { info: "Python", language: "python" },
    { info: " py title='x'", language: "python" },
    { info: "js", language: "javascript" },
    { info: "mjs", language: "javascript" },
    { info: "golang", language: "go" },
    { info: "python,ignore", language: "python" },
    { info: "python{1,3}", language: "python" },
    { info: "js:main.js", language: "javascript" },
    { info: "{python}", language: "python" },
    { info: "{python, echo=FALSE}", language: "python" },
    { info: "{.python .numberLines}", language: "python" },
    { info: "", language: undefined },
    { info: "text", language: undefined },
    { info: "pythonic", language: undefined },
    { info: "{}", language: undefined },
  ];
  for (const { info, language } of infos) {
    it(`behind ${JSON.stringify(info)} ${language === undefined ? "aren't there" : `run ${language}`}`, () => {
      const pieces = findPieces(documentOf("markdown", `\`\`\`${info}\nx\n\`\`\``), LANGUAGES);
      assert.deepEqual(
        pieces.map((piece) => piece.language.id),
        language === undefined ? [] : [language],
      );
    });
  }

  const text = "# Words\n\n```python\na\n```\n\n```text\nb\n```\n\n> ~~~js\n> c\n\n```go\n\n```\n\n```go\nd";

  it("count those that can be run", () => {
    assert.deepEqual(buttonsOf("markdown", text), ["fence 1: ```python", "fence 2: > ~~~js", "fence 3: ```go"]);
  });

  it("run what stands between the fences", () => {
    assert.deepEqual(
      findPieces(documentOf("markdown", text), LANGUAGES).map(({ kind, ranges }) => [kind, ranges]),
      [
        ["fence", [{ start: 3, end: 4 }]],
        ["fence", [{ start: 11, end: 12 }]],
        ["fence", [{ start: 18, end: 19 }]],
      ],
    );
  });
});

describe("What a line lies in", () => {
  /** The pieces that the lines of a document lie in, one after another. */
  const piecesOf = (...document: Parameters<typeof documentOf>): string => {
    const text = documentOf(...document);
    return text.lines.map((_, line) => pieceAt(text, line, LANGUAGES)?.id ?? "none").join(", ");
  };

  it("is a fenced block, with its fences", () => {
    assert.equal(
      piecesOf("markdown", "a\n```js\nb\n```\nc\n> ~~~js\n> d\n```go\ne"),
      "none, fence 1, fence 1, fence 1, none, fence 2, fence 2, fence 3, fence 3",
    );
  });

  it("is a cell, with its marker", () => {
    assert.equal(piecesOf("python", "import a\n# %%\nb()\n# %%\nc()"), "cell 1, cell 2, cell 2, cell 3, cell 3");
  });

  it("is never a whole document", () => {
    assert.equal(piecesOf("python", "print(1)"), "none");
  });
});
