import type { Language } from "./language.ts";

const MEBIBYTE = 1024 * 1024;

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
    // A cold build of the standard library's fmt was killed at 256 MB and took 8–18 s at 512 MB (2 cores, Go 1.27).
    limits: {
      timeoutMs: 120_000,
      memoryBytes: 1024 * MEBIBYTE,
      cpus: 2,
      cpuShares: 1024,
      processes: 256,
      diskBytes: 512 * MEBIBYTE,
    },
  },
  run: ["{artefact}"],
  environment: { GOTRACEBACK: "single", GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false" },
  localVersion: ["go", "version"],
  problems: "go",
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
};

/** Every language that is built in, in the order in which people are shown them. */
export const LANGUAGES: readonly Language[] = [python, javascript, go];

/** Finds the language that people call `name`: an id, a name or an alias, in any case. */
export function findLanguage(name: string): Language | undefined {
  const wanted = name.toLowerCase();
  return LANGUAGES.find(
    ({ id, name: title, aliases }) => id === wanted || title.toLowerCase() === wanted || aliases.includes(wanted),
  );
}

/** Finds the language of a file by its extension. */
export function findLanguageOfFile(path: string): Language | undefined {
  const lower = path.toLowerCase();
  return LANGUAGES.find(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
}

/** Finds the language by VS Code's language id. */
export function findLanguageOfEditor(editorId: string): Language | undefined {
  return LANGUAGES.find(({ editorIds }) => editorIds.includes(editorId));
}
