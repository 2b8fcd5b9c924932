/** What the beginning of a Markdown line says. Positions count from the line's start, in a line whose tabs are expanded. */

/** Tabs stop at each fourth column, wherever they stand. */
export function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  const parts = line.split("\t");
  const last = parts.pop() ?? "";
  let expanded = "";
  for (const part of parts) {
    expanded += part;
    expanded += " ".repeat(4 - (expanded.length % 4));
  }
  return expanded + last;
}

/** How many spaces stand there. */
export function spacesAt(line: string, position: number): number {
  let end = position;
  while (line[end] === " ") end += 1;
  return end - position;
}

/** Where what is quoted begins; undefined where no quote is marked. */
export function quotedAt(line: string, position: number): number | undefined {
  const mark = position + spacesAt(line, position);
  if (mark - position > 3 || line[mark] !== ">") return undefined;
  return mark + (line[mark + 1] === " " ? 2 : 1);
}

/** What begins an item of a list. */
export interface ItemMark {
  /** Where the item's text begins. */
  readonly text: number;
  /** How far its further lines are indented, from where its own was looked at. */
  readonly indent: number;
  /** There is nothing behind the mark. */
  readonly isEmpty: boolean;
  /** A list that begins so may follow a paragraph without a blank line. */
  readonly mayInterrupt: boolean;
}

export function itemAt(line: string, position: number): ItemMark | undefined {
  const begin = position + spacesAt(line, position);
  const mark = /^(?:[-+*]|\d{1,9}[.)])(?= |$)/.exec(line.slice(begin, begin + 11))?.[0];
  if (mark === undefined) return undefined;
  const after = begin + mark.length;
  const spaces = spacesAt(line, after);
  const isEmpty = after + spaces === line.length;
  // With more than four spaces, what follows is code that is indented in the item.
  const gap = isEmpty || spaces > 4 ? 1 : spaces;
  const mayInterrupt = !isEmpty && (mark.length === 1 || Number.parseInt(mark, 10) === 1);
  return { text: isEmpty ? line.length : after + gap, indent: after + gap - position, isEmpty, mayInterrupt };
}

/** The fence that opens there, and what stands behind it. */
export function fenceAt(line: string, position: number): { readonly mark: string; readonly info: string } | undefined {
  const begin = position + spacesAt(line, position);
  const mark = runAt(line, begin);
  const info = line.slice(begin + mark.length).trim();
  // Three backticks on either side of words are code within a line.
  if (mark.length < 3 || (mark.startsWith("`") && info.includes("`"))) return undefined;
  return { mark, info };
}

/** Whether a fence stands there that closes the one that was opened with `mark`. */
export function closesFence(line: string, position: number, mark: string): boolean {
  const indent = spacesAt(line, position);
  const run = runAt(line, position + indent);
  return indent <= 3 && run.startsWith(mark) && line.slice(position + indent + run.length).trim() === "";
}

/** The backticks or tildes that stand there. */
function runAt(line: string, position: number): string {
  const character = line[position];
  if (character !== "`" && character !== "~") return "";
  let end = position;
  while (line[end] === character) end += 1;
  return line.slice(position, end);
}

/**
 * Given the line of an opening fence, tells of each line of its code how many UTF-16 units at its front belong to the quotes,
 * list items and spaces around the block.
 */
export function frontOf(opening: string): (line: string) => number {
  const before = opening.slice(0, opening.search(/[`~]/));
  const quotes = before.split(">").length - 1;
  const inQuotes = passQuotes(before, quotes);
  const columns = expandTabs(before).length - expandTabs(before.slice(0, inQuotes)).length;
  return (line) => passColumns(line, passQuotes(line, quotes), columns);
}

function passQuotes(line: string, quotes: number): number {
  let position = 0;
  for (let count = 0; count < quotes; count += 1) {
    const mark = line.indexOf(">", position);
    if (mark === -1 || line.slice(position, mark).trim() !== "") return position;
    position = mark + (line[mark + 1] === " " ? 2 : 1);
  }
  return position;
}

/** Goes on over as many columns of space as there are, and no more. */
function passColumns(line: string, from: number, columns: number): number {
  const start = expandTabs(line.slice(0, from)).length;
  let column = start;
  let position = from;
  while (line[position] === " " || line[position] === "\t") {
    column += line[position] === "\t" ? 4 - (column % 4) : 1;
    if (column - start > columns) break;
    position += 1;
  }
  return position;
}
