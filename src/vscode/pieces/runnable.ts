import { findLanguage, findLanguageOfEditor, findLanguageOfFile } from "../../language/catalog.ts";
import type { Language, Syntax } from "../../language/language.ts";
import { findCells } from "./cells.ts";
import { readCode } from "./codeLines.ts";
import { findLanguageOfDocument } from "./documentLanguage.ts";
import { findBeginning } from "./entryPoint.ts";
import { type Fence, findFences } from "./markdownFences.ts";
import { frontOf } from "./markdownLines.ts";
import type { LineRange, Piece } from "./piece.ts";

/** VS Code's id of the documents whose fenced blocks are run. */
export const MARKDOWN = "markdown";

/** What is looked at to find what can be run. */
export interface DocumentText {
  readonly lines: readonly string[];
  /** VS Code's id of its language. */
  readonly editorId: string;
  readonly fileName: string;
}

/** A piece, and the lines in which a cursor means it. */
interface Block {
  readonly piece: Piece;
  readonly area?: LineRange;
}

/** Finds what of a document has a run button, in the order in which the buttons stand. Never throws. */
export function findPieces(document: DocumentText, languages: readonly Language[]): Piece[] {
  return findBlocks(document, languages).map(({ piece }) => piece);
}

/** Finds the fenced block or the cell that a line lies in. */
export function pieceAt(document: DocumentText, line: number, languages: readonly Language[]): Piece | undefined {
  return findBlocks(document, languages).find(({ area }) => area !== undefined && line >= area.start && line < area.end)
    ?.piece;
}

function findBlocks(document: DocumentText, languages: readonly Language[]): Block[] {
  const { lines, editorId, fileName } = document;
  if (editorId === MARKDOWN) return findFenceBlocks(lines, languages);
  const language = findLanguageOfDocument({ editorId, fileName, firstLine: lines[0] ?? "" }, languages);
  if (language === undefined || lines.every((line) => line.trim() === "")) return [];
  const { syntax } = language;
  if (syntax === undefined) return [wholeDocument(language, lines, 0)];
  return findCodeBlocks(document, language, syntax).toSorted((one, other) => one.piece.anchor - other.piece.anchor);
}

function findCodeBlocks({ lines, fileName }: DocumentText, language: Language, syntax: Syntax): Block[] {
  const code = readCode(lines, syntax);
  const cells = findCells(lines, code, syntax.lineComment).flatMap((cell, index): Block[] => {
    const { anchor, ...area } = cell;
    const id = `cell ${index + 1}`;
    const own: Piece = { kind: "cell", id, language, ranges: [area], anchor };
    if (index === 0) return [{ piece: own, area }];
    // A container remembers nothing of cells that were run before.
    const ranges = [{ start: 0, end: area.end }];
    return [{ piece: own, area }, { piece: { kind: "through-cell", id: `through ${id}`, language, ranges, anchor } }];
  });
  const isRun = syntax.notRun === undefined || !fileName.endsWith(syntax.notRun);
  const beginning = isRun ? findBeginning(code, syntax) : undefined;
  if (beginning === undefined || (cells.length > 0 && !beginning.isEntryPoint)) return cells;
  return [wholeDocument(language, lines, beginning.line), ...cells];
}

function wholeDocument(language: Language, lines: readonly string[], anchor: number): Block {
  return { piece: { kind: "document", id: "document", language, ranges: [{ start: 0, end: lines.length }], anchor } };
}

function findFenceBlocks(lines: readonly string[], languages: readonly Language[]): Block[] {
  const blocks: Block[] = [];
  for (const fence of findFences(lines)) {
    const language = findLanguageOfFence(fence, languages);
    const range = { start: fence.opening + 1, end: fence.end };
    if (language === undefined || isEmpty(lines, fence)) continue;
    const id = `fence ${blocks.length + 1}`;
    const piece: Piece = { kind: "fence", id, language, ranges: [range], anchor: fence.opening };
    blocks.push({ piece, area: { start: fence.opening, end: fence.after } });
  }
  return blocks;
}

function isEmpty(lines: readonly string[], { opening, end }: Fence): boolean {
  const front = frontOf(lines[opening] ?? "");
  return lines.slice(opening + 1, end).every((line) => line.slice(front(line)).trim() === "");
}

/** The first word, written `python`, `{python}` or `{.python}`; as in VS Code's own colours, what follows may be parted by more than space. */
function findLanguageOfFence({ info }: Fence, languages: readonly Language[]): Language | undefined {
  const word = /^\{?\.?([^\s,:{}?]+)/.exec(info)?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  return (
    findLanguage(word, languages) ?? findLanguageOfEditor(word, languages) ?? findLanguageOfFile(`.${word}`, languages)
  );
}
