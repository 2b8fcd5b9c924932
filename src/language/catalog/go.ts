import type { Language } from "../language.ts";
import { COMPILE_LIMITS } from "../phase-limits.ts";

export const go: Language = {
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
    // The standard library, which takes most of the time of a first build: 51 s and 183 MB on two cores with Go 1.27.
    warm: {
      command: ["go", "build", "std"],
      environment: { GOCACHE: "/var/cache/forgeai/go-build" },
      timeoutMs: 15 * 60 * 1000,
    },
  },
  run: ["{artefact}"],
  environment: { GOTRACEBACK: "single", GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false" },
  localVersion: ["go", "version"],
  problems: "go",
  packages: "go",
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
