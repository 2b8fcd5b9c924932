// npm, the one package manager that is there on every machine that can run this.
import { readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./processes.mjs";

/**
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 */
export function runNpm(args, options = {}) {
  const env = { ...process.env, npm_config_fund: "false", npm_config_audit: "false", npm_config_update_notifier: "false" };
  const itself = process.env["npm_execpath"];
  // Under `npm run` the very npm that is running; it needs no shell, which npm.cmd on Windows does.
  if (itself?.match(/npm-cli\.c?js$/)) return run(process.execPath, [itself, ...args], { ...options, env });
  return run("npm", args, { ...options, env, shell: process.platform === "win32" });
}

/**
 * Unpacks a package, without what it depends on and without running anything of it.
 * @param {string} specifier name@version
 * @param {string} folder made anew
 * @param {string} [part] only this folder or file of the package
 */
export async function unpackPackage(specifier, folder, part) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await runNpm(["pack", "--silent", "--pack-destination", folder, specifier]);
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (archive === undefined) throw new Error(`npm pack ${specifier} made no archive`);
  const wanted = part === undefined ? [] : [`package/${part}`];
  await run("tar", ["-xzf", archive, "--strip-components=1", ...wanted], { cwd: folder });
  await rm(join(folder, archive));
}
