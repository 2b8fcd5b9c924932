import type { Language } from "../language.ts";

export const lua: Language = {
  id: "lua",
  name: "Lua",
  aliases: [],
  extensions: [".lua"],
  editorIds: ["lua"],
  // There is no official image of Lua; this is the one that is commonly used.
  versions: [
    { version: "5.4", image: "nickblah/lua:5.4-alpine" },
    { version: "5.1", image: "nickblah/lua:5.1-alpine" },
  ],
  defaultVersion: "5.4",
  fileName: "main.lua",
  run: ["lua", "{file}"],
  environment: {},
  localVersion: ["lua", "-v"],
  problems: "lua",
  syntax: {
    lineComment: "--",
    blockComment: ["--[[", "]]"],
    longQuotes: [],
    entryPoint: "(?!)",
    definition: String.raw`(?:(?:local|function|return|end)\b|[\w.]+\s*=(?!=))`,
  },
};
