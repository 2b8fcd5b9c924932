import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";

interface Output {
  readonly entryPoint?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, Output>>;
}

const METAFILE = "dist/metafile.json";

/** Run before a program, it stands in for VS Code and prints, when the program ends, whether Node's HTTP client was loaded. */
const LOADED_PROBE = `
const Module = require("node:module");
const load = Module._load;
const stub = new Proxy(function () {}, { get: () => stub, apply: () => stub, construct: () => stub });
Module._load = (name, ...rest) => (name === "vscode" ? stub : load(name, ...rest));
const isLoaded = () => process.moduleLoadList.includes("NativeModule _http_client");
if (isLoaded()) throw new Error("it was loaded before");
process.on("exit", () => process.stderr.write(isLoaded() ? "loaded" : "not loaded"));`;

function wasLoaded(...words: readonly string[]): string {
  const probe = `data:text/javascript,import{createRequire}from"node:module";const require=createRequire(process.cwd()+"/");${encodeURIComponent(LOADED_PROBE)}`;
  const { status, stderr } = spawnSync(process.execPath, ["--import", probe, ...words], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stderr;
}

describe("The bundles", () => {
  let metafile: Metafile;

  before(function () {
    this.timeout(60_000);
    if (!existsSync(METAFILE))
      assert.equal(spawnSync(process.execPath, ["esbuild.js"], { stdio: "inherit" }).status, 0);
    metafile = JSON.parse(readFileSync(METAFILE, "utf8"));
  });

  it("hold nothing of gRPC and of SSH", () => {
    const inputs = Object.keys(metafile.inputs);
    assert.ok(inputs.some((name) => name.includes("node_modules/dockerode/")));
    const unwanted = /ssh2|cpu-features|@grpc|protobufjs|proto-loader|tar-fs|balena/;
    assert.deepEqual(
      inputs.filter((name) => unwanted.test(name) && !name.startsWith("unused:")),
      [],
    );
  });

  it("leave the extension under 400 KB", () => {
    const { size } = statSync("dist/extension.cjs");
    assert.ok(size < 400 * 1024, `${size} bytes`);
  });

  it("load dockerode in a chunk of its own, which the command line and the library reach only when they ask for it", () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      const { imports = [] } = metafile.outputs[name] ?? {};
      for (const { path, kind } of imports) if (kind === "import-statement") visit(path);
    };
    for (const entry of ["dist/cli.js", "dist/index.js"]) {
      assert.ok(entry in metafile.outputs);
      visit(entry);
    }
    const inputs = [...reached].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
    assert.ok(inputs.includes("src/runner.ts"));
    assert.deepEqual(
      inputs.filter((name) => /node_modules\/(?:dockerode|docker-modem)\//.test(name)),
      [],
    );
  });

  it("load no HTTP client before an engine is talked to", () => {
    assert.equal(wasLoaded("--eval", 'require("node:http")'), "loaded");
    assert.equal(wasLoaded("dist/cli.js", "--version"), "not loaded");
    assert.equal(wasLoaded("--eval", 'require("./dist/extension.cjs").activate({ subscriptions: [] })'), "not loaded");
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
    assert.equal(stdout.trim(), "DEFAULT_LIMITS,RunFailure,collect,createRunner");
  });
});
