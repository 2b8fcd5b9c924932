// The licences of the packages that are bundled: all of them ask to be passed on with the code.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * @param {readonly string[]} files that went into the bundles, as esbuild names them
 * @returns {string} a text that names each package and holds its licence
 */
export function licencesOf(files) {
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
  const packages = [...folders].map(readPackage).toSorted((one, other) => one.name.localeCompare(other.name));
  const texts = [...new Set(packages.map(({ text }) => text))];
  return [
    "ForgeAI contains the following packages, under the licences below.",
    ...texts.map((text) => {
      const under = packages.filter((each) => each.text === text);
      return [...under.map(({ name, version, licence }) => `${name} ${version} (${licence})`), "", text].join("\n");
    }),
    "",
  ].join(`\n\n${"─".repeat(80)}\n\n`);
}

/** @param {string} folder */
function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text =
    file === undefined ? "Its package holds no text of the licence." : readFileSync(join(folder, file), "utf8");
  return { name, version, licence: license, text: text.trim() };
}
