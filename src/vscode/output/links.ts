import { setImmediate } from "node:timers/promises";
import {
  type CancellationToken,
  Disposable,
  DocumentLink,
  type DocumentLinkProvider,
  languages,
  Position,
  Range,
  type Terminal,
  TerminalLink,
  type TerminalLinkContext,
  type TerminalLinkProvider,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from "vscode";
import { OUTPUT_LANGUAGE } from "../contributions.ts";
import { findPlaces, SentNames } from "./places.ts";

/** A file that was sent, and where it comes from. */
export interface RanFile {
  /** As toolchains name it, from the work folder. */
  readonly path: string;
  readonly uri: Uri;
  /** How many UTF-16 units were taken off the front of each line. */
  readonly indent: number;
}

/** What knows which files the output at some place can speak of. */
export interface PlaceSource {
  readonly files: readonly RanFile[];
}

/** Where programs print to. */
export interface LinkSources {
  readonly output: PlaceSource;
  /** Undefined for a terminal that is none of ours. */
  sourceOf(terminal: Terminal): PlaceSource | undefined;
}

/** What is looked at of long output: its first lines, and its last ones, where errors stand. */
const FIRST_LINES = 1000;
const LAST_LINES = 5000;

const MOST_LINKS = 1000;

/** Others in the extension host have their turn after that. */
const TURN_MS = 10;

/** A name comes from whoever made the file, and VS Code takes a tooltip for Markdown: it names nothing. */
const TOOLTIP = "Go to this place";

/** Makes links of the places that programs name in the output channel and in terminals. */
export function registerLinks(sources: LinkSources): Disposable {
  return Disposable.from(
    languages.registerDocumentLinkProvider({ language: OUTPUT_LANGUAGE }, new OutputLinks(sources.output)),
    window.registerTerminalLinkProvider(new TerminalLinks(sources)),
  );
}

/** The channel's text with its links, as long as it is the same. */
interface Found {
  readonly version: number;
  readonly files: readonly RanFile[];
  readonly links: readonly DocumentLink[];
}

class OutputLinks implements DocumentLinkProvider {
  readonly #source: PlaceSource;
  readonly #found = new WeakMap<TextDocument, Found>();

  constructor(source: PlaceSource) {
    this.#source = source;
  }

  async provideDocumentLinks(document: TextDocument, token: CancellationToken): Promise<DocumentLink[]> {
    const { files } = this.#source;
    const { version } = document;
    const known = this.#found.get(document);
    if (known?.version === version && known.files === files) return [...known.links];
    const links = await findLinks(document, files, token);
    if (links === undefined) return [];
    this.#found.set(document, { version, files, links });
    return [...links];
  }
}

/** Undefined where it isn't asked for any more, or the text has become another meanwhile: then it is asked for again. */
async function findLinks(
  document: TextDocument,
  files: readonly RanFile[],
  token: CancellationToken,
): Promise<DocumentLink[] | undefined> {
  const { version } = document;
  const find = placeFinder(files);
  const links: DocumentLink[] = [];
  let turnBegan = performance.now();
  for (const line of linesToLookAt(document.lineCount)) {
    for (const { start, end, target } of find(document.lineAt(line).text)) {
      const link = new DocumentLink(new Range(line, start, line, end), targetUri(target));
      link.tooltip = TOOLTIP;
      links.push(link);
    }
    if (links.length >= MOST_LINKS) break;
    if (performance.now() - turnBegan < TURN_MS) continue;
    await setImmediate();
    if (token.isCancellationRequested || document.version !== version) return undefined;
    turnBegan = performance.now();
  }
  return links;
}

/** The last ones first: where there are too many links, those are wanted. */
function* linesToLookAt(count: number): Generator<number, void, void> {
  const lastBegin = Math.max(0, count - LAST_LINES);
  for (let line = count - 1; line >= lastBegin; line -= 1) yield line;
  for (let line = 0; line < Math.min(lastBegin, FIRST_LINES); line += 1) yield line;
}

class PlaceLink extends TerminalLink {
  readonly target: Target;

  constructor({ start, end, target }: FoundPlace) {
    super(start, end - start, TOOLTIP);
    this.target = target;
  }
}

class TerminalLinks implements TerminalLinkProvider<PlaceLink> {
  readonly #sources: LinkSources;

  constructor(sources: LinkSources) {
    this.#sources = sources;
  }

  provideTerminalLinks({ line, terminal }: TerminalLinkContext): PlaceLink[] {
    const source = this.#sources.sourceOf(terminal);
    return source === undefined ? [] : placeFinder(source.files)(line).map((found) => new PlaceLink(found));
  }

  async handleTerminalLink({ target }: PlaceLink): Promise<void> {
    const document = await workspace.openTextDocument(target.uri);
    const place = new Position(target.line - 1, (target.column ?? 1) - 1);
    await window.showTextDocument(document, { selection: new Range(place, place) });
  }
}

/** Where a link leads to. Line and column are 1-based, and the document's own. */
interface Target {
  readonly uri: Uri;
  readonly line: number;
  readonly column: number | undefined;
}

interface FoundPlace {
  readonly start: number;
  readonly end: number;
  readonly target: Target;
}

const NAMES = new WeakMap<readonly RanFile[], SentNames>();

/** Finds the places in a line of which the files can still be opened. */
function placeFinder(files: readonly RanFile[]): (line: string) => FoundPlace[] {
  const byPath = new Map(files.filter(({ uri }) => canBeOpened(uri)).map((file) => [file.path, file]));
  const names = NAMES.get(files) ?? new SentNames(files.map(({ path }) => path));
  NAMES.set(files, names);
  return (text) =>
    findPlaces(text, names).flatMap(({ start, end, file, line, column }) => {
      const ran = byPath.get(file);
      if (ran === undefined) return [];
      return [{ start, end, target: { uri: ran.uri, line, column: column && column + ran.indent } }];
    });
}

/** An unsaved document that was closed would come back empty; and a name with a fragment has no room for a place. */
function canBeOpened(uri: Uri): boolean {
  if (uri.fragment !== "") return false;
  return uri.scheme !== "untitled" || workspace.textDocuments.some((each) => each.uri.toString() === uri.toString());
}

/** VS Code opens every document at the place in the fragment of its name. */
function targetUri({ uri, line, column }: Target): Uri {
  return uri.with({ fragment: column === undefined ? `L${line}` : `L${line},${column}` });
}
