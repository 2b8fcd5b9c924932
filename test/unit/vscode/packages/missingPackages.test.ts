import assert from "node:assert/strict";
import type { EndedEvent } from "../../../../src/run/event.ts";
import { DEFAULT_LIMITS } from "../../../../src/run/limits.ts";
import type { RunRequest } from "../../../../src/run/request.ts";
import { findMissingPackages } from "../../../../src/vscode/packages/missingPackages.ts";

const ended = (message: string, more: Partial<EndedEvent> = {}): EndedEvent => ({
  type: "ended",
  outcome: "failed",
  exitCode: 1,
  signal: null,
  evidence: "",
  language: "",
  version: null,
  image: null,
  isolation: "default",
  network: "none",
  limits: DEFAULT_LIMITS,
  durationMs: 1,
  phases: { acquireMs: 1, runMs: 1 },
  problems: [
    {
      file: "main",
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      message,
      severity: "error",
      related: [],
    },
  ],
  ...more,
});

describe("findMissingPackages", () => {
  const javascript = { language: "javascript", source: 'import "is-odd";' };
  const python = { language: "python", source: '# /// script\n# dependencies = ["rich"]\n# ///\nimport rich\n' };
  const go = { language: "go", source: 'package main\n\nimport "example.com/a"\n' };

  const cases: readonly [title: string, request: RunRequest, ended: EndedEvent, packages: readonly string[]][] = [
    [
      "tells those of an import",
      javascript,
      ended("Error: Cannot find package 'is-odd' imported from /code/main.js"),
      ["is-odd@latest"],
    ],
    [
      "tells those of a require",
      { ...javascript, source: 'require("is-odd")' },
      ended("Error: Cannot find module 'is-odd'"),
      ["is-odd@latest"],
    ],
    ["tells those of Python", python, ended("ModuleNotFoundError: No module named 'rich'"), ["rich"]],
    [
      "tells those of Go",
      go,
      ended("no required module provides package example.com/a: go.mod file not found", { outcome: "compile-failed" }),
      ["example.com/a"],
    ],
    [
      "tells none where a file of its own is missing",
      { ...javascript, source: 'import "is-odd"; import "./a.js"' },
      ended("Error: Cannot find module '/code/a.js'"),
      [],
    ],
    ["tells none after other errors", javascript, ended("TypeError: x is not a function"), []],
    [
      "tells none where they are there",
      javascript,
      ended("Error: Cannot find package 'x'", { packages: ["is-odd@3.0.1"] }),
      [],
    ],
    [
      "tells none where it was ended",
      javascript,
      ended("Error: Cannot find package 'is-odd'", { outcome: "timeout" }),
      [],
    ],
    [
      "tells none where the program doesn't say what it needs",
      { language: "python", source: "import rich" },
      ended("ModuleNotFoundError: No module named 'rich'"),
      [],
    ],
    [
      "tells none of what can't be installed",
      { language: "python", source: "# /// script\n# x = [\n# ///\n" },
      ended("ModuleNotFoundError: No module named 'rich'"),
      [],
    ],
    [
      "tells none of a language without packages",
      { language: "ruby", source: "" },
      ended("cannot load such file -- x"),
      [],
    ],
  ];
  for (const [title, request, end, packages] of cases) {
    it(title, async () => assert.deepEqual(await findMissingPackages(end, request), packages));
  }
});
