import type { Edit } from "./edits.ts";
import { compareWithOthers, type ShownProblem, shownProblemsIn, type OtherProblem } from "./shownProblems.ts";
import { closeMarks, editMarks, type MarkedProblem } from "./marks.ts";

/** What one run found. */
interface Found {
  readonly problems: readonly MarkedProblem[];
  /** Whether the document that was run was in no editor: then it matters to nobody that VS Code closes it. */
  readonly isUnseen: boolean;
}

/** What the last run of each document found, wherever that lies now. Documents go by their addresses. */
export class ProblemBoard {
  /** By the document that was run. */
  readonly #found = new Map<string, Found>();
  /** What each document showed when changes were last taken, written down. */
  readonly #shown = new Map<string, string>();
  /** What other sources said in each document when they were last asked, written down. */
  readonly #others = new Map<string, string>();

  /** Puts up what a run of `owner` found, in place of what its last run did. */
  put(owner: string, found: Found): void {
    if (found.problems.length === 0) this.#found.delete(owner);
    else this.#found.set(owner, found);
    for (const { uri } of found.problems) this.#others.delete(uri);
  }

  clear(owner: string): void {
    this.#found.delete(owner);
  }

  edit(uri: string, edits: readonly Edit[]): void {
    this.#change((problems) => editMarks(problems, uri, edits));
  }

  close(uri: string): void {
    if (this.#found.get(uri)?.isUnseen === false) this.#found.delete(uri);
    this.#change((problems) => closeMarks(problems, uri));
  }

  /** Leaves to other sources what they say as well. Where lines have moved, what they said before counts until they say something new. */
  compare(uri: string, others: readonly OtherProblem[]): void {
    const said = JSON.stringify(others.map(({ range, message }) => [range.start.line, message]));
    if (this.#others.get(uri) === said) return;
    this.#others.set(uri, said);
    this.#change((problems) => compareWithOthers(problems, uri, others));
  }

  /** Whether there is a problem in the document. */
  hasProblemIn(uri: string): boolean {
    return this.#problems().some((problem) => problem.uri === uri);
  }

  /** Whether there is a problem in the document, or a place that is related to one. */
  hasMarkIn(uri: string): boolean {
    return this.#problems().some((problem) => [problem, ...problem.related].some((mark) => mark.uri === uri));
  }

  /** What is to be shown from now on in the documents where that is something else than before. */
  takeChanges(): ReadonlyMap<string, readonly ShownProblem[]> {
    const problems = this.#problems();
    const marked = problems.flatMap((problem) => [problem.uri, ...problem.related.map(({ uri }) => uri)]);
    const changes = new Map<string, readonly ShownProblem[]>();
    for (const uri of new Set([...this.#shown.keys(), ...marked])) {
      const shownProblems = shownProblemsIn(uri, problems);
      const written = JSON.stringify(shownProblems);
      if ((this.#shown.get(uri) ?? "[]") !== written) changes.set(uri, shownProblems);
      if (shownProblems.length === 0) this.#shown.delete(uri);
      else this.#shown.set(uri, written);
    }
    return changes;
  }

  #problems(): readonly MarkedProblem[] {
    return [...this.#found.values()].flatMap(({ problems }) => problems);
  }

  #change(change: (problems: readonly MarkedProblem[]) => readonly MarkedProblem[]): void {
    for (const [owner, found] of this.#found) this.#found.set(owner, { ...found, problems: change(found.problems) });
  }
}
