import { readFile } from "node:fs/promises";
import type { ParseError } from "jsonc-parser/lib/esm/main.js";
import { LANGUAGES } from "../language/catalog.ts";
import type { ExtendedLanguages } from "../language/rows.ts";
import { badRequest, messageOf } from "../run/failure.ts";

/**
 * The built-in languages with the rows of a file, JSON with comments. Only a file that was named is read: a folder that
 * one doesn't trust must not say what runs. Throws a `bad-request` where it can't be read or parsed.
 */
export async function readLanguages(path: string | undefined): Promise<ExtendedLanguages> {
  if (path === undefined) return { languages: LANGUAGES, refused: [] };
  const rows = await parseRows(path, await readText(path));
  const { extendLanguages } = await import("../language/rows.ts");
  return extendLanguages(rows);
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    throw badRequest(
      `The languages in ${path} can't be read: ${messageOf(error)}.`,
      "Check the name behind --languages.",
    );
  }
}

async function parseRows(path: string, text: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import("jsonc-parser/lib/esm/main.js");
  const errors: ParseError[] = [];
  const rows: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return rows;
  const before = text.slice(0, first.offset).split(/\r\n|\r|\n/);
  throw badRequest(
    `${path}:${before.length}:${(before.at(-1) ?? "").length + 1} is no JSON: ${printParseErrorCode(first.error)}.`,
    'A file of languages is one object: each language\'s id and its fields, as in the setting "forgeai.languages".',
  );
}
