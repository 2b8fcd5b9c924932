import type { Place, Problem } from "../../language/problem.ts";
import { afterEdits, type Edit, type Stretch } from "./edits.ts";
import { findSpan, type SentLines } from "./spans.ts";

/** A sent file and the text that it has in the editor. */
export interface MarkedFile {
  /** The document's address. */
  readonly uri: string;
  readonly lines: readonly string[];
  readonly sent: SentLines;
  /** Whether it is the file's own text that was taken: it is still there when the document is closed. */
  readonly isSaved: boolean;
}

/** A stretch of a document that something is said about. */
export interface Mark extends Stretch {
  readonly uri: string;
  readonly isSaved: boolean;
}

export interface RelatedMark extends Mark {
  readonly message: string;
}

/** A problem of a run, at its place in a document. */
export interface MarkedProblem extends Mark {
  readonly severity: Problem["severity"];
  readonly message: string;
  readonly code: string | undefined;
  readonly related: readonly RelatedMark[];
  /** Whether another source says the same there. */
  readonly isKnown: boolean;
}

/** Marks the problems of a run. Of a file that isn't there, because its text is another by now, nothing is marked. */
export function markProblems(problems: readonly Problem[], files: ReadonlyMap<string, MarkedFile>): MarkedProblem[] {
  return problems.flatMap((problem) => {
    const mark = markOf(problem, files);
    if (mark === undefined) return [];
    const related = problem.related.flatMap((place) => {
      const other = markOf(place, files);
      return other === undefined ? [] : [{ ...other, message: place.message }];
    });
    const { severity, message, code } = problem;
    return [{ ...mark, severity, message, code, related, isKnown: false }];
  });
}

function markOf(place: Place, files: ReadonlyMap<string, MarkedFile>): Mark | undefined {
  const file = files.get(place.file);
  if (file === undefined) return undefined;
  const span = findSpan(file.lines, file.sent, place);
  return { span, lastLength: file.lines[span.end.line]?.length ?? 0, uri: file.uri, isSaved: file.isSaved };
}

/** The problems after edits in a document: moved with their lines, and without those whose lines were touched. */
export function editMarks(problems: readonly MarkedProblem[], uri: string, edits: readonly Edit[]): MarkedProblem[] {
  return changeMarks(problems, uri, (mark) => {
    const span = afterEdits(mark, edits);
    return span && { span, isSaved: false };
  });
}

/** The problems after a document was closed: what lies in it is gone, unless it is in the file as well. */
export function closeMarks(problems: readonly MarkedProblem[], uri: string): MarkedProblem[] {
  return changeMarks(problems, uri, ({ isSaved }) => (isSaved ? {} : undefined));
}

/** Changes what lies in a document, problems and related places; undefined takes it away, a problem with all that belongs to it. */
function changeMarks(
  problems: readonly MarkedProblem[],
  uri: string,
  change: (mark: Mark) => Partial<Mark> | undefined,
): MarkedProblem[] {
  const changed = <M extends Mark>(mark: M): M[] => {
    if (mark.uri !== uri) return [mark];
    const difference = change(mark);
    return difference === undefined ? [] : [{ ...mark, ...difference }];
  };
  return problems.flatMap(changed).map((problem) => ({ ...problem, related: problem.related.flatMap(changed) }));
}
