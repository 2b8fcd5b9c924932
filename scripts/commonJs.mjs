// Turns a bundle that esbuild has split into ES modules (it splits no others) into CommonJS, for VS Code.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, transform } from "esbuild";

/** @typedef {{ code: string, map: string }} Script */

const options = /** @satisfies {import("esbuild").CommonOptions} */ ({
  format: /** @type {const} */ ("cjs"),
  platform: /** @type {const} */ ("node"),
  target: "node22",
  // Pieces are loaded by require.
  supported: { "dynamic-import": false },
  minify: true,
  sourcemap: /** @type {const} */ ("external"),
});

/**
 * Writes the pieces of a bundle. The entry and the pieces that it can't do without become one file, since each file that
 * is opened costs as much time as 10 KB of code. It hands them to the other pieces, which are loaded by dynamic imports.
 * @param {import("esbuild").BuildResult<{ write: false, metafile: true }>} bundle with source maps in its files
 * @param {string} entry as the metafile names it
 */
export async function writeCommonJs({ outputFiles, metafile }, entry) {
  const folder = dirname(entry);
  const pieces = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const joined = findStatic(entry, metafile).map((name) => basename(name));
  mkdirSync(folder, { recursive: true });
  write(entry, await joinPieces(joined, pieces));
  for (const [name, text] of pieces) {
    const index = joined.indexOf(name);
    if (index === -1) write(join(folder, name), await transform(text, { ...options, sourcefile: name }));
    else if (index > 0) writeFileSync(join(folder, name), `module.exports=require("./${joined[0]}").piece${index};\n`);
  }
}

/**
 * The outputs that are loaded with one of them, itself the first.
 * @param {string} entry
 * @param {import("esbuild").Metafile} metafile
 */
function findStatic(entry, { outputs }) {
  const found = new Set([entry]);
  for (const name of found) {
    for (const { path, kind, external } of outputs[name]?.imports ?? [])
      if (kind === "import-statement" && !external) found.add(path);
  }
  return [...found];
}

/**
 * @param {readonly string[]} names
 * @param {ReadonlyMap<string, string>} pieces
 * @returns {Promise<Script>} what exports as the first does, and each of the others by its number
 */
async function joinPieces(names, pieces) {
  const exports = names.map((name, index) => `export * ${index === 0 ? "" : `as piece${index} `}from "./${name}";`);
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: exports.join("\n"), resolveDir: "." },
    outfile: names[0] ?? "",
    bundle: true,
    write: false,
    external: ["vscode"],
    plugins: [readFrom(pieces)],
  });
  const [map = "", code = ""] = outputFiles.map(({ text }) => text);
  return { code, map };
}

/** @param {ReadonlyMap<string, string>} pieces @returns {import("esbuild").Plugin} */
function readFrom(pieces) {
  return {
    name: "read-from-memory",
    setup(bundle) {
      bundle.onResolve({ filter: /^\.\// }, ({ path, kind }) =>
        kind === "dynamic-import" ? { path, external: true } : { path: basename(path), namespace: "pieces" },
      );
      bundle.onLoad({ filter: /./, namespace: "pieces" }, ({ path }) => ({ contents: pieces.get(path) ?? "" }));
    },
  };
}

/** @param {string} path @param {Script} script */
function write(path, { code, map }) {
  writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
  writeFileSync(`${path}.map`, map);
}
