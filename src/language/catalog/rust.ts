import type { Language } from "../language.ts";
import { COMPILE_LIMITS } from "../phase-limits.ts";

export const rust: Language = {
  id: "rust",
  name: "Rust",
  aliases: ["rs", "rustc"],
  extensions: [".rs"],
  editorIds: ["rust"],
  versions: [
    { version: "1.97", image: "rust:1.97-alpine" },
    { version: "1.63", image: "rust:1.63-alpine" },
  ],
  defaultVersion: "1.97",
  fileName: "main.rs",
  compile: {
    // The compiler finds the modules beside the file by itself. 2021 is the newest edition that all versions know.
    command: ["rustc", "--error-format=short", "--edition=2021", "--crate-name=program", "-o", "{artefact}", "{file}"],
    limits: COMPILE_LIMITS,
  },
  run: ["{artefact}"],
  environment: {},
  localVersion: ["rustc", "--version"],
  problems: "rust",
  syntax: {
    lineComment: "//",
    blockComment: ["/*", "*/"],
    longQuotes: [],
    entryPoint: String.raw`(?:pub\s+)?(?:async\s+)?fn\s+main\b`,
    // There is nothing else at the outermost level.
    definition: "",
  },
};
