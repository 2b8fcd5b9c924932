import assert from "node:assert/strict";
import * as vscode from "vscode";
import { ARRANGEMENT_NAMES, ARRANGEMENTS, type ArrangementName, removeFiles } from "./arrangement.ts";
import { assertMarked, readProgram } from "./goldenProgram.ts";

/** Programs of test/fixtures/problems, with what stands there of a toolchain's output, and what they are run from here. */
interface Row {
  readonly language: string;
  readonly folder: string;
  readonly toolchain: string;
  /** Undefined where it is the language's default. */
  readonly version?: string;
  readonly programs: Readonly<Record<ArrangementName, readonly string[]>>;
}

const MATRIX: readonly Row[] = [
  {
    language: "python",
    folder: "python",
    toolchain: "python-3.14",
    programs: {
      "a saved file": ["zero-division", "raised-from", "syntax-error"],
      "an unsaved change": ["handled-then-raised", "syntax-error-tabs", "thread-then-error"],
      "an untitled document": ["exception-group", "recursion", "warnings"],
      "a selection": ["call-over-lines", "syntax-error-unclosed", "wide-columns"],
      "a fence in Markdown": ["indentation-error", "nested-group", "warning-then-error"],
    },
  },
  {
    language: "javascript",
    folder: "node",
    toolchain: "node-24",
    programs: {
      "a saved file": ["cause", "esm-missing-file", "syntax-error"],
      "an unsaved change": ["aggregate-error", "top-level-await", "thrown-object"],
      "an untitled document": ["rejection", "syntax-error-of-several-columns", "columns"],
      "a selection": ["evaluated-error", "unclosed"],
      "a fence in Markdown": ["cjs-missing-module", "stack-overflow", "emitted-error"],
    },
  },
  {
    language: "go",
    folder: "go",
    // It has its own packages ready; later ones build them for each program, which takes seconds.
    toolchain: "go-1.19",
    version: "1.19",
    programs: {
      "a saved file": ["redeclared", "index-out-of-range"],
      "an unsaved change": ["have-and-want", "goroutine-panic", "unexpected-end"],
      "an untitled document": ["several-errors", "generic-method", "deadlock"],
      "a selection": ["columns", "syntax-error", "panic-in-defer"],
      "a fence in Markdown": ["unused-import-and-label", "nil-pointer", "not-a-package"],
    },
  },
];

for (const { language, folder, toolchain, version, programs } of MATRIX) {
  describe(`The Problems panel, after a run of what is wrong in ${language}`, () => {
    const choose = async (rows: unknown): Promise<void> =>
      vscode.workspace.getConfiguration("forgeai").update("languages", rows, vscode.ConfigurationTarget.Global);

    before(async () => {
      if (version !== undefined) await choose({ [language]: { defaultVersion: version } });
    });
    afterEach(() => vscode.commands.executeCommand("notifications.clearAll"));
    after(async () => {
      if (version !== undefined) await choose(undefined);
      await removeFiles();
    });

    for (const name of ARRANGEMENT_NAMES) {
      for (const each of programs[name]) {
        it(`marks the places of ${each} in ${name}`, async () => {
          const program = readProgram(`${folder}/${each}`, toolchain);
          const arrangement = await ARRANGEMENTS[name](program, language);
          assert.ok(await arrangement.run(), "the run failed");
          assertMarked(arrangement.document, program.problems, arrangement);
        });
      }
    }
  });
}
