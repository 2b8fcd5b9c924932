import { posix } from "node:path";
import { bash } from "./catalog/bash.ts";
import { c } from "./catalog/c.ts";
import { cpp } from "./catalog/cpp.ts";
import { go } from "./catalog/go.ts";
import { java } from "./catalog/java.ts";
import { javascript } from "./catalog/javascript.ts";
import { lua } from "./catalog/lua.ts";
import { perl } from "./catalog/perl.ts";
import { php } from "./catalog/php.ts";
import { python } from "./catalog/python.ts";
import { r } from "./catalog/r.ts";
import { ruby } from "./catalog/ruby.ts";
import { rust } from "./catalog/rust.ts";
import { typescript } from "./catalog/typescript.ts";
import type { Language } from "./language.ts";

/** Every language that is built in, in the order in which people are shown them. */
export const LANGUAGES: readonly Language[] = [
  python,
  javascript,
  typescript,
  go,
  java,
  c,
  cpp,
  rust,
  ruby,
  php,
  perl,
  lua,
  r,
  bash,
];

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
