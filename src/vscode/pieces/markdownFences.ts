import { closesFence, expandTabs, fenceAt, itemAt, quotedAt, spacesAt } from "./markdownLines.ts";

/** A block of code between fences in a Markdown document. Lines are 0-based. */
export interface Fence {
  /** What stands behind the opening fence. */
  readonly info: string;
  readonly opening: number;
  /** The line after the last line of code. */
  readonly end: number;
  /** The line after the closing fence, where there is one; else the same as `end`. */
  readonly after: number;
}

/** What a line has to have in front to go on with a quote, or with the item of a list. */
type Container = { readonly kind: "quote" } | { readonly kind: "item"; readonly indent: number; isEmpty: boolean };

interface OpenFence {
  readonly info: string;
  readonly opening: number;
  readonly mark: string;
}

/** Deeper ones are taken for words: else a line of a thousand would cost a thousand steps on each that follows. */
const MOST_CONTAINERS = 20;

/** HTML in which Markdown is not read, however many blank lines it has: what it begins with, and what it ends at. */
const HTML: readonly (readonly [begin: RegExp, end: RegExp])[] = [
  [/^<!--/, /-->/],
  [/^<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![A-Za-z]/, />/],
];

const HEADING = /^#{1,6}(?: |$)/;
const UNDERLINE = /^(?:=+|-+) *$/;

/**
 * Finds the fenced blocks by the rules of CommonMark, in quotes and lists too, in time that grows with the text's length only.
 * Of HTML it knows what hides text (comments, `<pre>`, `<script>`); in other elements a fence is taken for one even where no
 * blank line stands before it.
 */
export function findFences(lines: readonly string[]): Fence[] {
  const reader = new BlockReader();
  lines.forEach((line, index) => reader.read(expandTabs(line), index));
  return reader.end(lines.length);
}

/** Knows what earlier lines have left open. */
class BlockReader {
  readonly #found: Fence[] = [];
  #containers: readonly Container[] = [];
  #fence: OpenFence | undefined;
  #htmlEnd: RegExp | undefined;
  /** A paragraph goes on even in lines that lack what its containers ask for. */
  #inParagraph = false;

  read(line: string, index: number): void {
    const { held, position } = this.#enterContainers(line);
    const isInAll = held.length === this.#containers.length;
    if (this.#fence !== undefined) {
      const closes = isInAll && closesFence(line, position, this.#fence.mark);
      if (closes || !isInAll) this.#closeFence(this.#fence, index, closes);
      if (isInAll) return;
    } else if (this.#htmlEnd !== undefined && isInAll) {
      if (this.#htmlEnd.test(line)) this.#htmlEnd = undefined;
      return;
    }
    this.#htmlEnd = undefined;
    this.#readOpenings(line, position, held, index);
  }

  end(lineCount: number): Fence[] {
    if (this.#fence !== undefined) this.#closeFence(this.#fence, lineCount, false);
    return this.#found;
  }

  #closeFence({ info, opening }: OpenFence, end: number, isClosed: boolean): void {
    this.#found.push({ info, opening, end, after: isClosed ? end + 1 : end });
    this.#fence = undefined;
  }

  /** Which of the open quotes and items a line goes on with, and where what stands in them begins. */
  #enterContainers(line: string): { readonly held: readonly Container[]; readonly position: number } {
    let position = 0;
    for (const [count, container] of this.#containers.entries()) {
      const next = enter(container, line, position);
      if (next === undefined) return { held: this.#containers.slice(0, count), position };
      position = next;
    }
    return { held: this.#containers, position };
  }

  /** Reads the quotes and items that a line opens, and what stands in them. */
  #readOpenings(line: string, from: number, held: readonly Container[], index: number): void {
    const isInAll = held.length === this.#containers.length;
    const opened: Container[] = [];
    let position = from;
    while (held.length + opened.length < MOST_CONTAINERS) {
      const next = openContainer(line, position, this.#inParagraph && isInAll && opened.length === 0);
      if (next === undefined) break;
      opened.push(next.container);
      position = next.text;
    }
    const goesOn = this.#inParagraph && opened.length === 0;
    const isText = this.#readLeaf(line, position, index, { goesOn, isInAll });
    // A paragraph that goes on keeps open what it stands in.
    if (!(goesOn && isText)) this.#containers = [...held, ...opened];
    this.#inParagraph = isText;
  }

  /** Reads what stands in the innermost container; tells whether it is a paragraph's text. */
  #readLeaf(line: string, position: number, index: number, paragraph: { goesOn: boolean; isInAll: boolean }): boolean {
    const indent = spacesAt(line, position);
    const text = line.slice(position + indent);
    if (text === "") return false;
    if (indent > 3) return paragraph.goesOn;
    const fence = fenceAt(line, position);
    if (fence !== undefined) this.#fence = { ...fence, opening: index };
    const html = text.startsWith("<") ? HTML.find(([begin]) => begin.test(text)) : undefined;
    if (html?.[1].test(text) === false) this.#htmlEnd = html[1];
    const isUnderline = paragraph.goesOn && paragraph.isInAll && UNDERLINE.test(text);
    return fence === undefined && html === undefined && !isUnderline && !isRule(text) && !HEADING.test(text);
  }
}

function enter(container: Container, line: string, position: number): number | undefined {
  if (container.kind === "quote") return quotedAt(line, position);
  const spaces = spacesAt(line, position);
  // A blank line belongs to an item, but not where it comes first.
  if (position + spaces === line.length) return container.isEmpty ? undefined : position;
  if (spaces < container.indent) return undefined;
  container.isEmpty = false;
  return position + container.indent;
}

function openContainer(
  line: string,
  position: number,
  isInParagraph: boolean,
): { readonly container: Container; readonly text: number } | undefined {
  const indent = spacesAt(line, position);
  if (indent > 3) return undefined;
  const quoted = quotedAt(line, position);
  if (quoted !== undefined) return { container: { kind: "quote" }, text: quoted };
  const item = itemAt(line, position);
  if (item === undefined || (isInParagraph && !item.mayInterrupt) || isRule(line.slice(position + indent)))
    return undefined;
  return { container: { kind: "item", indent: item.indent, isEmpty: item.isEmpty }, text: item.text };
}

/** Three of a kind, with nothing but spaces between them: a line across, and no item of a list. */
function isRule(text: string): boolean {
  const mark = text[0] ?? "";
  if (!"*-_".includes(mark)) return false;
  let marks = 0;
  for (const character of text) {
    if (character === mark) marks += 1;
    else if (character !== " ") return false;
  }
  return marks >= 3;
}
