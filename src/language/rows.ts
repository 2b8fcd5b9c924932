import * as v from "valibot";
import { BadRow, badRowOf, shown } from "./bad-row.ts";
import { LANGUAGES } from "./catalog.ts";
import type { Language } from "./language.ts";
import { Claims } from "./row-claims.ts";
import { isObject, NameWord } from "./row-fields.ts";
import { languageOf, Row, rowOf } from "./row-schema.ts";

/** A row that can't be: all others work. */
export interface RefusedRow {
  /** The language that it is about. */
  readonly id: string;
  /** The field, as one would write it: `versions["3.12"]`, `run[0]`. Undefined where it is the row as a whole. */
  readonly field: string | undefined;
  /** What the field holds; undefined where it is missing. */
  readonly value: unknown;
  /** All of that in one sentence. */
  readonly why: string;
}

export interface ExtendedLanguages {
  /** Those of the base in their order, then the new ones in theirs. */
  readonly languages: readonly Language[];
  readonly refused: readonly RefusedRow[];
}

/**
 * Adds rows to the languages, or changes some. `rows` is an object: each language's id → its fields. For a language that is
 * there all of them are optional: an object adds to what is there or overrides it name by name, a list or a value takes its
 * place. An alias, an extension or an editor id that a row names is its alone, whoever has it in the base.
 * What can't be is refused, never thrown.
 */
export function extendLanguages(rows: unknown, base: readonly Language[] = LANGUAGES): ExtendedLanguages {
  if (!isObject(rows)) {
    const why = `The languages can't be ${shown(rows)}: they have to be an object of rows.`;
    return { languages: base, refused: [{ id: "", field: undefined, value: rows, why }] };
  }
  const claims = new Claims(base);
  const accepted = new Map<string, Language>();
  const refused: RefusedRow[] = [];
  for (const [id, row] of Object.entries(rows)) {
    try {
      const language = readRow(id, row, base);
      claims.take(language, (field) => isObject(row) && row[field] !== undefined);
      accepted.set(id, language);
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      const { field, value, message } = error;
      refused.push({ id, field, value, why: `The row ${shown(id)} isn't used: ${message}.` });
    }
  }
  if (accepted.size === 0) return { languages: base, refused };
  // A changed language stays where it was.
  const all = new Map([...base.map((language) => [language.id, language] as const), ...accepted]);
  return { languages: [...all.values()].map((language) => claims.leaveTo(language)), refused };
}

/** What a new language needn't say. */
const NOTHING_SAID = { aliases: [], extensions: [], editorIds: [], environment: {} };

function readRow(id: string, row: unknown, base: readonly Language[]): Language {
  if (!v.is(NameWord, id))
    throw new BadRow("an id has to be lower-case letters and digits, with +, #, ., _ or - in it");
  const changed = base.find((language) => language.id === id);
  const { success, output, issues } = v.safeParse(Row, merge(changed ? rowOf(changed) : NOTHING_SAID, row));
  if (success) return languageOf(id, output, changed);
  const called = base.find(({ aliases }) => aliases.includes(id));
  // Who writes "js" means to change JavaScript.
  if (called !== undefined && !isComplete(row)) throw new BadRow(`the language's id is "${called.id}"`);
  throw badRowOf(issues);
}

const isComplete = (row: unknown): boolean =>
  isObject(row) && ["name", "versions", "fileName", "run"].every((field) => row[field] !== undefined);

/** What stands in `over`, and where both are objects, name by name, what else there is. */
function merge(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over === undefined ? under : over;
  const names = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, merge(under[name], over[name])]));
}
