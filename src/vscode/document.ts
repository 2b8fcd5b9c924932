import { type TextDocument, type Uri, workspace } from "vscode";
import { endingsOf } from "../language/catalog.ts";
import type { Language } from "../language/language.ts";
import { splitLines } from "../language/lines.ts";
import type { SourceFile } from "../run/request.ts";
import { findLanguageOfDocument } from "./pieces/documentLanguage.ts";
import { cutPiece, type Piece } from "./pieces/piece.ts";

/** A file that is sent, and the document that it is. */
export interface SentDocument extends SourceFile {
  readonly uri: Uri;
  /** The document's version that was taken: what is found in a later one may lie elsewhere. Undefined where it isn't open. */
  readonly version: number | undefined;
  /** How many UTF-16 units were taken off the front of each line. */
  readonly indent: number;
}

/** A document, or a piece of it, as it is run: the text on the screen, saved or not. */
export interface Snapshot {
  readonly document: TextDocument;
  readonly piece: Piece;
  /** The first is the one that is run. */
  readonly files: readonly SentDocument[];
}

/** Takes the text of a piece, to be sent under the name `path`. */
export function takeText(document: TextDocument, piece: Piece, path: string): SentDocument {
  const { uri, version } = document;
  if (piece.kind === "document") return { path, content: document.getText(), uri, version, indent: 0 };
  return { path, ...cutPiece(linesOf(document), piece), uri, version };
}

/** The lines of a document, without their ends. */
export function linesOf(document: TextDocument): string[] {
  return splitLines(document.getText());
}

/** The row of the catalog for a document; undefined where ForgeAI has no container for it. */
export function languageOf(document: TextDocument, languages: readonly Language[]): Language | undefined {
  const { languageId: editorId, fileName } = document;
  return findLanguageOfDocument({ editorId, fileName, firstLine: document.lineAt(0).text }, languages);
}

/** The document's name as its tab shows it. */
export function nameOf({ uri }: Pick<TextDocument, "uri">): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** The document's own name where the toolchain can work with it; an untitled document, and a block in another, get the language's. */
export function pathFor(document: TextDocument, language: Language): string {
  const name = nameOf(document);
  const fits = endingsOf(language).some((extension) => name.toLowerCase().endsWith(extension));
  return fits && !/[\0-\x1f\x7f]|^[A-Za-z]:/.test(name) ? name : language.fileName;
}

/** The document as it is open now; a file is opened again. Throws where its text is gone: another may have its name by now. */
export async function findOpen(document: TextDocument): Promise<TextDocument> {
  if (!document.isClosed) return document;
  if (document.isUntitled) throw new Error(`${nameOf(document)} is no longer open.`);
  return workspace.openTextDocument(document.uri);
}
