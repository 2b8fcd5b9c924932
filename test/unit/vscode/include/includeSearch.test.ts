import assert from "node:assert/strict";
import { startGlobs } from "../../../../src/vscode/include/includeGlob.ts";
import {
  type Entry,
  LEADS_OUT,
  type SearchResult,
  searchFiles,
  type Tree,
} from "../../../../src/vscode/include/includeSearch.ts";

/** A folder by the names in it: a file, another folder, a link with what it leads to, or something that nobody reads. */
interface Folder {
  readonly [name: string]: Folder | "file" | "pipe" | "locked" | Link;
}

interface Link {
  readonly link: Folder | "file" | "nothing";
  readonly isOutside: boolean;
}

const outside = (link: Link["link"]): Link => ({ link, isOutside: true });
const inside = (link: Link["link"]): Link => ({ link, isOutside: false });

function isLink(each: Folder[string] | undefined): each is Link {
  return typeof each === "object" && "isOutside" in each;
}

class FakeTree implements Tree {
  readonly #root: Folder;
  readonly listed: string[] = [];

  constructor(root: Folder) {
    this.#root = root;
  }

  async list(path: string): Promise<readonly Entry[]> {
    this.listed.push(path);
    const folder = this.#at(path);
    if (typeof folder !== "object") throw new Error("permission denied");
    return Object.entries(folder).map(([name, each]) => ({ name, kind: kindOf(each), isLink: isLink(each) }));
  }

  async staysInside(path: string): Promise<boolean> {
    const slash = path.lastIndexOf("/");
    const folder = this.#at(path.slice(0, Math.max(0, slash)));
    const each = typeof folder === "object" ? folder[path.slice(slash + 1)] : undefined;
    return isLink(each) && !each.isOutside && each.link !== "nothing";
  }

  #at(path: string): Folder | string | undefined {
    let current: Folder | string | undefined = this.#root;
    for (const name of path === "" ? [] : path.split("/")) {
      const next: Folder[string] | undefined = typeof current === "object" ? current[name] : undefined;
      current = isLink(next) ? next.link : next;
    }
    return current;
  }
}

function kindOf(each: Folder[string]): Entry["kind"] {
  const target = isLink(each) ? each.link : each;
  if (target === "pipe" || target === "nothing") return "other";
  return target === "file" ? "file" : "folder";
}

async function search(root: Folder, globs: readonly string[], excluded: readonly string[] = []): Promise<SearchResult> {
  const bounds = { mostFiles: 5, mostEntries: 40 };
  return searchFiles(new FakeTree(root), { globs: startGlobs(globs), excluded: startGlobs(excluded), ...bounds });
}

async function paths(...args: Parameters<typeof search>): Promise<string[]> {
  return (await search(...args)).found.map(({ path }) => path);
}

describe("Looking for files beside a program", () => {
  it("finds those that fit, in the order of their paths, with the globs that they fit", async () => {
    const root: Folder = { "b.py": "file", lib: { "a.py": "file", "a.js": "file" }, "a.py": "file" };
    assert.deepEqual((await search(root, ["lib/*", "**/*.py"])).found, [
      { path: "a.py", globs: ["**/*.py"] },
      { path: "b.py", globs: ["**/*.py"] },
      { path: "lib/a.js", globs: ["lib/*"] },
      { path: "lib/a.py", globs: ["lib/*", "**/*.py"] },
    ]);
  });

  it("looks into no folder that the globs don't lead into", async () => {
    const tree = new FakeTree({ lib: { deep: {} }, other: { "a.py": "file" } });
    const bounds = { mostFiles: 5, mostEntries: 40 };
    await searchFiles(tree, { globs: startGlobs(["lib/**/*.py", "data.csv"]), excluded: new Set(), ...bounds });
    assert.deepEqual(tree.listed, ["", "lib", "lib/deep"]);
  });

  it("takes nothing that is hidden", async () => {
    const root: Folder = { "a.py": "file", build: { "b.py": "file" }, lib: { "c.py": "file", "c.pyc": "file" } };
    assert.deepEqual(await paths(root, ["**/*"], ["build", "**/*.pyc"]), ["a.py", "lib/c.py"]);
  });

  it("takes nothing of what tools keep for themselves, unless their folder is named", async () => {
    const root: Folder = {
      node_modules: { left: { "index.js": "file" } },
      ".git": { config: "file" },
      environment: { "pyvenv.cfg": "file", lib: { "a.py": "file" } },
      "main.js": "file",
    };
    assert.deepEqual(await paths(root, ["**/*"]), ["main.js"]);
    assert.deepEqual(await paths(root, ["*/*", "*/*/*"]), []);
    assert.deepEqual(await paths(root, ["node_modules/left/**"]), ["node_modules/left/index.js"]);
    assert.deepEqual(await paths(root, ["**/environment/lib/*.py"]), ["environment/lib/a.py"]);
  });

  it("takes no link that leads out, and names it, be it a file or a folder, named or found", async () => {
    const root: Folder = {
      "key.txt": outside("file"),
      lib: outside({ "a.py": "file" }),
      gone: inside("nothing"),
      "a.txt": "file",
    };
    for (const globs of [["**/*"], ["*", "lib/a.py"]]) {
      const { found, leftOut } = await search(root, globs);
      assert.deepEqual(
        found.map(({ path }) => path),
        ["a.txt"],
      );
      assert.deepEqual(
        leftOut,
        ["gone", "key.txt", "lib"].map((path) => ({ path, why: LEADS_OUT })),
      );
    }
  });

  it("says nothing of links that nobody asked for", async () => {
    assert.deepEqual((await search({ key: outside("file"), lib: outside({}) }, ["*.py"])).leftOut, []);
  });

  it("follows a link that stays inside where its name is asked for, and never in circles", async () => {
    const loop: { self?: Link; "a.py": "file" } & Record<string, "file" | Link> = { "a.py": "file" };
    loop.self = inside(loop);
    assert.deepEqual(await paths(loop, ["**/*.py"]), ["a.py"]);
    assert.deepEqual(await paths(loop, ["self/**/*.py"]), ["self/a.py"]);
    assert.deepEqual(await paths({ "link.py": inside("file") }, ["**/*.py"]), ["link.py"]);
  });

  it("takes no pipe, which would never end", async () => {
    const { found, leftOut } = await search({ pipe: "pipe" }, ["*"]);
    assert.deepEqual([found, leftOut], [[], []]);
  });

  it("names a folder that it can't look into, and goes on", async () => {
    const { found, leftOut } = await search({ secret: "locked", "a.py": "file" }, ["**/*.py"]);
    assert.deepEqual(
      found.map(({ path }) => path),
      ["a.py"],
    );
    assert.deepEqual(leftOut, [{ path: "secret", why: "it can't be read: permission denied" }]);
  });

  it("gives up where there are too many files, or too much to look at", async () => {
    const many = (count: number, ending: string): Folder =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}${ending}`, "file"]));
    assert.equal((await search(many(5, ".py"), ["*.py"])).tooMany, undefined);
    assert.equal((await search(many(6, ".py"), ["*.py"])).tooMany, "files");
    assert.equal((await search({ lib: many(40, ".js") }, ["**/*.py"])).tooMany, "entries");
    assert.equal((await search({ lib: many(40, ".js") }, ["*.py"])).tooMany, undefined);
  });
});
