// The images that the languages need: pulled, or stood in for where no registry can be reached.
import { EngineFailure, inspectImage, pullImage } from "./engineApi.mjs";
import { findRecipe, hashRecipe, standInLabel } from "./recipes.mjs";
import { provideMirror, provideStandIns } from "./standInImages.mjs";
import { canMakeStandIns } from "./standIns.mjs";
import { readState, updateState } from "./state.mjs";
import { alreadyThere, SetupFailure } from "./steps.mjs";

/** @typedef {import("./engine.mjs").Engine} Engine */
/** @typedef {(line: string) => void} Say */

export const defaultImages = ["python:3.14-alpine", "golang:1.27-alpine", "node:24-alpine"];
export const olderImages = ["python:3.9-alpine", "golang:1.19-alpine", "node:16-alpine"];
/** What only tests of languages need. */
export const furtherImages = [
  "node:22-alpine",
  "bash:5.3",
  "ruby:3.3-alpine",
  "php:8.4-cli-alpine",
  "perl:5.42-slim",
  "nickblah/lua:5.4-alpine",
  "r-base:4.6.1",
  "bash:5.2",
  "ruby:3.1-alpine",
  "php:8.2-cli-alpine",
  "perl:5.36-slim",
  "nickblah/lua:5.1-alpine",
  "r-base:4.2.2",
  "gcc:16",
  "rust:1.97-alpine",
  "eclipse-temurin:25-jdk-alpine",
  "gcc:12",
  "rust:1.63-alpine",
  "eclipse-temurin:17-jdk-alpine",
];

/**
 * @param {Engine} engine
 * @param {readonly string[]} images
 * @param {Say} say
 * @returns {Promise<{ outcome: string, result: { standIns: boolean } }>}
 */
export async function provideImages(engine, images, say) {
  // Users of this engine may pull again what they removed, so its mirror has to be up even when nothing is missing.
  if (engine.own && readState().noPublicRegistry) await provideMirror(say);
  const missing = [];
  for (const image of images) if (!(await isUpToDate(engine, image))) missing.push(image);
  if (missing.length > 0) await provideMissing(engine, missing, say);
  const hashes = await Promise.all(images.map((image) => readStandInHash(engine, image)));
  const standIns = hashes.some((hash) => hash !== undefined);
  const what = missing.length === 0 ? alreadyThere : `${missing.length} of ${images.length} new`;
  const warning = standIns
    ? "; NOT the official images but stand-ins of the same versions, made of Debian's packages"
    : "";
  return { outcome: what + warning, result: { standIns } };
}

/**
 * An image that is not one of our stand-ins is always right; a stand-in of an older recipe is not.
 * @param {Engine} engine
 * @param {string} image
 */
async function isUpToDate(engine, image) {
  const hash = await readStandInHash(engine, image);
  const recipe = findRecipe(image);
  if (hash === undefined || recipe === undefined) return (await inspectImage(engine.endpoint, image)) !== undefined;
  return hash === hashRecipe(recipe);
}

/** @param {Engine} engine @param {string} image @returns {Promise<string | undefined>} */
async function readStandInHash({ endpoint }, image) {
  return (await inspectImage(endpoint, image))?.Config?.Labels?.[standInLabel];
}

/** @param {Engine} engine @param {readonly string[]} missing @param {Say} say */
async function provideMissing(engine, missing, say) {
  if (!(await canPull(engine, missing[0] ?? "", say))) return provideStandIns(engine, missing, say);
  for (const image of missing.slice(1)) {
    say(`pulling ${image}`);
    await pullImage(engine.endpoint, image);
  }
}

/**
 * Found out by pulling the first image: what counts is the engine's own way to the registry.
 * @param {Engine} engine
 * @param {string} image
 * @param {Say} say
 */
async function canPull(engine, image, say) {
  if (engine.own && readState().noPublicRegistry) return false;
  try {
    say(`pulling ${image}`);
    await pullImage(engine.endpoint, image);
    return true;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    if (isAnswerOfRegistry(error) || !canMakeStandIns()) throw explainPull(image, error);
    say(`no image registry can be reached: ${error.message}`);
    if (engine.own) updateState({ noPublicRegistry: true });
    return false;
  }
}

/** Whether a registry was reached and said no. @param {EngineFailure} error */
function isAnswerOfRegistry({ message }) {
  // Not "manifest" alone: it is also part of the address in "dial tcp … timeout".
  return /manifest unknown|not found|access denied|unauthorized|toomanyrequests|rate limit/i.test(message);
}

/** @param {string} image @param {EngineFailure} error */
function explainPull(image, error) {
  return new SetupFailure(
    `${image} can't be pulled: ${error.message}\nTry "docker pull ${image}"; when that works, run this again.`,
  );
}
