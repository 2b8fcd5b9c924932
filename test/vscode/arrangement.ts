import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { GoldenProgram, Setting } from "./goldenProgram.ts";
import { openUntitled, runActive } from "./support.ts";

/** A program in a document, and how it is run there. */
export interface Arrangement extends Setting {
  readonly document: vscode.TextDocument;
  /** Resolves with how it ended; undefined where it could not be run. */
  readonly run: () => Thenable<unknown>;
}

type Arrange = (program: GoldenProgram, language: string) => Promise<Arrangement>;

/** The kinds of documents, and of parts of them, that are run. */
export const ARRANGEMENT_NAMES = [
  "a saved file",
  "an unsaved change",
  "an untitled document",
  "a selection",
  "a fence in Markdown",
] as const;

export type ArrangementName = (typeof ARRANGEMENT_NAMES)[number];

/** What stands around a fence in Markdown: in front of each of its lines. */
const FRONTS: Readonly<Record<string, string>> = { python: "> ", javascript: "   " };

let folder: string | undefined;

const runSelection = (): Thenable<unknown> => vscode.commands.executeCommand("forgeai.runSelectionInContainer");

/** Each puts a program into a document of its own, in the active editor. */
export const ARRANGEMENTS: Readonly<Record<ArrangementName, Arrange>> = {
  "a saved file": async ({ fileName, source }) => {
    const document = await openFile(fileName, source);
    return { document, linesAbove: 0, indent: 0, run: runActive };
  },

  "an unsaved change": async ({ fileName, source }) => {
    const document = await openFile(fileName, "what was saved\n");
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, 1, 0), source);
    await vscode.workspace.applyEdit(edit);
    return { document, linesAbove: 0, indent: 0, run: runActive };
  },

  "an untitled document": async ({ source }, language) => {
    const document = await openUntitled(language, source);
    return { document, linesAbove: 0, indent: 0, run: runActive };
  },

  "a selection": async ({ source }, language) => {
    const above = ["words that are no code", ""];
    const code = linesOf(source).map((line) => (line === "" ? "" : `    ${line}`));
    const document = await openUntitled(language, [...above, ...code, "", "more words", ""].join("\n"));
    const selection = new vscode.Selection(above.length, 0, above.length + code.length, 0);
    await vscode.window.showTextDocument(document, { selection });
    return { document, linesAbove: above.length, indent: 4, run: runSelection };
  },

  "a fence in Markdown": async ({ source }, language) => {
    const front = FRONTS[language] ?? "";
    const above = [...(front.trim() === "" ? ["1. Words:"] : []), "", `${front}\`\`\`${language}`];
    const code = linesOf(source).map((line) => `${front}${line}`.trimEnd());
    const lines = [...above, ...code, `${front}\`\`\``, "", `\`\`\`${language}`, "another block", "```", ""];
    const document = await openUntitled("markdown", lines.join("\n"));
    const run = () => vscode.commands.executeCommand("forgeai.runInContainer", document.uri, { piece: "fence 1" });
    return { document, linesAbove: above.length, indent: front.length, run };
  },
};

/** Takes away the files that were written for the arrangements. */
export async function removeFiles(): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  folder = undefined;
}

/** Opens a file in a folder of its own: its name is in what toolchains say. */
async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
  folder ??= await mkdtemp(join(tmpdir(), "forgeai-test-"));
  const file = join(await mkdtemp(join(folder, "program-")), name);
  await writeFile(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Without the empty one behind the last line's end. */
function linesOf(source: string): string[] {
  return source.replace(/\n$/, "").split("\n");
}
