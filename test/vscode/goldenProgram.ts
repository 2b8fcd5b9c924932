import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as vscode from "vscode";
import type { Place, Problem } from "../../src/language/problem.ts";

const FIXTURES = resolve(__dirname, "../../../test/fixtures/problems");

/** A program of one file, with what a real toolchain was found to say of it. */
export interface GoldenProgram {
  readonly fileName: string;
  readonly source: string;
  readonly problems: readonly Problem[];
}

/** How the lines of a program lie in a document. */
export interface Setting {
  readonly linesAbove: number;
  /** What stands in front of each line. */
  readonly indent: number;
}

/** Reads a program below test/fixtures/problems, and what is expected of the toolchain. */
export function readProgram(folder: string, toolchain: string): GoldenProgram {
  const path = join(FIXTURES, folder);
  const [fileName, ...others] = readdirSync(path).filter((name) => !/\.(?:stderr|json)$/.test(name));
  assert.ok(fileName !== undefined && others.length === 0, `${folder} has not one file`);
  const expectations: { toolchains: string[]; problems: Problem[] }[] = JSON.parse(
    readFileSync(join(path, "expected.json"), "utf8"),
  );
  const expected = expectations.find(({ toolchains }) => toolchains.includes(toolchain));
  assert.ok(expected, `${folder} has no expectation of ${toolchain}`);
  return { fileName, source: readFileSync(join(path, fileName), "utf8"), problems: expected.problems };
}

/** Asserts that a document has the problems of the program in it, each at its place, and a hint at each related place. */
export function assertMarked(document: vscode.TextDocument, problems: readonly Problem[], setting: Setting): void {
  const found = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "forgeai");
  const shown = found.filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint);
  const expected = problems.map((problem) => ({
    place: placeIn(document, problem, setting),
    severity: problem.severity === "error" ? "Error" : "Warning",
    message: inDocument(problem.message, setting),
    code: problem.code,
    related: problem.related.map((place) => [placeIn(document, place, setting), withoutChance(place.message)]),
  }));
  const seen = shown.map(({ range, severity, message, code, relatedInformation = [] }, index) => ({
    place: placeOf(range, problems[index]),
    severity: vscode.DiagnosticSeverity[severity],
    message,
    code,
    related: relatedInformation.map(({ location, message: role }, place) => {
      assert.equal(location.uri.toString(), document.uri.toString());
      return [placeOf(location.range, problems[index]?.related[place]), withoutChance(role)];
    }),
  }));
  assert.deepEqual(seen, expected);
  assertHints(found, shown);
}

/** A line without a column is meant whole, and some toolchains tell no end. */
function placeIn(document: vscode.TextDocument, place: Place, { linesAbove, indent }: Setting): string {
  const line = place.line - 1 + linesAbove;
  if (place.column === undefined) {
    const { text } = document.lineAt(line);
    return `${line}:${indent + text.slice(indent).search(/\S/)} to ${line}:${text.length}`;
  }
  const start = `${line}:${place.column - 1 + indent}`;
  if (place.endColumn === undefined) return start;
  return `${start} to ${(place.endLine ?? place.line) - 1 + linesAbove}:${place.endColumn - 1 + indent}`;
}

function placeOf({ start, end }: vscode.Range, expected: Place | undefined): string {
  const begin = `${start.line}:${start.character}`;
  const hasEnd = expected?.column === undefined || expected.endColumn !== undefined;
  return hasEnd ? `${begin} to ${end.line}:${end.character}` : begin;
}

/** Messages that name a line name the document's. */
function inDocument(message: string, { linesAbove }: Setting): string {
  return message.replace(/ on line (\d+)$/, (_, line) => ` on line ${Number(line) + linesAbove}`);
}

/** Goroutines are numbered as it happens. */
function withoutChance(message: string): string {
  return message.replace(/^goroutine \d+/, "goroutine");
}

function assertHints(found: readonly vscode.Diagnostic[], shown: readonly vscode.Diagnostic[]): void {
  const startOf = ({ start }: vscode.Range): string => `${start.line}:${start.character}`;
  const errors = new Set(shown.map(({ range }) => startOf(range)));
  const related = shown.flatMap(({ relatedInformation = [] }) => relatedInformation);
  const expected = new Set(
    related.map(({ location }) => startOf(location.range)).filter((place) => !errors.has(place)),
  );
  const hints = found.filter((each) => !shown.includes(each));
  assert.deepEqual(hints.map(({ range }) => startOf(range)).toSorted(), [...expected].toSorted());
  for (const { relatedInformation } of hints) {
    assert.ok(
      relatedInformation?.some(({ location }) => errors.has(startOf(location.range))),
      "leads back to an error",
    );
  }
}
