import type * as v from "valibot";

/** What can't be about a row: the message is the end of a sentence. */
export class BadRow extends Error {
  override readonly name = "BadRow";
  /** As one would write it: `versions["3.12"]`, `run[0]`. Undefined where it is the row as a whole. */
  readonly field: string | undefined;
  readonly value: unknown;

  constructor(message: string, field?: string, value?: unknown) {
    super(message);
    this.field = field;
    this.value = value;
  }
}

type Issues = readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];

/** The first thing that a schema found; before others a field that doesn't exist, as it may be the one that is missed. */
export function badRowOf(issues: Issues): BadRow {
  const issue = issues.find(isUnknownField) ?? issues[0];
  const path = issue.path ?? [];
  const last = path.at(-1);
  if (last === undefined) {
    return new BadRow(`it can't be ${shown(issue.input)}: it has to be ${issue.message}`, undefined, issue.input);
  }
  const field = fieldOf(path);
  const { value } = last;
  if (isUnknownField(issue)) return new BadRow(`there is no field ${field}`, field, value);
  if (value === undefined) return new BadRow(`it has no ${field}`, field);
  if ("origin" in last && last.origin === "key") {
    const words = `can't have the name ${shown(last.key)}: that has to be ${issue.message}`;
    return new BadRow(`its ${fieldOf(path.slice(0, -1))} ${words}`, field, value);
  }
  return new BadRow(`its ${field} can't be ${shown(value)}: it has to be ${issue.message}`, field, value);
}

function isUnknownField({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === "strict_object" && expected === "never";
}

function fieldOf(path: readonly v.IssuePathItem[]): string {
  const steps = path.map(({ key }) => {
    if (typeof key === "number") return `[${key}]`;
    const name = String(key);
    return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return steps.join("").replace(/^\./, "");
}

const MOST_SHOWN = 80;

/** A value as one would write it, as far as anyone would read it. */
export function shown(value: unknown): string {
  const text = written(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A caller without JSON can hand over what JSON can't write: a cycle, a bigint.
    return Object.prototype.toString.call(value);
  }
}
