import type { Language } from "../language.ts";

export const ruby: Language = {
  id: "ruby",
  name: "Ruby",
  aliases: ["rb"],
  extensions: [".rb"],
  editorIds: ["ruby"],
  versions: [
    { version: "3.3", image: "ruby:3.3-alpine" },
    { version: "3.1", image: "ruby:3.1-alpine" },
  ],
  defaultVersion: "3.3",
  fileName: "main.rb",
  run: ["ruby", "{file}"],
  environment: {},
  localVersion: ["ruby", "--version"],
  problems: "ruby",
  syntax: {
    lineComment: "#",
    blockComment: ["=begin", "=end"],
    longQuotes: [],
    entryPoint: String.raw`if\b[\s(]*(?:__FILE__\s*==\s*\$(?:0|PROGRAM_NAME)\b|\$(?:0|PROGRAM_NAME)\s*==\s*__FILE__\b)`,
    definition: String.raw`(?:(?:require|require_relative|module|class|def|include|extend|end)\b|[A-Z]\w*\s*=(?!=))`,
  },
};
