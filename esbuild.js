// Builds the three bundles (extension, command line, library) into dist/, or with --tests the tests into out/test/.
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * What dockerode and its transport can do and ForgeAI never asks for: BuildKit builds (gRPC, protobufjs), its own SSH
 * client (ssh2, cpu-features; it checks no host keys) and packing of build contexts. Left in, they are 85 % of the bundle.
 * @type {import("esbuild").Plugin}
 */
const leaveOutUnusedParts = {
  name: "leave-out-unused-parts",
  setup(bundle) {
    const unused = /^(\.\/(session|buildkit|ssh)|tar-fs|@balena\/dockerignore)$/;
    bundle.onResolve({ filter: unused }, ({ path, importer }) =>
      /node_modules[\\/](dockerode|docker-modem)[\\/]/.test(importer) ? { path, namespace: "unused" } : null,
    );
    bundle.onLoad({ filter: /.*/, namespace: "unused" }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error("not in this bundle: ${path}"); };`,
    }));
  },
};

const shared = /** @satisfies {import("esbuild").BuildOptions} */ ({
  bundle: true,
  platform: /** @type {const} */ ("node"),
  sourcemap: /** @type {const} */ ("linked"),
  metafile: /** @type {const} */ (true),
  logLevel: /** @type {const} */ ("warning"),
  legalComments: /** @type {const} */ ("linked"),
  plugins: [leaveOutUnusedParts],
});

// dockerode is CommonJS and asks for Node's own modules by `require`, which a module doesn't have.
const requireForModules =
  'import { createRequire as forgeaiRequire } from "node:module"; const require = forgeaiRequire(import.meta.url);';

async function buildProduct() {
  rmSync("dist", { recursive: true, force: true });
  const [extension, commandLine] = await Promise.all([
    build({
      ...shared,
      entryPoints: { extension: "src/extension.ts" },
      outdir: "dist",
      outExtension: { ".js": ".cjs" },
      format: "cjs",
      target: "node22",
      minify: true,
      external: ["vscode"],
    }),
    build({
      ...shared,
      entryPoints: { cli: "src/cli.ts", index: "src/index.ts" },
      outdir: "dist",
      format: "esm",
      splitting: true,
      chunkNames: "chunk-[hash]",
      target: "node20",
      banner: { js: requireForModules },
    }),
  ]);
  chmodSync("dist/cli.js", 0o755);
  const inputs = { ...extension.metafile.inputs, ...commandLine.metafile.inputs };
  const outputs = { ...extension.metafile.outputs, ...commandLine.metafile.outputs };
  writeFileSync("dist/metafile.json", JSON.stringify({ inputs, outputs }));
  emitTypes();
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
