import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRequest } from "../../../src/index.ts";

const ATTACKS = "test/fixtures/attacks";

/** The language of a program by the end of its name, and what programs in it share. */
const LANGUAGES: Readonly<Record<string, { readonly language: string; readonly shared: string }>> = {
  c: { language: "c", shared: "attempt.h" },
  go: { language: "go", shared: "attempt.go" },
  js: { language: "javascript", shared: "attempt.js" },
  py: { language: "python", shared: "attempt.py" },
  sh: { language: "bash", shared: "attempt.sh" },
};

/** A program of the fixtures, "network/dns.js", ready to be run. */
export function attackProgram(name: string): Pick<RunRequest, "language" | "files"> {
  const [, path = "", ending = ""] = /([^/]+\.(\w+))$/.exec(name) ?? [];
  const { language, shared } = LANGUAGES[ending] ?? { language: ending, shared: "" };
  const content = readFileSync(join(ATTACKS, name));
  return {
    language,
    files: [
      { path, content },
      { path: shared, content: readFileSync(join(ATTACKS, "attempt", shared)) },
    ],
  };
}

/** The names of all programs of a class. */
export function programsOf(folder: string): string[] {
  return readdirSync(join(ATTACKS, folder)).toSorted();
}
