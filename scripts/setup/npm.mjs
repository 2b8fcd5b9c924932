// npm, the one package manager that is there on every machine that can run this.
import { readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run, runVisibly } from "./processes.mjs";
import { SetupFailure } from "./steps.mjs";

/** @typedef {import("./processes.mjs").RunOptions} RunOptions */

/**
 * Throws a SetupFailure with npm's last lines where it fails.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNpm(args, options) {
  return callNpm(run, args, options);
}

/**
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNpmVisibly(args, options) {
  return callNpm(runVisibly, args, options);
}

/**
 * @template Result
 * @param {(command: string, args: readonly string[], options: RunOptions) => Promise<Result>} how
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
function callNpm(how, args, options = {}) {
  const env = {
    ...process.env,
    npm_config_fund: "false",
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
  };
  const itself = process.env["npm_execpath"] ?? "";
  // Under `npm run` the very npm that is running; it needs no shell, which npm.cmd on Windows does.
  if (/npm-cli\.c?js$/.test(itself)) return how(process.execPath, [itself, ...args], { ...options, env });
  return how("npm", args, { ...options, env, shell: process.platform === "win32" });
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
  if (archive === undefined) throw new SetupFailure(`npm pack ${specifier} made no archive.`);
  const wanted = part === undefined ? [] : [`package/${part}`];
  await run("tar", ["-xzf", archive, "--strip-components=1", ...wanted], { cwd: folder });
  await rm(join(folder, archive));
}
