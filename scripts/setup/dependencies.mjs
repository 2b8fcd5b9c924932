// The npm packages that the repository's lock file names, and what is built with them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "./npm.mjs";
import { run } from "./processes.mjs";
import { alreadyThere, SetupFailure } from "./steps.mjs";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */

/**
 * @param {string} root the repository's folder
 * @param {(line: string) => void} say
 */
export async function installDependencies(root, say) {
  demandNode();
  if (areInstalled(root)) return { outcome: alreadyThere, result: undefined };
  say("npm ci");
  // No package in use needs its own script: those that come as binaries come as optional packages for each platform.
  await runNpm(["ci", "--ignore-scripts"], { cwd: root });
  return { outcome: "installed", result: undefined };
}

function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 18)) return;
  throw new SetupFailure(`ForgeAI needs Node.js 20.18 or newer; this is ${process.versions.node}.`);
}

/** Compares what is wanted with what npm wrote down about what it installed. @param {string} root */
function areInstalled(root) {
  const installedFile = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = Object.entries(readPackages(join(root, "package-lock.json"))).filter(([path]) => path !== "");
  const installed = readPackages(installedFile);
  return wanted.every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    // Optional ones are there or not by platform.
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/**
 * @param {string} root
 * @param {readonly string[]} options of esbuild.js
 */
export async function build(root, options = []) {
  await run(process.execPath, ["esbuild.js", ...options], { cwd: root });
  return { outcome: "built", result: undefined };
}
