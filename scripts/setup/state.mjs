// What the set-up remembers about this machine, outside the repository, so that a second clone finds it as well.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * @typedef {object} State
 * @property {import("./processes.mjs").ProcessMark} [engine] the engine that the set-up started
 * @property {import("./processes.mjs").ProcessMark} [registry] the image registry that the set-up started
 * @property {number} [registryPort] kept from one start to the next, since the engine's configuration names it
 * @property {boolean} [noPublicRegistry] a pull failed because no registry could be reached: stand-ins are used
 * @property {Record<string, string>} [inRegistry] image → hash of the recipe that it was made by
 */

/** The folder that holds all of it; deleting it makes the set-up begin anew. */
export const stateFolder = resolve(
  process.env["FORGEAI_STATE_DIR"] ||
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "forgeai-development"),
);

/** @param {string[]} parts */
export function inStateFolder(...parts) {
  return join(stateFolder, ...parts);
}

export function createStateFolder() {
  mkdirSync(stateFolder, { recursive: true });
}

/** @returns {State} */
export function readState() {
  try {
    return JSON.parse(readFileSync(inStateFolder("state.json"), "utf8"));
  } catch {
    // Not written yet, or cut off: everything in it can be found out again.
    return {};
  }
}

/** @param {State} changes what is undefined is forgotten */
export function updateState(changes) {
  const state = { ...readState(), ...changes };
  // Written beside and renamed: a reader never sees half of it.
  writeFileSync(inStateFolder("state.json.new"), `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(inStateFolder("state.json.new"), inStateFolder("state.json"));
}
