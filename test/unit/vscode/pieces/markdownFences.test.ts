import assert from "node:assert/strict";
import { findFences } from "../../../../src/vscode/pieces/markdownFences.ts";

/** Where fences open and their code ends, with what stands behind the opening one. */
const fencesIn = (...lines: readonly string[]): [opening: number, end: number, info: string][] =>
  findFences(lines).map(({ opening, end, info }) => [opening, end, info]);

describe("Fences in Markdown", () => {
  const cases: readonly { title: string; lines: readonly string[]; found: readonly [number, number, string][] }[] = [
    { title: "are of backticks", lines: ["text", "```js", "x", "```"], found: [[1, 3, "js"]] },
    { title: "are of tildes", lines: ["~~~ js", "x", "~~~"], found: [[0, 2, "js"]] },
    { title: "are three marks at least", lines: ["``js", "x", "``"], found: [] },
    { title: "close with as many marks or more", lines: ["````", "```", "`````", "x"], found: [[0, 2, ""]] },
    { title: "close with marks of their own kind", lines: ["```", "~~~", "```"], found: [[0, 2, ""]] },
    { title: "close with nothing behind them", lines: ["```", "``` js", "```  "], found: [[0, 2, ""]] },
    { title: "have no backticks behind backticks", lines: ["``` x``` y"], found: [] },
    { title: "may have backticks behind tildes", lines: ["~~~ a`b"], found: [[0, 1, "a`b"]] },
    { title: "run to the end where nothing closes them", lines: ["```js", "x", ""], found: [[0, 3, "js"]] },
    { title: "may be indented by three spaces", lines: ["   ```", "x", "   ```"], found: [[0, 2, ""]] },
    { title: "are code themselves with four", lines: ["    ```", "    x"], found: [] },
    { title: "don't close with four spaces before them", lines: ["```", "    ```"], found: [[0, 2, ""]] },
    { title: "interrupt a paragraph", lines: ["text", "```", "x", "```"], found: [[1, 3, ""]] },
    { title: "stand in items", lines: ["- text", "", "  ```js", "  x", "", "  y", "  ```"], found: [[2, 6, "js"]] },
    { title: "stand behind the mark of an item", lines: ["10) ```js", "    x", "    ```"], found: [[0, 2, "js"]] },
    {
      title: "stand in items that are indented by tabs",
      lines: ["-\ttext", "\t```js", "\tx", "\t```"],
      found: [[1, 3, "js"]],
    },
    { title: "stand in items of items", lines: ["- - ```js", "    x", "    ```"], found: [[0, 2, "js"]] },
    { title: "end with their item", lines: ["- ```js", "  x", "y"], found: [[0, 2, "js"]] },
    { title: "stand in quotes", lines: ["> ```js", "> x", "> ```"], found: [[0, 2, "js"]] },
    {
      title: "end with their quote",
      lines: ["> ```js", "> x", "```py", "y"],
      found: [
        [0, 2, "js"],
        [2, 4, "py"],
      ],
    },
    {
      title: "stand in items in quotes",
      lines: ["> 1. text", ">    ```js", ">    x", ">    ```"],
      found: [[1, 3, "js"]],
    },
    {
      title: "stand in the item of a paragraph that goes on lazily",
      lines: ["1. text", "more", "    ```js", "    x"],
      found: [[2, 4, "js"]],
    },
    { title: "don't stand in an item that began with two blank lines", lines: ["-", "", "    ```js"], found: [] },
    {
      title: "don't stand in what only looks like an item within a paragraph",
      lines: ["text", "2. more", "   ```js", "x"],
      found: [[2, 4, "js"]],
    },
    { title: "don't stand in comments", lines: ["<!--", "```js", "x", "```", "-->", "```py"], found: [[5, 6, "py"]] },
    { title: "stand behind comments of a line", lines: ["<!-- x -->", "```js"], found: [[1, 2, "js"]] },
    { title: "don't stand in preformatted HTML", lines: ["<pre>", "", "```js", "</pre>"], found: [] },
    { title: "are told apart from lines across", lines: ["- - -", "  ```js", "x"], found: [[1, 3, "js"]] },
  ];
  for (const { title, lines, found } of cases) it(title, () => assert.deepEqual(fencesIn(...lines), found));

  it("say which line comes after them", () => {
    assert.deepEqual(
      findFences(["```", "```", "> ```", "> x", "~~~"]).map(({ after }) => after),
      [2, 4, 5],
    );
  });
});
