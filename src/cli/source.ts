import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { findLanguageOfFile, LANGUAGES } from "../language/catalog.ts";
import type { Language } from "../language/language.ts";
import { findLanguageOfShebang, MOST_SHEBANG_UNITS } from "../language/shebang.ts";
import { PACKAGE_FILES } from "../packages/packageFiles.ts";
import { badRequest, messageOf, RunFailure } from "../run/failure.ts";
import { MOST_SOURCE_BYTES } from "../run/limits.ts";
import type { SourceFile } from "../run/request.ts";

/**
 * Reads a file to run, in the language of its extension, or else of its first line; no more of it than may be sent.
 * Throws a `RunFailure` that says why it can't be run.
 */
export async function readSourceFile(
  path: string,
  languages: readonly Language[] = LANGUAGES,
): Promise<{ language: string; file: SourceFile }> {
  const content = await readWhole(path);
  const language = findLanguageOfFile(path, languages)?.id ?? readShebang(content, languages);
  if (language === undefined) {
    throw new RunFailure({
      code: "unknown-language",
      message: `ForgeAI can't tell the language of ${path} by its name or its first line.`,
      hint: `It knows ${languages.flatMap(({ extensions }) => extensions).join(", ")}; or name the language: forgeai run <language> - <${basename(path)}`,
    });
  }
  return { language, file: { path: basename(path), content } };
}

/** The files beside a program that say which packages it asks for, as far as they are there. Throws a `RunFailure` where one can't be read. */
export async function readPackageFiles(path: string, language: Language | undefined): Promise<SourceFile[]> {
  if (language?.packages === undefined) return [];
  const names = PACKAGE_FILES[language.packages].filter((name) => existsSync(join(dirname(path), name)));
  return Promise.all(names.map(async (name) => ({ path: name, content: await readWhole(join(dirname(path), name)) })));
}

/** The language as a request names it: with its version where the first line says one that there is. */
function readShebang(content: Uint8Array, languages: readonly Language[]): string | undefined {
  const start = Buffer.from(content.subarray(0, MOST_SHEBANG_UNITS)).toString("latin1");
  const found = findLanguageOfShebang(start, languages);
  if (found === undefined) return undefined;
  return found.version === undefined ? found.language.id : `${found.language.id}@${found.version}`;
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const facts = await file.stat();
    if (facts.isDirectory()) throw badRequest(`${path} is a directory.`, "Name the file in it that is to be run.");
    return await readStream(file.createReadStream({ autoClose: false }));
  } catch (error) {
    if (error instanceof RunFailure) throw error;
    throw badRequest(explain(path, error), "Check the name of the file.");
  }
}

function explain(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return `There is no file ${path}.`;
  if (code === "EACCES") return `You may not read ${path}.`;
  return `${path} can't be read: ${messageOf(error)}.`;
}

/** Reads a stream to its end, or until it has more than may be sent: then it is refused later, with its limit. */
export async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_SOURCE_BYTES) break;
  }
  return Buffer.concat(chunks);
}
