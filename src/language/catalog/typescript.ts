import type { Language } from "../language.ts";

export const typescript: Language = {
  id: "typescript",
  name: "TypeScript",
  aliases: ["ts"],
  extensions: [".ts", ".mts", ".cts"],
  editorIds: ["typescript"],
  versions: [
    { version: "24", image: "node:24-alpine" },
    { version: "22", image: "node:22-alpine" },
  ],
  defaultVersion: "24",
  fileName: "main.ts",
  // Node takes the types away and runs the rest; it does that without being asked since 22.18, and warned of it until 24.
  run: ["node", "--experimental-strip-types", "--disable-warning=ExperimentalWarning", "{file}"],
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
    definition: String.raw`(?:import\b(?!\s*\()|(?:export|function|async\s+function|(?:abstract\s+)?class|const|let|var|(?:module\.)?exports)\b|(?:declare|interface|type|enum|namespace)\s+\w|@)`,
    prose: String.raw`["']use `,
  },
};
