import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { helpText, readArguments } from "../../../src/cli/arguments.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/run/limits.ts";
import { decideEnding, type Exit } from "../../../src/run/outcome.ts";

/** One for each outcome that has a hint which names flags and settings. */
const EXITS: readonly Partial<Exit>[] = [
  { stopped: "timeout" },
  { stopped: "output-limit" },
  { exitCode: 1, refused: { memory: "x" } },
  { exitCode: 1, refused: { processes: "x" } },
  { exitCode: 1, refused: { disk: "x" } },
];

interface Advice {
  readonly outcome: string;
  readonly flags: readonly string[];
  readonly settings: readonly string[];
  readonly remedy: Partial<Limits>;
}

const ADVICE = EXITS.map((exit): Advice => {
  const all = { exitCode: 0, signal: null, runMs: 1, ...exit };
  const { outcome, hint = "", remedy = {} } = decideEnding(all, DEFAULT_LIMITS, "container");
  return {
    outcome,
    flags: hint.match(/--[\w-]+=\w+/g) ?? [],
    settings: hint.match(/\bforgeai(?:\.\w+)+/g) ?? [],
    remedy,
  };
});

const Manifest = v.object({
  contributes: v.object({
    configuration: v.array(v.object({ properties: v.record(v.string(), v.unknown()) })),
  }),
});

describe("The hint of an outcome", () => {
  for (const { outcome, flags, remedy } of ADVICE) {
    it(`has flags for ${outcome} that the help knows, and that mean what the remedy says`, () => {
      assert.equal(flags.length, Object.keys(remedy).length);
      const help = helpText();
      for (const flag of flags) assert.ok(help.includes(`\n  ${flag.split("=")[0]} <`), flag);
      const invocation = readArguments(["run", "python", "x", ...flags]);
      assert.ok(invocation.command === "run");
      const given = Object.entries(invocation.choices.request.limits ?? {}).filter(([, value]) => value !== undefined);
      assert.deepEqual(Object.fromEntries(given), remedy);
    });
  }

  for (const { outcome, settings, remedy } of ADVICE) {
    it(`has settings for ${outcome} that the extension contributes`, () => {
      assert.equal(settings.length, Object.keys(remedy).length);
      const { contributes } = v.parse(Manifest, JSON.parse(readFileSync("package.json", "utf8")));
      const contributed = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
      for (const setting of settings) assert.ok(contributed.includes(setting), setting);
    });
  }
});
