import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import type { Playwright } from "./playwright.ts";

/** Where the parts of the host lie on this machine. */
export interface Installation {
  /** Folder of the VS Code server. */
  readonly vscode: string;
  /** The Node that the server's native modules were built for. */
  readonly node: string;
  readonly chromium: string;
  readonly playwright: Playwright;
}

/** Finds the folder that set-up made (`FORGEAI_VSCODE_HOST`) and a Chromium; throws a sentence that names what is missing. */
export function findInstallation(env: NodeJS.ProcessEnv = process.env): Installation {
  const folder = env["FORGEAI_VSCODE_HOST"];
  if (folder === undefined)
    throw new Error("FORGEAI_VSCODE_HOST is not set: it names the folder that holds the VS Code server");
  const inFolder = (...names: string[]): string => {
    const path = resolve(folder, ...names);
    if (!existsSync(path)) throw new Error(`FORGEAI_VSCODE_HOST names ${folder}, which has no ${join(...names)}`);
    return path;
  };
  return {
    vscode: inFolder("vscode"),
    node: inFolder("node", "bin", "node"),
    chromium: findChromium(env),
    playwright: loadPlaywright(inFolder("playwright-core")),
  };
}

function findChromium(env: NodeJS.ProcessEnv): string {
  const named = env["FORGEAI_CHROMIUM"];
  const inPath = (env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => ["chromium", "google-chrome"].map((name) => join(folder, name)));
  const found = (named === undefined ? ["/usr/bin/chromium", ...inPath] : [named]).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    named === undefined
      ? "no Chromium: neither /usr/bin/chromium nor chromium or google-chrome in PATH; FORGEAI_CHROMIUM can name one"
      : `FORGEAI_CHROMIUM names ${named}, which can't be run`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function loadPlaywright(folder: string): Playwright {
  const loaded: unknown = createRequire(join(folder, "package.json"))(folder);
  if (!isPlaywright(loaded)) throw new Error(`${folder} is not playwright-core: it has no chromium.launch`);
  return loaded;
}

function isPlaywright(module: unknown): module is Playwright {
  if (typeof module !== "object" || module === null || !("chromium" in module)) return false;
  const { chromium } = module;
  return typeof chromium === "object" && chromium !== null && "launch" in chromium;
}
