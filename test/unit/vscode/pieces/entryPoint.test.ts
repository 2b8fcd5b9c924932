import assert from "node:assert/strict";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { findPieces } from "../../../../src/vscode/pieces/runnable.ts";
import { describeButtons, documentOf, MAIN } from "../lenses/buttons.ts";

describe("The button of a whole document", () => {
  const python = { editorId: "python" };
  const javascript = { editorId: "javascript" };
  const go = { editorId: "go" };
  describeButtons([
    { ...python, title: "stands above a script", text: "print(1)\n", buttons: ["document: print(1)"] },
    {
      ...python,
      title: "stands above a script's first line of code",
      text: '#!/usr/bin/env python3\n# Words.\n\n"""More\n\nwords."""\n\nimport sys\n\nprint(1)\n',
      buttons: ["document: import sys"],
    },
    {
      ...python,
      title: "stands above the entry point",
      text: `import sys\n\ndef main():\n    pass\n\n${MAIN}\n    main()\n`,
      buttons: [`document: ${MAIN}`],
    },
    {
      ...python,
      title: "stands above the entry point of a script, too",
      text: `print(1)\n${MAIN}\n    main()\n`,
      buttons: [`document: ${MAIN}`],
    },
    {
      ...python,
      title: "knows an entry point the other way round",
      text: "def f(): pass\nif ('__main__' == __name__):\n    f()\n",
      buttons: ["document: if ('__main__' == __name__):"],
    },
    {
      ...python,
      title: "isn't there where Python only defines",
      text: '"""Words."""\nimport a\nfrom b import (\n    c,\n)\nX = 1\ny: int = [\n  f(),\n]\n__all__ += ["z"]\n\n@g("h")\nasync def i(\n    j,\n):\n    print(j)\n\nclass K:\n    """Words."""\n    l = m()\n',
      buttons: [],
    },
    {
      ...python,
      title: "isn't there where imports are tried",
      text: "try:\n    import a\nexcept ImportError:\n    a = None\nif TYPE_CHECKING:\n    import b\n",
      buttons: [],
    },
    {
      ...python,
      title: "is there where more than imports is tried",
      text: "try:\n    main()\nexcept KeyboardInterrupt:\n    pass\n",
      buttons: ["document: try:"],
    },
    {
      ...python,
      title: "isn't there for an entry point in a text",
      text: `x = """\n${MAIN}\nprint(1)\n"""\ny = '''\nprint(1)'''\n`,
      buttons: [],
    },
    {
      ...python,
      title: "isn't there for what goes on from the line before",
      text: "x = 1 + \\\nf()\ny = 'a\\\nb()'\nz = g(\nh(),\n# (\n')',\n)\n",
      buttons: [],
    },
    { ...python, title: "isn't there for an empty document", text: "\n  \n", buttons: [] },
    { ...python, title: "isn't there for words only", text: '"""Words."""\n# more\n', buttons: [] },
    {
      ...javascript,
      title: "stands above a script of JavaScript",
      text: '#!/usr/bin/env node\n// Words.\n/* More\nprint(1)\n*/\n"use strict";\nimport fs from "node:fs";\nfs.f();\n',
      buttons: ['document: import fs from "node:fs";'],
    },
    {
      ...javascript,
      title: "stands above an entry point of JavaScript",
      text: "function f() {}\nmodule.exports = { f };\nif (require.main === module) f();\n",
      buttons: ["document: if (require.main === module) f();"],
    },
    {
      ...javascript,
      title: "isn't there where JavaScript only defines",
      text: `"use strict";\nimport {\n  a,\n} from "b";\nexport default class {\n  c() { d(); }\n}\nconst e = (f) =>\n  f();\nlet g = {\n  h: [1],\n};\nasync function i() {\n  await j();\n}\nexports.k = /[\`'"(]/;\nconst l = \`\nm()\n\`;\n`,
      buttons: [],
    },
    {
      ...javascript,
      title: "takes a call of import for code",
      text: 'import("a");\n',
      buttons: ['document: import("a");'],
    },
    {
      ...javascript,
      title: "tells division from regular expressions",
      text: "const a = b / c; // `\nconst d = (e) / 2 / `f`.length;\ng();\n",
      buttons: ["document: const a = b / c; // `"],
    },
    {
      ...go,
      title: "stands above the main package of Go",
      text: "// package main\n/*\npackage main\n*/\n\npackage main\n\nfunc main() {}\n",
      buttons: ["document: package main"],
    },
    { ...go, title: "isn't there for other packages", text: "package mainly\n\nfunc F() {}\n", buttons: [] },
    { ...go, title: "isn't there for tests of Go", text: "package main\n", fileName: "/a/main_test.go", buttons: [] },
    {
      editorId: "typescript",
      title: "isn't there where TypeScript only defines",
      text: "interface A {\n  b: string;\n}\ntype C = A;\nexport enum D {\n  E,\n}\ndeclare module 'f';\nabstract class G {}\n",
      buttons: [],
    },
    {
      editorId: "java",
      title: "stands above the first class of Java",
      text: "package a;\n\nimport b.C;\n\n/** class D */\npublic final class E {\n  class F {}\n}\n",
      buttons: ["document: public final class E {"],
    },
    {
      editorId: "c",
      title: "stands above the main function of C",
      text: "#include <stdio.h>\n\nint f(void);\n\nint main(int argc, char **argv) {\n}\n",
      buttons: ["document: int main(int argc, char **argv) {"],
    },
    {
      editorId: "cpp",
      title: "isn't there without one in C++",
      text: "class A {};\nint f() {\n  return 1;\n}\n",
      buttons: [],
    },
    {
      editorId: "rust",
      title: "stands above the main function of Rust",
      text: "use a::b;\n\nfn c<'a>(d: &'a str) {}\n\npub async fn main() {}\n",
      buttons: ["document: pub async fn main() {}"],
    },
    {
      editorId: "ruby",
      title: "stands above the entry point of Ruby",
      text: "def a\n  b\nend\n\nif __FILE__ == $PROGRAM_NAME\n  a\nend\n",
      buttons: ["document: if __FILE__ == $PROGRAM_NAME"],
    },
    {
      editorId: "php",
      title: "stands above a script's first line of PHP",
      text: "<?php\nuse A\\B;\nfunction c(): void\n{\n}\necho 1;\n",
      buttons: ["document: use A\\B;"],
    },
    {
      editorId: "perl",
      title: "isn't there where Perl only defines",
      text: "package A;\nuse strict;\nsub b {\n}\n1;\n",
      buttons: [],
    },
    {
      editorId: "lua",
      title: "tells a comment of several lines from one of Lua's single ones",
      text: "--[[\nprint(1)\n]]\nlocal a = 1\nfunction b()\n  print(a)\nend\n",
      buttons: [],
    },
    {
      editorId: "r",
      title: "isn't there where R only defines",
      text: "library(a)\n# b()\nc.d <- function(e) {\n  f()\n}\n",
      buttons: [],
    },
    {
      editorId: "shellscript",
      title: "stands above every script of Bash",
      text: "#!/bin/bash\n# Words.\na() {\n  b\n}\n",
      buttons: ["document: a() {"],
    },
    {
      title: "goes by the name of a file in a language that the editor doesn't know",
      editorId: "plaintext",
      text: "print(1)\n",
      fileName: "/a/b.py",
      buttons: ["document: print(1)"],
    },
    { title: "isn't there for other languages", editorId: "plaintext", text: "print(1)\n", buttons: [] },
  ]);

  it("stands at the top where nothing is known of the language's syntax", () => {
    const [{ syntax: _, ...language } = assert.fail()] = LANGUAGES;
    const find = (text: string): unknown =>
      findPieces(documentOf("python", text), [language]).map(({ anchor }) => anchor);
    assert.deepEqual(find("def f(): pass\n"), [0]);
    assert.deepEqual(find("\n"), []);
  });
});
