import type { Syntax } from "../../language/language.ts";
import type { CodeLine } from "./codeLines.ts";

/** Where a program begins, and whether it says so itself. */
export interface Beginning {
  readonly line: number;
  readonly isEntryPoint: boolean;
}

/** Finds the entry point, or else the first line of code of a script; undefined where a file only defines things. */
export function findBeginning(lines: readonly CodeLine[], syntax: Syntax): Beginning | undefined {
  const isEntryPoint = atBeginning(syntax.entryPoint);
  const entry = lines.findIndex(({ code, begins }) => begins === "outermost" && isEntryPoint(code));
  if (entry !== -1) return { line: entry, isEntryPoint: true };
  if (definesOnly(lines, syntax)) return undefined;
  const isProse = atBeginning(syntax.prose);
  const first = lines.findIndex(({ code, begins }) => code !== "" && begins === "outermost" && !isProse(code));
  return { line: first, isEntryPoint: false };
}

function definesOnly(lines: readonly CodeLine[], syntax: Syntax): boolean {
  const isDefinition = atBeginning(syntax.definition);
  const isFrame = atBeginning(syntax.frame);
  const isProse = atBeginning(syntax.prose);
  /** Lines that are indented deeper belong to the definition before them. */
  let depth = Number.POSITIVE_INFINITY;
  return lines.every(({ code, indent, begins }) => {
    if (code === "" || begins !== "outermost" || indent > depth) return true;
    depth = Number.POSITIVE_INFINITY;
    if (isFrame(code) || isProse(code)) return true;
    depth = indent;
    return isDefinition(code);
  });
}

/** Whoever reads a line's code sees by so many characters what it is. */
const LONGEST_BEGINNING = 1000;

/** Tells whether a line's code begins as a pattern says; without a pattern none does. */
function atBeginning(source: string | undefined): (code: string) => boolean {
  if (source === undefined) return () => false;
  const pattern = new RegExp(`^(?:${source})`);
  return (code) => pattern.test(code.slice(0, LONGEST_BEGINNING));
}
