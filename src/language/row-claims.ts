import { BadRow, shown } from "./bad-row.ts";
import type { Language } from "./language.ts";

/** Something by which one language is found, and no other. */
interface Claim {
  readonly field: string | undefined;
  readonly value: string;
  readonly key: string;
}

const LISTS = ["aliases", "extensions", "editorIds"] as const;

/** Ids, names and aliases are all typed in one place. */
const keyOf = (field: string, value: string): string =>
  field === "extensions" || field === "editorIds" ? `${field} ${value}` : `words ${value.toLowerCase()}`;

/** Which row has the names, extensions and editor ids that rows lay claim to. */
export class Claims {
  /** Ids and names of the languages that were there before: nobody takes those away. */
  readonly #fixed: ReadonlyMap<string, string>;
  readonly #owners = new Map<string, string>();

  constructor(base: readonly Language[]) {
    this.#fixed = new Map(base.flatMap(({ id, name }) => [id, name].map((word) => [keyOf("aliases", word), id])));
  }

  /** Notes what a row names itself; what it has from the language that it changes is that language's. Throws a `BadRow`. */
  take(language: Language, named: (field: string) => boolean): void {
    const claims = claimsOf(language, named);
    for (const { field, value, key } of claims) {
      const owner = this.#owners.get(key) ?? this.#fixed.get(key) ?? language.id;
      if (owner === language.id) continue;
      throw new BadRow(`its ${field ?? "id"} can't be ${shown(value)}: that belongs to "${owner}"`, field, value);
    }
    for (const { key } of claims) this.#owners.set(key, language.id);
  }

  /** A language without what another one's row has claimed. */
  leaveTo(language: Language): Language {
    const isLeft = (field: (typeof LISTS)[number], value: string): boolean =>
      (this.#owners.get(keyOf(field, value)) ?? language.id) === language.id;
    if (LISTS.every((field) => language[field].every((value) => isLeft(field, value)))) return language;
    const { aliases, extensions, editorIds } = language;
    return {
      ...language,
      aliases: aliases.filter((value) => isLeft("aliases", value)),
      extensions: extensions.filter((value) => isLeft("extensions", value)),
      editorIds: editorIds.filter((value) => isLeft("editorIds", value)),
    };
  }
}

function claimsOf(language: Language, named: (field: string) => boolean): Claim[] {
  const { id, name } = language;
  const lists = LISTS.filter(named).flatMap((field) =>
    language[field].map((value, index) => ({ field: `${field}[${index}]`, value, key: keyOf(field, value) })),
  );
  return [
    { field: undefined, value: id, key: keyOf("id", id) },
    ...(named("name") ? [{ field: "name", value: name, key: keyOf("name", name) }] : []),
    ...lists,
  ];
}
