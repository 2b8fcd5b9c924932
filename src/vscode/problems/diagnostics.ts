import {
  Diagnostic,
  type DiagnosticCollection,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  Disposable,
  languages,
  Location,
  Range,
  type Tab,
  TabInputText,
  type TextDocument,
  type TextDocumentChangeEvent,
  Uri,
  window,
  workspace,
} from "vscode";
import { splitLines } from "../../language/lines.ts";
import type { Place, Problem } from "../../language/problem.ts";
import { linesOf, type SentDocument, type Snapshot } from "../document.ts";
import type { ShownProblem } from "./shownProblems.ts";
import { type MarkedFile, markProblems } from "./marks.ts";
import { ProblemBoard } from "./problemBoard.ts";
import { findSpan, type SentLines, type Span } from "./spans.ts";

const SOURCE = "forgeai";

const SEVERITIES: Readonly<Record<ShownProblem["severity"], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

/**
 * What runs found wrong, in the Problems panel: each at its own place, until the next run of the same document, an edit of
 * the lines beneath, or the end of the document. What another source says at the same line is left to it while it does.
 */
export class ProblemsPanel extends Disposable {
  readonly #collection: DiagnosticCollection;
  readonly #board = new ProblemBoard();

  constructor() {
    const collection = languages.createDiagnosticCollection(SOURCE);
    const subscriptions = [
      collection,
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => this.#edit(document.uri, contentChanges)),
      workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)),
      // What an extension has opened stays open for minutes after its tab was closed, and running opens a document.
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const uri of closed.flatMap(uriOfTab)) if (!isInTab(uri)) this.#close(uri);
      }),
      // It tells of what is shown here, too: that changes nothing about the others.
      languages.onDidChangeDiagnostics(({ uris }) => this.#compare(uris)),
    ];
    super(() => Disposable.from(...subscriptions).dispose());
    this.#collection = collection;
  }

  /** Takes away what the last run of a document put anywhere. */
  clear(uri: Uri): void {
    this.#board.clear(uri.toString());
    this.#show();
  }

  /** Shows the problems of a run; none where the text has changed since, as they may lie elsewhere now. */
  show({ document, files }: Snapshot, problems: readonly Problem[]): void {
    if (document.isClosed) return;
    const marked = markProblems(problems, markedFiles(files));
    this.#board.put(document.uri.toString(), { problems: marked, isUnseen: isUnseen(document) });
    this.#compare(marked.map(({ uri }) => Uri.parse(uri)));
    this.#show();
  }

  #edit(uri: Uri, edits: TextDocumentChangeEvent["contentChanges"]): void {
    if (edits.length === 0 || !this.#board.hasMarkIn(uri.toString())) return;
    this.#board.edit(uri.toString(), edits);
    this.#show();
  }

  #close(uri: Uri): void {
    this.#board.close(uri.toString());
    this.#show();
  }

  #compare(uris: readonly Uri[]): void {
    for (const uri of uris.filter((each) => this.#board.hasProblemIn(each.toString()))) {
      const others = languages.getDiagnostics(uri).filter(({ source }) => source !== SOURCE);
      this.#board.compare(uri.toString(), others);
    }
    this.#show();
  }

  #show(): void {
    for (const [uri, shownProblems] of this.#board.takeChanges()) {
      if (shownProblems.length === 0) this.#collection.delete(Uri.parse(uri));
      else this.#collection.set(Uri.parse(uri), shownProblems.map(toDiagnostic));
    }
  }
}

/** The files whose text is still what was sent, by the names that they were sent under. */
function markedFiles(files: readonly SentDocument[]): ReadonlyMap<string, MarkedFile> {
  const marked = new Map<string, MarkedFile>();
  for (const file of files) {
    const uri = file.uri.toString();
    const document = workspace.textDocuments.find((each) => each.uri.toString() === uri);
    if (!isStillSent(file, document)) continue;
    const sent = sentLines(file);
    const lines = document === undefined ? sent.lines : linesOf(document);
    const isSaved = file.version === undefined || document === undefined || isUnseen(document);
    marked.set(file.path, { uri, lines, sent, isSaved });
  }
  return marked;
}

function isStillSent(file: SentDocument, document: TextDocument | undefined): boolean {
  if (file.version !== undefined) return document?.version === file.version;
  return document === undefined || document.getText() === textOf(file);
}

/** Whether the document is open for extensions only, and nobody would notice that VS Code closes it. */
function isUnseen({ uri, isDirty, isUntitled }: TextDocument): boolean {
  return !isDirty && !isUntitled && !isInTab(uri);
}

function isInTab(uri: Uri): boolean {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.flatMap(uriOfTab).some((other) => other.toString() === uri.toString());
}

function uriOfTab({ input }: Tab): Uri[] {
  return input instanceof TabInputText ? [input.uri] : [];
}

function textOf({ content }: SentDocument): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

function sentLines(file: SentDocument): SentLines {
  return { lines: splitLines(textOf(file)), indent: file.indent };
}

function toDiagnostic({ span, severity, message, code, related }: ShownProblem): Diagnostic {
  const diagnostic = new Diagnostic(rangeOf(span), message, SEVERITIES[severity]);
  diagnostic.source = SOURCE;
  if (code !== undefined) diagnostic.code = code;
  diagnostic.relatedInformation = related.map(
    (place) => new DiagnosticRelatedInformation(new Location(Uri.parse(place.uri), rangeOf(place.span)), place.message),
  );
  return diagnostic;
}

function rangeOf({ start, end }: Span): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** Where a place of a run lies in a document as it is now; `sent` is what was sent of it. */
export function toRange(document: TextDocument, place: Place, sent?: SentDocument): Range {
  const lines = linesOf(document);
  return rangeOf(findSpan(lines, sent === undefined ? { lines, indent: 0 } : sentLines(sent), place));
}
