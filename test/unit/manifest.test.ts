import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { COMMAND_IDS, CONTEXT_KEYS, LIMIT_SETTINGS, SETTING_DEFAULTS } from "../../src/vscode/contributions.ts";

const Command = v.object({
  command: v.string(),
  title: v.string(),
  category: v.string(),
  enablement: v.optional(v.string()),
});

const Setting = v.looseObject({
  type: v.string(),
  default: v.unknown(),
  scope: v.string(),
  markdownDescription: v.string(),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
});

const Manifest = v.object({
  main: v.string(),
  capabilities: v.object({
    untrustedWorkspaces: v.object({ supported: v.string(), restrictedConfigurations: v.array(v.string()) }),
  }),
  contributes: v.strictObject({
    commands: v.array(Command),
    configuration: v.array(v.object({ properties: v.record(v.string(), Setting) })),
  }),
});

const text = readFileSync("package.json", "utf8");
const { capabilities, contributes } = v.parse(Manifest, JSON.parse(text));
const settings: Record<string, v.InferOutput<typeof Setting>> = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
);

describe("The manifest", () => {
  it("contributes the commands that the code registers, and no others", () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).toSorted(), [...COMMAND_IDS].toSorted());
  });

  it("puts every command into the category ForgeAI, with a title that doesn't repeat it", () => {
    for (const { title, category } of contributes.commands) {
      assert.equal(category, "ForgeAI");
      assert.doesNotMatch(title, /ForgeAI/);
    }
  });

  it("contributes the settings that the code reads, and no others, with its defaults", () => {
    const defaults = Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]));
    const expected = Object.fromEntries(
      Object.entries(SETTING_DEFAULTS).map(([name, value]) => [`forgeai.${name}`, value]),
    );
    assert.deepEqual(defaults, expected);
  });

  it("gives the settings that are limits the kinds of numbers and the ranges that the code takes", () => {
    const numbers = Object.entries(settings).filter(([, { type }]) => type === "number" || type === "integer");
    assert.deepEqual(
      numbers.map(([name, { type, minimum, maximum }]) => ({ name, type, minimum, maximum })),
      LIMIT_SETTINGS.map(({ name, least, most, whole = false }) => ({
        name: `forgeai.${name}`,
        type: whole ? "integer" : "number",
        minimum: least,
        maximum: most,
      })),
    );
  });

  it("names the unit of every setting that has one", () => {
    for (const { name, unit } of LIMIT_SETTINGS)
      assert.ok(settings[`forgeai.${name}`]?.markdownDescription.includes(unit), name);
  });

  it("lets every setting be different for each workspace", () => {
    for (const { scope } of Object.values(settings)) assert.equal(scope, "resource");
  });

  it("lets a workspace that isn't trusted decide no setting that a run depends on", () => {
    assert.equal(capabilities.untrustedWorkspaces.supported, "limited");
    assert.deepEqual(
      [...capabilities.untrustedWorkspaces.restrictedConfigurations].toSorted(),
      Object.keys(settings).toSorted(),
    );
  });

  it("uses no context key that the code doesn't set", () => {
    const used = new Set(
      contributes.commands.flatMap(({ enablement = "" }) => enablement.match(/\bforgeai\.\w+/g) ?? []),
    );
    assert.deepEqual([...used].toSorted(), [...CONTEXT_KEYS].toSorted());
  });

  it("names no place of a package: registries are each machine's own affair", () => {
    assert.doesNotMatch(readFileSync("package-lock.json", "utf8"), /"resolved"/);
  });
});
