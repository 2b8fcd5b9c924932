import type { Language } from "../language.ts";

export const javascript: Language = {
  id: "javascript",
  name: "JavaScript",
  aliases: ["js", "node", "nodejs"],
  extensions: [".js", ".mjs", ".cjs"],
  editorIds: ["javascript"],
  versions: [
    { version: "24", image: "node:24-alpine" },
    { version: "16", image: "node:16-alpine" },
  ],
  defaultVersion: "24",
  fileName: "main.js",
  run: ["node", "{file}"],
  environment: {},
  localVersion: ["node", "--version"],
  problems: "node",
  packages: "npm",
  syntax: {
    lineComment: "//",
    blockComment: ["/*", "*/"],
    longQuotes: ["`"],
    hasPatterns: true,
    entryPoint: String.raw`if\s*\(\s*(?:require\.main\s*={2,3}\s*module|import\.meta\.(?:main|url|filename))\b`,
    definition: String.raw`(?:import\b(?!\s*\()|(?:export|function|async\s+function|class|const|let|var|(?:module\.)?exports)\b|@)`,
    prose: String.raw`["']use `,
  },
};
