import {
  Diagnostic,
  type DiagnosticCollection,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  Disposable,
  languages,
  Location,
  Position,
  Range,
  type TextDocument,
  type Uri,
  workspace,
} from "vscode";
import type { Place, Problem } from "../language/problem.ts";
import type { Snapshot } from "./document.ts";

const SOURCE = "forgeai";

/** What runs found wrong, in the Problems panel: until the next run, an edit, or the end of the document. */
export class ProblemsPanel extends Disposable {
  readonly #collection: DiagnosticCollection;

  constructor() {
    const collection = languages.createDiagnosticCollection(SOURCE);
    const subscriptions = [
      collection,
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) collection.delete(document.uri);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
    ];
    super(() => Disposable.from(...subscriptions).dispose());
    this.#collection = collection;
  }

  clear(uri: Uri): void {
    this.#collection.delete(uri);
  }

  /** Shows the problems of a run; none where the text has changed since, as they may lie elsewhere now. */
  show({ document, version }: Snapshot, problems: readonly Problem[]): void {
    if (document.isClosed || document.version !== version) return;
    this.#collection.set(
      document.uri,
      problems.map((problem) => toDiagnostic(document, problem)),
    );
  }
}

function toDiagnostic(document: TextDocument, problem: Problem): Diagnostic {
  const severity = problem.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const diagnostic = new Diagnostic(toRange(document, problem), problem.message, severity);
  diagnostic.source = SOURCE;
  if (problem.code !== undefined) diagnostic.code = problem.code;
  diagnostic.relatedInformation = problem.related.map(
    (place) => new DiagnosticRelatedInformation(new Location(document.uri, toRange(document, place)), place.message),
  );
  return diagnostic;
}

/** Where a problem lies in a document. Without a column the whole line is meant, from its first character that isn't blank to its last. */
export function toRange(document: TextDocument, { line, column, endLine = line, endColumn }: Place): Range {
  const text = document.lineAt(Math.min(line, document.lineCount) - 1);
  if (column === undefined)
    return new Range(text.range.start.with({ character: text.firstNonWhitespaceCharacterIndex }), text.range.end);
  const start = document.validatePosition(text.range.start.with({ character: column - 1 }));
  if (endColumn !== undefined)
    return document.validateRange(new Range(start, new Position(endLine - 1, endColumn - 1)));
  // Up to the end of the word that begins or goes on there; an empty range is drawn by VS Code as it sees fit.
  return new Range(
    start,
    document.getWordRangeAtPosition(start)?.end ?? document.validatePosition(start.translate(0, 1)),
  );
}
