import { open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { ParseError } from "jsonc-parser/lib/esm/main.js";
import { LANGUAGES } from "../language/catalog.ts";
import type { ExtendedLanguages } from "../language/rows.ts";
import { badRequest, messageOf } from "../run/failure.ts";
import { formatBytes } from "../run/limits.ts";

/** Far more than anybody writes. Of a file that is larger, or has no end, no more is read. */
const MOST_BYTES = 1024 * 1024;

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

const CHECK_NAME = "Check the name behind --languages.";

async function readText(path: string): Promise<string> {
  const bytes = await readStart(path);
  if (bytes.length <= MOST_BYTES) return bytes.toString().replace(/^\uFEFF/, "");
  throw badRequest(`${path} is larger than ${formatBytes(MOST_BYTES)}: it isn't a file of languages.`, CHECK_NAME);
}

/** One byte more than may be, where there is that much. */
async function readStart(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    return await buffer(file.createReadStream({ end: MOST_BYTES, autoClose: false }));
  } catch (error) {
    throw badRequest(`The languages in ${path} can't be read: ${messageOf(error)}.`, CHECK_NAME);
  }
}

async function parseRows(path: string, text: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import("jsonc-parser/lib/esm/main.js");
  const errors: ParseError[] = [];
  const rows: unknown = parseWith(() => parse(text, errors, { allowTrailingComma: true }), path);
  const [first] = errors;
  if (first === undefined) return rows;
  const before = text.slice(0, first.offset).split(/\r\n|\r|\n/);
  throw badRequest(
    `${path}:${before.length}:${(before.at(-1) ?? "").length + 1} is no JSON: ${printParseErrorCode(first.error)}.`,
    'A file of languages is one object: each language\'s id and its fields, as in the setting "forgeai.languages".',
  );
}

/** The parser calls itself for each level, and the stack has an end. */
function parseWith(parse: () => unknown, path: string): unknown {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError)
      throw badRequest(`${path} is nested too deeply: it isn't a file of languages.`, CHECK_NAME);
    throw error;
  }
}
