import { posix } from "node:path";
import type { Language, PhaseLimits } from "./language.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * What a compiler may use where its row says nothing else.
 * A cold build of Go's fmt was killed at 256 MB and took 8–18 s at 512 MB (2 cores, Go 1.27).
 */
export const COMPILE_LIMITS: PhaseLimits = {
  timeoutMs: 120_000,
  memoryBytes: 1024 * MEBIBYTE,
  cpus: 2,
  cpuShares: 1024,
  processes: 256,
  diskBytes: 512 * MEBIBYTE,
};

const go: Language = {
  id: "go",
  name: "Go",
  aliases: ["golang"],
  extensions: [".go"],
  editorIds: ["go"],
  versions: [
    { version: "1.27", image: "golang:1.27-alpine" },
    { version: "1.19", image: "golang:1.19-alpine" },
  ],
  defaultVersion: "1.27",
  fileName: "main.go",
  compile: {
    command: ["go", "build", "-o", "{artefact}", "{sources}"],
    limits: COMPILE_LIMITS,
  },
  run: ["{artefact}"],
  environment: { GOTRACEBACK: "single", GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false" },
  localVersion: ["go", "version"],
  problems: "go",
  syntax: {
    lineComment: "//",
    blockComment: ["/*", "*/"],
    longQuotes: ["`"],
    entryPoint: String.raw`package\s+main\b`,
    // Go has nothing else at the outermost level.
    definition: "",
    notRun: "_test.go",
  },
};

const javascript: Language = {
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

const python: Language = {
  id: "python",
  name: "Python",
  aliases: ["py", "python3"],
  extensions: [".py", ".pyw"],
  editorIds: ["python"],
  versions: [
    { version: "3.14", image: "python:3.14-alpine" },
    { version: "3.9", image: "python:3.9-alpine" },
  ],
  defaultVersion: "3.14",
  fileName: "main.py",
  run: ["python3", "{file}"],
  // Unbuffered: output is seen when it is printed, not when the program ends.
  environment: { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", PYTHON_COLORS: "0", PYTHONIOENCODING: "utf-8" },
  localVersion: ["python3", "--version"],
  problems: "python",
  syntax: {
    lineComment: "#",
    longQuotes: ['"""', "'''"],
    entryPoint: String.raw`if\b[\s(]*(?:__name__\s*==|["']__main__["']\s*==)`,
    definition: String.raw`(?:(?:import|from|def|async\s+def|class)\b|@|type\s+\w|[\w\u0080-\uffff]+\s*(?::|\+?=(?!=)))`,
    frame: String.raw`(?:(?:try|else|finally)\s*:|(?:except|elif)\b|if\s+(?:typing\.)?TYPE_CHECKING\b|if\s+sys\.(?:version_info|platform)\b)`,
    prose: String.raw`[rRuU]?["']`,
  },
};

/** Every language that is built in, in the order in which people are shown them. */
export const LANGUAGES: readonly Language[] = [python, javascript, go];

/** Finds the language that people call `name`: an id, a name or an alias, in any case. */
export function findLanguage(name: string, languages: readonly Language[] = LANGUAGES): Language | undefined {
  const wanted = name.toLowerCase();
  return languages.find(
    ({ id, name: title, aliases }) => id === wanted || title.toLowerCase() === wanted || aliases.includes(wanted),
  );
}

/** Finds the language of a file by its extension. */
export function findLanguageOfFile(path: string, languages: readonly Language[] = LANGUAGES): Language | undefined {
  const lower = path.toLowerCase();
  return languages.find(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
}

/** Finds the language by VS Code's language id. */
export function findLanguageOfEditor(
  editorId: string,
  languages: readonly Language[] = LANGUAGES,
): Language | undefined {
  return languages.find(({ editorIds }) => editorIds.includes(editorId));
}

/** What the names of a language's source files end in: its extensions, and that of the name which it gives itself. */
export function endingsOf({ extensions, fileName }: Pick<Language, "extensions" | "fileName">): readonly string[] {
  const own = posix.extname(fileName).toLowerCase();
  return own === "" || extensions.includes(own) ? extensions : [...extensions, own];
}
