// What ForgeAI costs when a file is opened, by VS Code's own startup figures, beside an extension that does nothing: on a
// busy machine that takes its time as well.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./programs.mjs";
import { spreadOf } from "./rounds.mjs";

/** @typedef {import("../vscode/startup/figures.ts").ActivationFigures} Figures */
/** @typedef {import("./rounds.mjs").Spread} Spread */

/**
 * @param {string} root the repository's folder, built with its tests
 * @param {number} rounds
 * @returns {Promise<Record<"forgeai" | "nothing", Record<keyof Figures | "all", Spread>>>} in milliseconds
 */
export async function measureActivation(root, rounds) {
  const folder = mkdtempSync(join(tmpdir(), "forgeai-activation-"));
  try {
    const file = join(folder, "hello.py");
    writeFileSync(file, "print('hello')\n");
    const nothing = makeEmptyExtension(join(folder, "nothing"));
    /** @type {{ forgeai: Figures[], nothing: Figures[] }} */
    const figures = { forgeai: [], nothing: [] };
    for (let round = 0; round < rounds; round++) {
      figures.forgeai.push(await open(root, { folder: root, id: "forgeai.forgeai" }, file));
      figures.nothing.push(await open(root, nothing, file));
    }
    return { forgeai: summarize(figures.forgeai), nothing: summarize(figures.nothing) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} folder */
function makeEmptyExtension(folder) {
  const manifest = {
    publisher: "nobody",
    name: "nothing",
    version: "1.0.0",
    engines: { vscode: "^1.101.0" },
    main: "./main.cjs",
    activationEvents: ["onLanguage:python"],
  };
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "main.cjs"), "exports.activate = () => {};\n");
  return { folder, id: "nobody.nothing" };
}

/**
 * @param {string} root
 * @param {{ folder: string, id: string }} extension
 * @param {string} file
 * @returns {Promise<Figures>}
 */
async function open(root, { folder, id }, file) {
  const figures = `${file}.figures`;
  rmSync(figures, { force: true });
  await start(process.execPath, [join(root, "out/test/vscode/startup/open.cjs"), folder, id, file, figures]);
  if (!existsSync(figures)) throw new Error(`VS Code told no figures of ${id}.`);
  return JSON.parse(readFileSync(figures, "utf8"));
}

/** @param {readonly Figures[]} figures */
function summarize(figures) {
  /** @param {(each: Figures) => number} value */
  const spread = (value) => spreadOf(figures.map(value));
  return {
    loadCode: spread(({ loadCode }) => loadCode),
    callActivate: spread(({ callActivate }) => callActivate),
    finishActivate: spread(({ finishActivate }) => finishActivate),
    all: spread(({ loadCode, callActivate, finishActivate }) => loadCode + callActivate + finishActivate),
  };
}
