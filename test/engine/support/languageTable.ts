import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import * as v from "valibot";
import {
  collect,
  type Isolation,
  type Language,
  type RunRequest,
  type RunResult,
  type SourceFile,
} from "../../../src/index.ts";
import { PROGRAMS, program, testRunner } from "./runs.ts";

/** Where a program goes wrong, and in which words; without a line where the language tells none. */
const Fault = v.strictObject({
  line: v.optional(v.number()),
  column: v.optional(v.number()),
  message: v.pipe(
    v.string(),
    v.transform((text) => new RegExp(text)),
  ),
});

/** What differs by language: what its folder of programs holds as expected.json. */
const Expected = v.strictObject({ error: Fault, compileError: v.optional(Fault) });

/** The programs that every language has, each with its main file first. */
const NAMES = ["hello", "echo", "error", "flood", "forever"] as const;

type Name = (typeof NAMES)[number] | "compile-error";

/** A language's programs, which do the same in all languages, and what they're expected to end with. */
export interface Fixtures {
  readonly programs: Readonly<Partial<Record<string, readonly SourceFile[]>>>;
  readonly expected: v.InferInput<typeof Expected>;
}

/** The programs in a language's folder of the fixtures. */
export function readFixtures(language: string): Fixtures {
  const entries = readdirSync(join(PROGRAMS, language)).filter((entry) => entry !== "expected.json");
  return {
    programs: Object.fromEntries(entries.map((entry) => [parse(entry).name, program(`${language}/${entry}`)])),
    expected: JSON.parse(readFileSync(join(PROGRAMS, language, "expected.json"), "utf8")),
  };
}

const ARGUMENTS = ["one", "two words", "", "--flag", "$HOME `id` 'x' \"y\" \\", "line\nbreak ", "Grüße 🌍"];

/** What each program is run with. */
const REQUESTS: Readonly<Record<Name, Omit<RunRequest, "language">>> = {
  hello: {},
  echo: { args: ARGUMENTS, stdin: "héllo 😀\n$(exit 9)" },
  error: {},
  flood: { limits: { outputBytes: 100_000 }, onOutputLimit: "stop" },
  forever: { limits: { timeoutMs: 3000 } },
  "compile-error": {},
};

/** Defines the tests of a row: every program with the default version, the first three with each of the others. */
export function describeLanguage(
  language: Language,
  { programs, expected }: Fixtures,
  isolation: Isolation = "default",
): void {
  const { error, compileError } = v.parse(Expected, expected);
  for (const { version, image } of language.versions) {
    const where = isolation === "default" ? "in a container" : `under ${isolation}`;
    describe(`${language.name} ${version} ${where}`, () => {
      const isDefault = version === language.defaultVersion;
      const names: readonly Name[] = [
        ...(isDefault ? NAMES : NAMES.slice(0, 3)),
        ...(compileError === undefined || !isDefault ? [] : ["compile-error" as const]),
      ];
      const runs = new Map<Name, Promise<RunResult>>();
      const resultOf = async (name: Name): Promise<RunResult> => (await runs.get(name)) ?? assert.fail(name);
      const mainOf = (name: Name): string => programs[name]?.[0]?.path ?? assert.fail(name);

      // All at once: most of a run is waiting for the engine.
      before(() => {
        for (const name of names)
          runs.set(name, start(language, version, programs[name], { ...REQUESTS[name], isolation }));
      });

      it("greets the world, within the limits that a run has by default", async () => {
        const result = await resultOf("hello");
        assert.equal(result.stdout, "Hello, World!\n", result.stderr);
        assert.equal(result.stderr, "");
        assertEnding(result, "ok", 0);
        assert.equal(result.image, image);
        assert.equal(result.isolation, isolation);
        assert.equal(result.limits.memoryBytes, 128 * 1024 * 1024);
      });

      it("gets its files, arguments and input as they were sent, and its output and status come back", async () => {
        const result = await resultOf("echo");
        assert.equal(result.stdout, `${ARGUMENTS.map((arg) => `[${arg}]\n`).join("")}HÉLLO 😀\n$(EXIT 9)!\n`);
        assert.equal(result.stderr, "Schluß ✓\n");
        assertEnding(result, "failed", 3);
      });

      it("tells where an error happened", async () => {
        const result = await resultOf("error");
        assertFault(result, mainOf("error"), error);
        assert.ok(result.outcome === "failed" || result.outcome === "signalled", result.evidence);
      });

      if (!isDefault) return;

      it("is ended where it prints too much", async () => {
        const result = await resultOf("flood");
        assert.equal(result.outcome, "output-limit", `${result.evidence}\n${result.stderr}`);
        assert.equal(Buffer.byteLength(result.stdout), 100_000);
      });

      it("is ended where it takes too long", async () => {
        const result = await resultOf("forever");
        assert.equal(result.outcome, "timeout", `${result.evidence}\n${result.stderr}`);
      });

      if (compileError === undefined) return;

      it("is told apart from a program that fails where it doesn't compile, with the place", async () => {
        const result = await resultOf("compile-error");
        assert.equal(result.outcome, "compile-failed", `${result.evidence}\n${result.stderr}`);
        assertFault(result, mainOf("compile-error"), compileError);
        assert.equal(result.phases.runMs, 0);
      });
    });
  }
}

/** Starts a run; its result is asked for later, and so may be what went wrong. */
function start(
  language: Language,
  version: string,
  files: readonly SourceFile[] = [],
  request: Omit<RunRequest, "language">,
): Promise<RunResult> {
  const run = runOnce({ ...request, language: `${language.id}@${version}`, languages: [language], files });
  run.catch(() => undefined);
  return run;
}

async function runOnce(request: RunRequest): Promise<RunResult> {
  await using runner = await testRunner();
  return await collect(runner.run(request));
}

function assertEnding(result: RunResult, outcome: RunResult["outcome"], exitCode: number): void {
  assert.deepEqual([result.outcome, result.exitCode], [outcome, exitCode], `${result.evidence}\n${result.stderr}`);
}

function assertFault(result: RunResult, file: string, { line, column, message }: v.InferOutput<typeof Fault>): void {
  assert.match(result.stderr, new RegExp(message.source, "m"));
  if (line === undefined) return;
  const [problem, ...more] = result.problems;
  assert.deepEqual([problem?.file, problem?.line, problem?.severity], [file, line, "error"], result.stderr);
  if (column !== undefined) assert.equal(problem?.column, column);
  assert.match(problem?.message ?? "", message);
  assert.deepEqual(more, []);
}
