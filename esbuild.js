// Builds the three bundles (extension, command line, library) into dist/, or with --tests the tests into out/test/.
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { writeCommonJs } from "./scripts/commonJs.mjs";
import { licencesOf } from "./scripts/licences.mjs";

const shared = /** @satisfies {import("esbuild").BuildOptions} */ ({
  bundle: true,
  platform: /** @type {const} */ ("node"),
  sourcemap: /** @type {const} */ ("linked"),
  metafile: /** @type {const} */ (true),
  logLevel: /** @type {const} */ ("warning"),
  // All licences are in dist/LICENCES.txt, whole.
  legalComments: /** @type {const} */ ("none"),
});

async function buildProduct() {
  rmSync("dist", { recursive: true, force: true });
  const [extension, commandLine] = await Promise.all([buildExtension(), buildCommandLine()]);
  const inputs = { ...extension.inputs, ...commandLine.inputs };
  const outputs = { ...extension.outputs, ...commandLine.outputs };
  writeFileSync("dist/metafile.json", JSON.stringify({ inputs, outputs }));
  writeFileSync("dist/LICENCES.txt", licencesOf(Object.keys(inputs)));
  emitTypes();
}

/** What VS Code loads: dist/extension.cjs holds what activation needs, and each dynamic import in src/ is a file of its own. */
async function buildExtension() {
  const bundle = await build({
    ...shared,
    entryPoints: { extension: "src/extension.ts" },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    format: "esm",
    splitting: true,
    target: "node22",
    minify: true,
    external: ["vscode"],
    sourcemap: "inline",
    write: false,
  });
  await writeCommonJs(bundle, "dist/extension.cjs");
  return bundle.metafile;
}

async function buildCommandLine() {
  const { metafile } = await build({
    ...shared,
    entryPoints: { cli: "src/cli.ts", index: "src/index.ts" },
    outdir: "dist",
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
    target: "node20",
  });
  chmodSync("dist/cli.js", 0o755);
  return metafile;
}

function emitTypes() {
  const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], {
    stdio: "inherit",
  });
  if (tsc.status !== 0) process.exit(1);
}

async function buildTests() {
  rmSync("out", { recursive: true, force: true });
  const sources = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("fixtures"))
    .map((file) => join("test", file));
  await build({
    ...shared,
    entryPoints: sources,
    outdir: "out/test",
    outbase: "test",
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    target: "node20",
    external: ["vscode", "mocha", "esbuild", "@vscode/test-electron"],
  });
  chmodSync("out/test/vscode/host/executable.cjs", 0o755);
}

await (process.argv.includes("--tests") ? buildTests() : buildProduct());
