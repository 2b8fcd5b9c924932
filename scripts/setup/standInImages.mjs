// Brings stand-ins into an engine: through a registry on loopback into our own, directly into another's.
import { useMirror } from "./engine.mjs";
import { importImage, pullImage } from "./engineApi.mjs";
import { findRecipe, hashRecipe, standInLabel } from "./recipes.mjs";
import { provideRegistry, registryHolds } from "./registry.mjs";
import { canMakeStandIns, installStandInTools, withStandIn } from "./standIns.mjs";
import { readState, updateState } from "./state.mjs";
import { alreadyThere, SetupFailure } from "./steps.mjs";
import { uploadImage } from "./upload.mjs";

/** @typedef {import("./engine.mjs").Engine} Engine */
/** @typedef {import("./recipes.mjs").Recipe} Recipe */
/** @typedef {(line: string) => void} Say */

/** For tests that pull: a small image in a registry that the engine reaches without a name server. */
export const tinyImage = "forgeai-test/tiny:1";

/**
 * Two at a time: making one is partly waiting for a mirror, partly unpacking.
 * @param {Engine} engine
 * @param {readonly string[]} images
 * @param {Say} say
 */
export async function provideStandIns(engine, images, say) {
  const port = engine.own ? await provideMirror(say) : undefined;
  await installStandInTools(say);
  const waiting = images.map(demandRecipe);
  const workOff = async () => {
    for (let recipe = waiting.shift(); recipe !== undefined; recipe = waiting.shift()) {
      if (port === undefined) await importStandIn(engine, recipe, say);
      else await pullStandIn(engine, recipe, port, say);
    }
  };
  await Promise.all([workOff(), workOff()]);
}

/** Starts the registry and makes our own engine look there first. @param {Say} say @returns {Promise<number>} its port */
export async function provideMirror(say) {
  const port = await provideRegistry(say);
  useMirror(port);
  return port;
}

/**
 * The registry with the tiny image in it, for our own engine; another's engine need not reach this machine's loopback.
 * @param {Engine} engine
 * @param {Say} say
 * @returns {Promise<{ outcome: string, result: number | null }>} the registry's port
 */
export async function provideTestRegistry(engine, say) {
  if (!engine.own || !canMakeStandIns()) return { outcome: "none: only for an engine of this set-up", result: null };
  const port = await provideRegistry(say);
  await installStandInTools(say);
  const isNew = await putIntoRegistry(demandRecipe(tinyImage), port, say);
  return { outcome: isNew ? "made" : alreadyThere, result: port };
}

/** @param {Engine} engine @param {Recipe} recipe @param {number} port @param {Say} say */
async function pullStandIn(engine, recipe, port, say) {
  await putIntoRegistry(recipe, port, say);
  await pullImage(engine.endpoint, recipe.image);
}

/** @param {Recipe} recipe @param {number} port @param {Say} say @returns {Promise<boolean>} whether it had to be made */
async function putIntoRegistry(recipe, port, say) {
  const hash = hashRecipe(recipe);
  if (readState().inRegistry?.[recipe.image] === hash && (await registryHolds(port, recipe.image))) return false;
  announce(recipe, say);
  await withStandIn(recipe, (tarFile) => uploadImage(port, recipe.image, tarFile, labelled(recipe)));
  updateState({ inRegistry: { ...readState().inRegistry, [recipe.image]: hash } });
  return true;
}

/** @param {Engine} engine @param {Recipe} recipe @param {Say} say */
async function importStandIn({ endpoint }, recipe, say) {
  announce(recipe, say);
  await withStandIn(recipe, (tarFile) => importImage(endpoint, recipe.image, tarFile, labelled(recipe)));
}

/** @param {Recipe} recipe @param {Say} say */
function announce({ image, suite }, say) {
  say(`making a stand-in for ${image} of packages of Debian's ${suite}`);
}

/** @param {Recipe} recipe */
function labelled(recipe) {
  return { ...recipe.configuration, Labels: { [standInLabel]: hashRecipe(recipe) } };
}

/** @param {string} image */
function demandRecipe(image) {
  const recipe = findRecipe(image);
  if (recipe === undefined) throw new SetupFailure(`There is no recipe for a stand-in of ${image}.`);
  return recipe;
}
