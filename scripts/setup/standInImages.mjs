// Brings stand-ins into an engine: through a registry on loopback into our own, directly into another's.
import { useMirror } from "./engine.mjs";
import { importImage, pullImage } from "./engineApi.mjs";
import { findRecipe, groupByRoot, hashRecipe, standInLabel } from "./recipes.mjs";
import { provideRegistry, registryHolds } from "./registry.mjs";
import { canMakeStandIns, installStandInTools, withStandIn } from "./standIns.mjs";
import { readState, updateState } from "./state.mjs";
import { alreadyThere, SetupFailure } from "./steps.mjs";
import { uploadImages } from "./upload.mjs";

/** @typedef {import("./engine.mjs").Engine} Engine */
/** @typedef {import("./recipes.mjs").Recipe} Recipe */
/** @typedef {readonly [Recipe, ...Recipe[]]} Recipes with one root file system */
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
  const waiting = groupByRoot(images.map(demandRecipe));
  const workOff = async () => {
    for (let recipes = waiting.shift(); recipes !== undefined; recipes = waiting.shift()) {
      if (port === undefined) await importStandIns(engine, recipes, say);
      else await pullStandIns(engine, recipes, port, say);
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
  const isNew = await putIntoRegistry([demandRecipe(tinyImage)], port, say);
  return { outcome: isNew ? "made" : alreadyThere, result: port };
}

/** @param {Engine} engine @param {Recipes} recipes @param {number} port @param {Say} say */
async function pullStandIns(engine, recipes, port, say) {
  await putIntoRegistry(recipes, port, say);
  for (const { image } of recipes) await pullImage(engine.endpoint, image);
}

/** @param {Recipes} recipes @param {number} port @param {Say} say @returns {Promise<boolean>} whether any had to be made */
async function putIntoRegistry(recipes, port, say) {
  const [first, ...others] = await withoutHeld(recipes, port);
  if (first === undefined) return false;
  const missing = /** @type {const} */ ([first, ...others]);
  announce(missing, say);
  await withStandIn(missing, (tarFile) => uploadImages(port, tarFile, [named(first), ...others.map(named)]));
  const hashes = Object.fromEntries(missing.map((recipe) => [recipe.image, hashRecipe(recipe)]));
  updateState({ inRegistry: { ...readState().inRegistry, ...hashes } });
  return true;
}

/** @param {Recipes} recipes @param {number} port @returns {Promise<Recipe[]>} those that the registry lacks */
async function withoutHeld(recipes, port) {
  const { inRegistry } = readState();
  const held = await Promise.all(
    recipes.map(
      async (recipe) => inRegistry?.[recipe.image] === hashRecipe(recipe) && registryHolds(port, recipe.image),
    ),
  );
  return recipes.filter((_, index) => !held[index]);
}

/** @param {Engine} engine @param {Recipes} recipes @param {Say} say */
async function importStandIns({ endpoint }, recipes, say) {
  announce(recipes, say);
  await withStandIn(recipes, async (tarFile) => {
    for (const recipe of recipes) await importImage(endpoint, recipe.image, tarFile, labelled(recipe));
  });
}

/** @param {Recipes} recipes @param {Say} say */
function announce(recipes, say) {
  const images = recipes.map(({ image }) => image).join(", ");
  say(`making stand-ins for ${images} of packages of Debian's ${recipes[0].suite}`);
}

/** @param {Recipe} recipe */
function named(recipe) {
  return { image: recipe.image, config: labelled(recipe) };
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
