import { posix } from "node:path";
import type { Language } from "./language.ts";

/** What a script says of itself in its first line. */
export interface ShebangFinding {
  readonly language: Language;
  /** Undefined where it names none, or one that the language hasn't got. */
  readonly version: string | undefined;
}

/** No more of a first line is looked at, in UTF-16 units: Linux itself reads 256 bytes of it. */
export const MOST_SHEBANG_UNITS = 512;

/** Finds the language whose interpreter a script's first line names: by id, by alias, or by what runs its programs. */
export function findLanguageOfShebang(text: string, languages: readonly Language[]): ShebangFinding | undefined {
  const name = interpreterOf(text);
  if (name === undefined) return undefined;
  const exact = findInterpreter(name, languages);
  if (exact !== undefined) return { language: exact, version: undefined };
  const [, stem, version] = /^(.*[^\d.-])-?(\d+(?:\.\d+)*)$/.exec(name) ?? [];
  const language = stem === undefined ? undefined : findInterpreter(stem, languages);
  if (language === undefined) return undefined;
  return { language, version: language.versions.find((one) => one.version === version)?.version };
}

/** The interpreter's name in lower case, without its folder; no placeholder of a row's command. */
function interpreterOf(text: string): string | undefined {
  const [line = ""] = text.slice(0, MOST_SHEBANG_UNITS).split(/[\r\n]/, 1);
  if (!line.startsWith("#!") || line.includes("\0")) return undefined;
  const [program = "", ...words] = line
    .slice(2)
    .trim()
    .split(/[ \t]+/);
  const name = posix.basename(program);
  const started = name === "env" ? posix.basename(startedByEnv(words) ?? "") : name;
  return started === "" || started.startsWith("{") ? undefined : started.toLowerCase();
}

/** The program among the words of `env`: behind its options and the variables that it sets. */
function startedByEnv(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const split = /^(?:-[0iv]*S|--split-string=)(.+)$/.exec(word)?.[1];
    if (split !== undefined && !split.includes("=")) return split;
    if (/^(?:-u|-C|--unset|--chdir)$/.test(word)) at += 1;
    else if (split === undefined && !word.startsWith("-") && !word.includes("=")) return word;
  }
  return undefined;
}

/** Names come first: JavaScript and TypeScript are run by the same program. */
function findInterpreter(name: string, languages: readonly Language[]): Language | undefined {
  return (
    languages.find(({ id, aliases }) => id === name || aliases.includes(name)) ??
    languages.find(({ run: [program] }) => posix.basename(program).toLowerCase() === name)
  );
}
