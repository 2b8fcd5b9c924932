import assert from "node:assert/strict";
import type { ProblemFormat } from "../../../../src/language/language.ts";
import type { Problem } from "../../../../src/language/problem.ts";
import type { SourceFile } from "../../../../src/run/request.ts";
import type { Missing } from "../../../../src/vscode/include/missing.ts";
import { findMissing } from "../../../../src/vscode/include/missingFiles.ts";
import { golden } from "../../language/golden.ts";

interface Run {
  readonly format: ProblemFormat;
  /** The text of each file that was sent; the first is the one that was run. */
  readonly sent: Readonly<Record<string, string>>;
  /** What the problem says, word for word as the runtime printed it, in the first line of the first file where nothing else is told. */
  readonly message?: string;
  readonly file?: string;
  readonly line?: number;
  readonly related?: readonly string[];
  readonly severity?: Problem["severity"];
  readonly stderr?: string;
}

function missingIn({
  format,
  sent,
  message,
  file,
  line = 1,
  related = [],
  severity = "error",
  stderr,
}: Run): readonly Missing[] {
  const files: SourceFile[] = Object.entries(sent).map(([path, content]) => ({ path, content }));
  const place = { file: file ?? files[0]?.path ?? "", line };
  const problems =
    message === undefined
      ? []
      : [{ ...place, severity, message, related: related.map((each) => ({ ...place, message: each })) }];
  return findMissing(format, files, problems, stderr);
}

const file = (...paths: string[]): Missing => ({ kind: "file", paths });
const data = (path: string): Missing => ({ kind: "data", path });
const module = (path: string): Missing => file(`${path}/__init__.py`, `${path}.py`);
const packageFile = (path: string): Missing => file(`${path}/__init__.py`);
const required = (path: string): Missing =>
  file(path, `${path}.js`, `${path}.json`, `${path}/index.js`, `${path}/index.json`);
const definition = (name: string, folder = "", packageName = "main"): Missing => ({
  kind: "definition",
  folder,
  name,
  packageName,
});

describe("What a run says is missing", () => {
  const runs: readonly (Run & { readonly title: string; readonly missing: readonly Missing[] })[] = [
    {
      title: "a module of Python",
      format: "python",
      sent: { "main.py": "import helper\n" },
      message: "ModuleNotFoundError: No module named 'helper'",
      missing: [module("helper")],
    },
    {
      title: "a module beside a script that lies in a folder",
      format: "python",
      sent: { "src/main.py": "import helper\n" },
      message: "ModuleNotFoundError: No module named 'helper'",
      missing: [module("src/helper")],
    },
    {
      title: "a module of a package that was sent",
      format: "python",
      sent: { "main.py": "import pkg.sub\n", "pkg/__init__.py": "" },
      message: "ModuleNotFoundError: No module named 'pkg.sub'",
      missing: [module("pkg/sub")],
    },
    {
      title: "all of a package that is imported, of which Python names only the first part",
      format: "python",
      sent: { "main.py": "x = 1\nfrom pkg.sub import (\n  one, # first\n  two as 二,\n)\n" },
      line: 2,
      message: "ModuleNotFoundError: No module named 'pkg'",
      missing: [
        packageFile("pkg"),
        module("pkg/sub"),
        packageFile("pkg/sub"),
        module("pkg/sub/one"),
        module("pkg/sub/two"),
      ],
    },
    {
      title: "the module that is missing of several in a line",
      format: "python",
      sent: { "main.py": "import os, helper.part as h; x = 1\n" },
      message: "ModuleNotFoundError: No module named 'helper'",
      missing: [packageFile("helper"), module("helper/part")],
    },
    {
      title: "nothing where a module isn't a package",
      format: "python",
      sent: { "main.py": "import q.a\n", "q.py": "" },
      message: "ModuleNotFoundError: No module named 'q.a'; 'q' is not a package",
      missing: [],
    },
    {
      title: "a module that a package doesn't have",
      format: "python",
      sent: { "main.py": "from pkg import (\n  a,\n  b as c,\n)\n", "pkg/__init__.py": "" },
      message: "ImportError: cannot import name 'a' from 'pkg' (/code/pkg/__init__.py)",
      missing: [module("pkg/a")],
    },
    {
      title: "a module of a folder without __init__.py",
      format: "python",
      sent: { "src/main.py": "from pkg import a\n", "src/pkg/x.py": "" },
      message: "ImportError: cannot import name 'a' from 'pkg' (unknown location)",
      missing: [module("src/pkg/a")],
    },
    {
      title: "a module that its package imports, as Python 3.9 says it",
      format: "python",
      sent: { "main.py": "from pkg import a\n", "pkg/__init__.py": "from . import a\n" },
      file: "pkg/__init__.py",
      message:
        "ImportError: cannot import name 'a' from partially initialized module 'pkg' (most likely due to a circular import) (/code/pkg/__init__.py)",
      missing: [module("pkg/a")],
    },
    {
      title: "a module that its package imports, as Python 3.14 says it",
      format: "python",
      sent: { "main.py": "from pkg import a\n", "pkg/__init__.py": "from . import a\n" },
      file: "pkg/__init__.py",
      message:
        "ImportError: cannot import name 'a' from 'pkg' (consider renaming '/code/pkg/__init__.py' if it has the same name as a library you intended to import)",
      missing: [module("pkg/a")],
    },
    {
      title: "nothing where a module or a library lacks a name",
      format: "python",
      sent: { "main.py": "from q import a\n", "q.py": "" },
      message: "ImportError: cannot import name 'a' from 'q' (/code/q.py)",
      related: ["caused by ImportError: cannot import name 'b' from 'json' (/usr/lib/python3.14/json/__init__.py)"],
      missing: [],
    },
    {
      title: "a module that another error was about at first",
      format: "python",
      sent: { "main.py": "try:\n  import fast\nexcept ImportError as e:\n  raise RuntimeError('no fast') from e\n" },
      line: 4,
      message: "RuntimeError: no fast",
      related: ["caused by ModuleNotFoundError: No module named 'fast'"],
      missing: [module("fast")],
    },
    {
      title: "a file that Python opened",
      format: "python",
      sent: { "main.py": "open('data.csv')\n" },
      message: "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
      missing: [data("data.csv")],
    },
    {
      title: "a file that Python opened by its whole path",
      format: "python",
      sent: { "src/main.py": "…" },
      message: 'FileNotFoundError: [Errno 2] No such file or directory: "/code/src/it\'s.csv"',
      missing: [file("src/it's.csv")],
    },
    {
      title: "a module that require names, and what it may mean by that",
      format: "node",
      sent: { "src/main.js": "require('./lib/helper')\n" },
      message: "Error: Cannot find module './lib/helper'\nRequire stack:\n- /code/src/main.js",
      missing: [required("src/lib/helper")],
    },
    {
      title: "a module above the folder of what requires it",
      format: "node",
      sent: { "main.js": "require('../lib/x')\n" },
      message: "Error: Cannot find module '../lib/x'\nRequire stack:\n- /code/main.js",
      missing: [required("../lib/x")],
    },
    {
      title: "a module that a helper requires",
      format: "node",
      sent: { "main.js": "require('./lib/helper')\n", "lib/helper.js": "require('./data.json')\n" },
      file: "lib/helper.js",
      message: "Error: Cannot find module './data.json'\nRequire stack:\n- /code/lib/helper.js\n- /code/main.js",
      missing: [required("lib/data.json")],
    },
    {
      title: "nothing where a package is missing",
      format: "node",
      sent: { "main.js": "require('lodash')\n" },
      message: "Error: Cannot find module 'lodash'\nRequire stack:\n- /code/main.js",
      missing: [],
    },
    {
      title: "a module that import names",
      format: "node",
      sent: { "main.mjs": "await import('./late.mjs');\n" },
      message: "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/code/late.mjs' imported from /code/main.mjs",
      missing: [file("late.mjs")],
    },
    {
      title: "a module above the program, of which only the source says where, though it has no place",
      format: "node",
      sent: { "main.mjs": "import { x } from '../../lib/x.mjs';\n" },
      stderr:
        "node:internal/modules/esm/resolve:272\n    throw new ERR_MODULE_NOT_FOUND(\n          ^\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find module '/lib/x.mjs' imported from /code/main.mjs\n    at finalizeResolution (node:internal/modules/esm/resolve:272:11) {\n  code: 'ERR_MODULE_NOT_FOUND'\n}\n\nNode.js v24.21.0\n",
      missing: [file("../../lib/x.mjs")],
    },
    {
      title: "a file that Node opened",
      format: "node",
      sent: { "main.js": "require('fs').readFileSync('data.csv')\n" },
      message: "Error: ENOENT: no such file or directory, open 'data.csv'",
      missing: [data("data.csv")],
    },
    {
      title: "a file that Node opened in the background, which has no place",
      format: "node",
      sent: { "main.js": "require('fs').promises.readFile('data.csv')\n" },
      stderr:
        "node:internal/process/promises:279\n            triggerUncaughtException(err, true /* fromPromise */);\n            ^\n\n[Error: ENOENT: no such file or directory, open 'data.csv'] {\n  errno: -2,\n  code: 'ENOENT',\n  syscall: 'open',\n  path: 'data.csv'\n}\n",
      missing: [data("data.csv")],
    },
    {
      title: "a function of Go",
      format: "go",
      sent: { "cmd/main.go": "// a program\n\npackage main\n" },
      message: "undefined: helper",
      missing: [definition("helper", "cmd")],
    },
    {
      title: "a method of Go that is called",
      format: "go",
      sent: { "main.go": "package main\n" },
      message: "T{}.Do undefined (type T has no field or method Do)",
      missing: [definition(".Do")],
    },
    {
      title: "a method of Go that an interface asks for",
      format: "go",
      sent: { "main.go": "package main\n" },
      message:
        "cannot use T{} (value of struct type T) as fmt.Stringer value in variable declaration: T does not implement fmt.Stringer (missing method String)",
      missing: [definition(".String")],
    },
    {
      title: "nothing where a package of Go lacks a name",
      format: "go",
      sent: { "main.go": "package main\n" },
      message: "undefined: fmt.Foo",
      missing: [],
    },
    {
      title: "a file that Go embeds",
      format: "go",
      sent: { "cmd/main.go": "package main\n" },
      message: "pattern data.txt: no matching files found",
      missing: [file("cmd/data.txt")],
    },
    {
      title: "a file that Go opened, and panicked about",
      format: "go",
      sent: { "main.go": "package main\n" },
      message: "panic: reading: open data.csv: no such file or directory",
      missing: [data("data.csv")],
    },
    {
      title: "a file that Go opened, and logged",
      format: "go",
      sent: { "main.go": "package main\n" },
      stderr: "2026/11/23 10:00:00 open data.csv: no such file or directory\n",
      missing: [data("data.csv")],
    },
  ];
  for (const { title, missing, ...run } of runs) {
    it(`may be ${title}`, () => assert.deepEqual(missingIn(run), missing));
  }

  it("is found in what the problem matchers make of real reports", () => {
    const found = (...[format, program, toolchain]: Parameters<typeof golden>): readonly Missing[] => {
      const { report, problems } = golden(format, program, toolchain);
      const files = Array.from(report.sources, ([path, content]) => ({ path, content }));
      return findMissing(
        format,
        files.toSorted(({ path }) => (path.startsWith("main.") ? -1 : 1)),
        problems,
      );
    };
    assert.deepEqual(found("python", "missing-module", "python-3.14"), [module("no_such_module")]);
    assert.deepEqual(found("node", "cjs-missing-module", "node-24"), [required("lost")]);
    assert.deepEqual(found("node", "esm-missing-in-helper", "node-16"), [file("gone.mjs")]);
    assert.deepEqual(found("node", "esm-missing-package", "node-24"), []);
    assert.deepEqual(found("node", "missing-file-sync", "node-24"), []);
    assert.deepEqual(found("go", "undefined", "go-1.27"), [definition("total")]);
    assert.deepEqual(found("go", "missing-standard-package", "go-1.27"), []);
  });

  const open = (path: string): readonly Missing[] =>
    missingIn({
      format: "node",
      sent: { "main.js": "" },
      message: `Error: ENOENT: no such file or directory, open '${path}'`,
    });

  const refused = [
    "/etc/passwd",
    "/code/.env",
    ".env",
    "keys/.ssh/id_rsa",
    ".",
    "data/",
    "a\\b",
    "a\u0007b",
    "a\u202eb",
  ];
  for (const path of refused) {
    it(`is never ${JSON.stringify(path)}, whatever a program asks for`, () => assert.deepEqual(open(path), []));
  }

  it("is nothing that was sent", () => assert.deepEqual(open("main.js"), []));

  it("is nothing that a warning is about", () => {
    const message = "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'";
    assert.deepEqual(missingIn({ format: "python", sent: { "main.py": "" }, message, severity: "warning" }), []);
  });

  it("is not more than anybody would look for, and read from hostile text in no time", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `a${index}`);
    const files = [{ path: "main.py", content: `from pkg import ${names.join(", ")}` }];
    const related = Array.from({ length: 20 }, () => ({
      file: "main.py",
      line: 1,
      message: `ModuleNotFoundError: No module named 'pkg' ${"'".repeat(2000)}`,
    }));
    const problem = { file: "main.py", line: 1, severity: "error" as const, message: "x", related };
    assert.equal(
      findMissing(
        "python",
        files,
        Array.from({ length: 50 }, () => problem),
      ).length,
      20,
    );
    const words = `${"open ".repeat(400)}: no such file or directory`;
    assert.deepEqual(missingIn({ format: "go", sent: { "main.go": words.repeat(100) }, message: words }), []);
    assert.deepEqual(
      missingIn({ format: "node", sent: { "main.js": "" }, stderr: `Error: ${words}\n`.repeat(5000) }),
      [],
    );
  });
});
