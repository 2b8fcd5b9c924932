import type { Language } from "../language.ts";
import { COMPILE_LIMITS } from "../phase-limits.ts";

export const cpp: Language = {
  id: "cpp",
  name: "C++",
  aliases: ["cxx", "g++"],
  extensions: [".cpp", ".cc", ".cxx", ".c++"],
  editorIds: ["cpp"],
  versions: [
    { version: "16", image: "gcc:16" },
    { version: "12", image: "gcc:12" },
  ],
  defaultVersion: "16",
  fileName: "main.cpp",
  compile: {
    // Libraries stand behind what needs them.
    command: ["g++", "-fdiagnostics-plain-output", "-Wall", "-o", "{artefact}", "{sources}", "-lm", "-pthread"],
    limits: COMPILE_LIMITS,
  },
  run: ["{artefact}"],
  // The compiler's messages are read in English; the C locale would write other characters as numbers.
  environment: { LC_ALL: "C.UTF-8" },
  localVersion: ["g++", "--version"],
  problems: "gcc",
  syntax: {
    lineComment: "//",
    blockComment: ["/*", "*/"],
    longQuotes: [],
    entryPoint: String.raw`(?:(?:int|void|auto|signed|extern|static)\s+)*main\s*\(`,
    // There is nothing else at the outermost level.
    definition: "",
  },
};
