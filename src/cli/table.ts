import { toVisibleText } from "../run/visibleText.ts";

/** The longest names of images have fewer. */
const MOST_CHARACTERS = 400;

/** Rows with their columns below each other; the last one ends where it ends. Cells may hold words of others. */
export function table(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((cell) => toVisibleText(cell, MOST_CHARACTERS)));
  const columns = most(shown.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => most(shown.map((row) => row[column]?.length ?? 0)));
  return shown
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Of any number of them: `Math.max` takes no more than fit on the stack. */
function most(numbers: readonly number[]): number {
  return numbers.reduce((largest, number) => Math.max(largest, number), 0);
}
