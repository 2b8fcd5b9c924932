import type { Language } from "../language.ts";

export const r: Language = {
  id: "r",
  name: "R",
  aliases: ["rscript"],
  extensions: [".r"],
  editorIds: ["r"],
  versions: [
    { version: "4.6", image: "r-base:4.6.1" },
    { version: "4.2", image: "r-base:4.2.2" },
  ],
  defaultVersion: "4.6",
  fileName: "main.r",
  run: ["Rscript", "{file}"],
  environment: {},
  localVersion: ["R", "--version"],
  // Rscript names no lines.
  syntax: {
    lineComment: "#",
    longQuotes: [],
    entryPoint: String.raw`if\s*\(\s*(?:sys\.nframe\(\)\s*==\s*0|!\s*interactive\(\))`,
    definition: String.raw`(?:(?:library|require|source)\s*\(|[\w.]+\s*(?:<-|=)\s*function\b)`,
  },
};
