import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { findLanguage } from "../../src/language/catalog.ts";
import type { Problem } from "../../src/language/problem.ts";
import { pathFor, takeText } from "../../src/vscode/document.ts";
import { findBeside } from "../../src/vscode/include/includeBeside.ts";
import type { Piece } from "../../src/vscode/pieces/piece.ts";
import type { RemotePerson } from "./host/remotePerson.ts";
import { MemoryFiles } from "./memoryFiles.ts";
import {
  assertOffered,
  openUntitled,
  outputShows,
  outputText,
  personAtWindow,
  problemsOf,
  runActive,
  withSetting,
  writeInFolder,
} from "./support.ts";

const LIST = "import glob\nprint('files:', sorted(glob.glob('**', recursive=True)))\n";

/** A folder outside of the workspace, with the first of its files in the active editor. */
async function withFolder(
  files: Readonly<Record<string, string>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "forgeai-test-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await show(vscode.Uri.file(join(folder, Object.keys(files)[0] ?? "")));
    await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Gives up what was typed, so that nobody is asked to save it. */
async function revert({ document }: vscode.TextEditor): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("workbench.action.files.revert");
}

/** Asserts that the active editor's text can't be run, and that the output says so. */
async function assertRefused(expected: string): Promise<void> {
  assert.equal(await vscode.commands.executeCommand("forgeai.runInContainer"), undefined);
  await outputShows(expected);
}

describe("Files beside the program", () => {
  it("are sent along where forgeai.include names them, and nothing else is", async () => {
    const files = {
      "main.py": `${LIST}from lib.helper import greet\nprint(greet(), open('data.bin', 'rb').read())\n`,
      "lib/helper.py": "def greet(): return 'from the helper'\n",
      "lib/notes.txt": "",
      "data.bin": "\0\x01",
      "other.py": "",
    };
    await withFolder(files, async () => {
      await withSetting("include", ["lib/**/*.py", "*.bin", "gone/*"], async () => {
        assert.equal((await runActive()).outcome, "ok");
        await outputShows("files: ['data.bin', 'lib', 'lib/helper.py', 'main.py']");
        await outputShows("from the helper b'\\x00\\x01'");
        await outputShows('no file matches "gone/*" in forgeai.include');
      });
    });
  });

  it("are sent as they are on the screen, and their errors are shown in them", async () => {
    const files = { "main.py": "import helper\nhelper.check()\n", "helper.py": "def check(): pass\n" };
    await withFolder(files, async (folder) => {
      const helper = await show(vscode.Uri.file(join(folder, "helper.py")));
      await helper.edit((edit) =>
        edit.insert(new vscode.Position(0, 0), "\ndef check(): return 1 / 0\n\ndef _old():\n  "),
      );
      await show(vscode.Uri.file(join(folder, "main.py")));
      await withSetting("include", ["*.py"], async () => {
        assert.equal((await runActive()).outcome, "failed");
      });
      const [problem] = problemsOf(helper.document.uri);
      assert.match(problem?.message ?? "", /ZeroDivisionError/);
      assert.equal(problem?.range.start.line, 1);
      await revert(helper);
    });
  });

  it("are those of the workspace's folder for a program in one of its folders, which finds them from there", async () => {
    await writeInFolder("shared/words.txt", "words of the workspace\n");
    await show(await writeInFolder("tools/main.py", `${LIST}print(open('shared/words.txt').read())\n`));
    await withSetting("include", ["shared/*"], async () => {
      assert.equal((await runActive()).outcome, "ok");
      await outputShows("files: ['shared', 'shared/words.txt', 'tools', 'tools/main.py']");
      await openUntitled("python", "print('untitled:', open('shared/words.txt').read())\n");
      assert.equal((await runActive()).outcome, "ok");
      await outputShows("untitled: words of the workspace");
    });
  });

  it("are never those that a link leads to outside of the folder, and the output names the link", async () => {
    await withFolder({ "secret.txt": "a secret of this machine" }, async (elsewhere) => {
      await withFolder({ "main.py": LIST, "data.txt": "" }, async (folder) => {
        await symlink(join(elsewhere, "secret.txt"), join(folder, "key.txt"));
        await symlink(elsewhere, join(folder, "keys"));
        await withSetting("include", ["**/*", "keys/secret.txt"], async () => {
          await runActive();
          await outputShows("files: ['data.txt', 'main.py']");
          await outputShows("left out: key.txt (a link that leads out of the folder, or nowhere)");
          await outputShows("left out: keys (a link that leads out of the folder, or nowhere)");
        });
      });
    });
  });

  it("are refused where they are too large, before they are read", async () => {
    await withFolder({ "main.py": LIST, "film.mp4": "" }, async (folder) => {
      await truncate(join(folder, "film.mp4"), 3_000_000_000);
      await withSetting("include", ["*.mp4"], async () => {
        await assertRefused('2.8 GB of them by "*.mp4"; at most 16 MB are sent.');
        await outputShows("Name fewer files in the setting forgeai.include");
      });
    });
  });

  it("are refused where a glob leads out of the folder", async () => {
    await withFolder({ "main.py": LIST }, async () => {
      await withSetting("include", ["../*"], async () => {
        await assertRefused('The setting forgeai.include can\'t be "../*".');
      });
    });
  });
});

describe("In a virtual workspace", () => {
  const scheme = "forgeai-test";
  let provider: vscode.Disposable;

  before(() => {
    const files = {
      "/project/main.py": `${LIST}import helper\nhelper.greet()\n`,
      "/project/helper.py": "def greet(): print('from afar')\n",
      "/project/key.py": "a secret of that machine",
    };
    provider = vscode.workspace.registerFileSystemProvider(scheme, new MemoryFiles(files, ["/project/key.py"]));
  });

  after(() => provider.dispose());

  it("a program runs with the files beside it, but for links, of which nobody knows where they lead", async () => {
    await show(vscode.Uri.from({ scheme, path: "/project/main.py" }));
    await withSetting("include", ["**/*.py"], async () => {
      assert.equal((await runActive()).outcome, "ok");
      await outputShows("files: ['helper.py', 'main.py']");
      await outputShows("from afar");
      await outputShows("left out: key.py");
    });
  });
});

describe("The notification after a failed import", () => {
  let person: RemotePerson;

  before(async function () {
    person = await personAtWindow(this);
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  const offers: readonly {
    readonly title: string;
    readonly files: Readonly<Record<string, string>>;
    readonly button: string;
    readonly shown: string;
  }[] = [
    {
      title: "a package of Python, whole",
      files: {
        "main.py": "from tools import name\nprint('tools are', name)\n",
        "tools/__init__.py": "from .deep.core import name\n",
        "tools/deep/core.py": "name = 'here'\n",
      },
      button: "Include tools/__init__.py and 1 More and Run Again",
      shown: "tools are here",
    },
    {
      title: "a module of Node",
      files: { "main.js": "require('./lib/x');\n", "lib/x.js": "console.log('x is here')\n" },
      button: "Include lib/x.js and Run Again",
      shown: "x is here",
    },
  ];
  for (const { title, files, button, shown } of offers) {
    it(`offers to send ${title} along, where it lies beside the program, and then it runs`, async () => {
      await withFolder(files, async () => {
        await runActive();
        await assertOffered(person, "It exited with status 1.", button, "Show Problem");
        assert.ok(!outputText().includes(shown));
        await person.answerNotification("It exited with status 1.", button);
        await outputShows(shown);
        await outputShows("✔ ok");
      });
    });
  }
});

describe("What a run missed", () => {
  /** The names of the files that would be offered after an error of the active editor's program. */
  async function found(language: string, message: string): Promise<string[]> {
    const document = vscode.window.activeTextEditor?.document;
    const row = findLanguage(language);
    assert.ok(document && row);
    const piece: Piece = { kind: "document", id: "document", language: row, ranges: [], anchor: 0 };
    const path = pathFor(document, row);
    const problem: Problem = { file: path, line: 1, severity: "error", message, related: [] };
    return [...(await findBeside({ piece, files: [takeText(document, piece, path)] }, [problem])).keys()];
  }

  const noFile = (path: string): string => `FileNotFoundError: [Errno 2] No such file or directory: '${path}'`;

  it("is found beside a program outside of the workspace, in its own folder only", async () => {
    await withFolder({ "project/main.py": "", "project/data.csv": "", "data.txt": "" }, async () => {
      assert.deepEqual(await found("python", noFile("data.csv")), ["data.csv"]);
      assert.deepEqual(await found("python", noFile("/code/data.csv")), ["data.csv"]);
      assert.deepEqual(await found("python", noFile("../data.txt")), []);
    });
  });

  it("is found in all of the workspace's folder, where the program will find it then", async () => {
    await writeInFolder("all/of/it/data.csv", "");
    await writeInFolder("words.txt", "");
    await writeInFolder("all/lib/x.js", "");
    await show(await writeInFolder("all/of/main.py", ""));
    assert.deepEqual(await found("python", noFile("it/data.csv")), ["it/data.csv"]);
    assert.deepEqual(await found("python", noFile("words.txt")), ["words.txt"]);
    assert.deepEqual(await found("python", noFile("of/it/data.csv")), []);
    await show(await writeInFolder("all/of/main.js", ""));
    const message = "Error: Cannot find module '../lib/x'\nRequire stack:\n- /code/main.js";
    assert.deepEqual(await found("javascript", message), ["lib/x.js"]);
  });

  it("is never what a link leads to elsewhere", async () => {
    await withFolder({ "key.txt": "" }, async (elsewhere) => {
      await withFolder({ "main.py": "" }, async (folder) => {
        await symlink(join(elsewhere, "key.txt"), join(folder, "helper.py"));
        await symlink(elsewhere, join(folder, "keys"));
        assert.deepEqual(await found("python", "ModuleNotFoundError: No module named 'helper'"), []);
        assert.deepEqual(await found("python", noFile("keys/key.txt")), []);
      });
    });
  });

  it("is, of a package of Go, each file that defines it, as it is on the screen", async () => {
    const files = {
      "main.go": "package main\n",
      "greet.go": "package main\n\nfunc greet() {}\n",
      "greet_test.go": "package main\n\nfunc greet() {}\n",
      "other.go": "package other\n\nfunc greet() {}\n",
      "new.go": "package main\n",
    };
    await withFolder(files, async (folder) => {
      const editor = await show(vscode.Uri.file(join(folder, "new.go")));
      await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "\nvar added = 1\n"));
      await show(vscode.Uri.file(join(folder, "main.go")));
      assert.deepEqual(await found("go", "undefined: greet"), ["greet.go"]);
      assert.deepEqual(await found("go", "undefined: added"), ["new.go"]);
      assert.deepEqual(await found("go", "undefined: nowhere"), []);
      await revert(editor);
    });
  });
});
