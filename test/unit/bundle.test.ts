import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { relative } from "node:path";
import * as v from "valibot";
import { readBundles } from "./bundles.ts";

/** Most that VS Code has to read when it activates the extension: compiling 15 KB of it takes about a millisecond. */
const ACTIVATION_BYTES = 48 * 1024;

/** Run before a program, it stands in for VS Code and prints, when the program ends, what was loaded of dist/ and of Node. Nothing is set or remembered there. */
const LOADED_PROBE = `
const Module = require("node:module");
const load = Module._load;
const empty = () => ({});
const get = (_, name) => (name === "get" ? empty : stub);
const stub = new Proxy(function () {}, { get, set: () => true, apply: () => stub, construct: () => stub });
Module._load = (name, ...rest) => (name === "vscode" ? stub : load(name, ...rest));
const isLoaded = () => process.moduleLoadList.includes("NativeModule _http_client");
if (isLoaded()) throw new Error("it was loaded before");
process.on("exit", () => {
  const files = Object.keys(require.cache).filter((file) => file.endsWith(".cjs"));
  process.stderr.write(JSON.stringify({ httpClient: isLoaded(), files }));
});`;

const Loaded = v.object({ httpClient: v.boolean(), files: v.array(v.string()) });

const ACTIVATE = 'require("./dist/extension.cjs").activate(require("vscode"))';

function loadedBy(...words: readonly string[]): v.InferOutput<typeof Loaded> {
  const probe = `data:text/javascript,import{createRequire}from"node:module";const require=createRequire(process.cwd()+"/");${encodeURIComponent(LOADED_PROBE)}`;
  const { status, stderr } = spawnSync(process.execPath, ["--import", probe, ...words], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const loaded = v.parse(Loaded, JSON.parse(stderr));
  return { ...loaded, files: loaded.files.map((file) => relative(".", file).replaceAll("\\", "/")) };
}

describe("The bundles", () => {
  let metafile: ReturnType<typeof readBundles>;

  before(function () {
    this.timeout(60_000);
    metafile = readBundles();
  });

  it("leave the extension under 480 KB", () => {
    const files = Object.keys(metafile.outputs).filter((name) => name.endsWith(".cjs"));
    const bytes = files.reduce((sum, name) => sum + statSync(name).size, 0);
    assert.ok(files.length > 1 && bytes < 480 * 1024, `${bytes} bytes`);
  });

  /** The sources that are loaded with these files, whether their pieces were joined or not. */
  const sourcesOf = (...entries: readonly string[]): string[] => {
    const reached = new Set(entries);
    for (const name of reached) {
      const { imports = [] } = metafile.outputs[name] ?? {};
      for (const { path, kind } of imports) if (kind === "import-statement") reached.add(path);
    }
    return [...reached].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
  };

  it("load for VS Code, before a run, one small file: neither the runner nor an executor nor a package", () => {
    assert.deepEqual(loadedBy("--eval", ACTIVATE).files, ["dist/extension.cjs"]);
    const { size } = statSync("dist/extension.cjs");
    assert.ok(size <= ACTIVATION_BYTES, `${size} bytes`);
    const sources = sourcesOf("dist/extension.cjs");
    assert.ok(sources.includes("src/vscode/commands.ts"));
    const heavy = /node_modules\/|^src\/(?:runner\.ts|container\/|local\/|run\/(?:plan|requestCheck)\.ts)/;
    assert.deepEqual(
      sources.filter((name) => heavy.test(name)),
      [],
    );
  });

  it("load no HTTP client before an engine is talked to", () => {
    assert.equal(loadedBy("--eval", 'require("node:http")').httpClient, true);
    assert.equal(loadedBy("dist/cli.js", "--version").httpClient, false);
    assert.equal(loadedBy("--eval", ACTIVATE).httpClient, false);
  });

  it("declare the types of the library", () => {
    const types = readFileSync("dist/types/index.d.ts", "utf8");
    for (const name of ["createRunner", "collect", "RunRequest", "RunEvent", "RunResult", "RunFailure", "Outcome"]) {
      assert.match(types, new RegExp(`\\b${name}\\b`));
    }
  });

  it("export from the library what its types declare", () => {
    const script = 'import("./dist/index.js").then((library) => console.log(Object.keys(library).sort().join()))';
    const { stdout } = spawnSync(process.execPath, ["--eval", script], { encoding: "utf8" });
    assert.equal(
      stdout.trim(),
      "DEFAULT_LIMITS,LANGUAGES,RunFailure,collect,createImages,createRunner,describeEngine,diagnose,extendLanguages",
    );
  });
});
