import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { LANGUAGES } from "../../src/language/catalog.ts";
import {
  COMMAND_IDS,
  CONTEXT_KEYS,
  LIMIT_SETTINGS,
  OUTPUT_LANGUAGE,
  SETTING_DEFAULTS,
} from "../../src/vscode/contributions.ts";

const Command = v.object({
  command: v.string(),
  title: v.string(),
  category: v.string(),
  enablement: v.optional(v.string()),
});

const MenuItem = v.object({ command: v.string(), when: v.string(), group: v.string() });

const Keybinding = v.object({ command: v.string(), key: v.string(), mac: v.string(), when: v.optional(v.string()) });

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
  activationEvents: v.array(v.string()),
  extensionKind: v.array(v.string()),
  capabilities: v.object({
    untrustedWorkspaces: v.object({ supported: v.string(), restrictedConfigurations: v.array(v.string()) }),
    virtualWorkspaces: v.boolean(),
  }),
  contributes: v.strictObject({
    commands: v.array(Command),
    menus: v.record(v.string(), v.array(MenuItem)),
    keybindings: v.array(Keybinding),
    languages: v.array(v.strictObject({ id: v.string() })),
    configuration: v.array(v.object({ properties: v.record(v.string(), Setting) })),
    walkthroughs: v.unknown(),
  }),
});

const text = readFileSync("package.json", "utf8");
const { activationEvents, capabilities, contributes, extensionKind } = v.parse(Manifest, JSON.parse(text));
const settings: Record<string, v.InferOutput<typeof Setting>> = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
);
const menuItems = Object.values(contributes.menus).flat();
const editorIds = LANGUAGES.flatMap((language) => language.editorIds);

/** What a run depends on: with these a workspace could loosen what holds for it. */
const OF_RUNS = Object.keys(settings).filter((name) => name !== "forgeai.codeLens.enabled");

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

  it("has no menu and no key for a command that isn't there", () => {
    for (const { command } of [...menuItems, ...contributes.keybindings])
      assert.ok(
        COMMAND_IDS.some((id) => id === command),
        command,
      );
  });

  it("activates for the languages that are built in, and for Markdown", () => {
    assert.deepEqual(
      activationEvents.toSorted(),
      [...editorIds, "markdown"].map((id) => `onLanguage:${id}`).toSorted(),
    );
  });

  it("shows its menus for the languages that are built in, even before it is activated", () => {
    const conditions = menuItems.map(({ when }) => when).filter((when) => when.includes("=~"));
    assert.ok(conditions.length > 0);
    for (const when of conditions) assert.ok(when.includes(`resourceLangId =~ /^(${editorIds.join("|")})$/`), when);
  });

  it("names the language of the output channel: without it VS Code asks nobody for links", () => {
    assert.deepEqual(contributes.languages, [{ id: OUTPUT_LANGUAGE }]);
  });

  it("gives every key to the Mac as well", () => {
    for (const { key, mac } of contributes.keybindings) assert.equal(mac, key.replaceAll("ctrl", "cmd"));
  });

  it("contributes the settings that the code reads, and no others, with its defaults", () => {
    const defaults = Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]));
    const expected = Object.fromEntries(
      Object.entries(SETTING_DEFAULTS).map(([name, value]) => [`forgeai.${name}`, value]),
    );
    assert.deepEqual(defaults, expected);
  });

  it("gives the settings that are limits the kinds of numbers and the ranges that the code takes", () => {
    for (const { name, least, most, whole = false } of LIMIT_SETTINGS) {
      const { type, minimum, maximum } = settings[`forgeai.${name}`] ?? {};
      assert.deepEqual(
        { type, minimum, maximum },
        { type: whole ? "integer" : "number", minimum: least, maximum: most },
      );
    }
  });

  it("names the unit of every setting that has one", () => {
    for (const { name, unit } of LIMIT_SETTINGS)
      assert.ok(settings[`forgeai.${name}`]?.markdownDescription.includes(unit), name);
  });

  it("lets settings be different for each workspace, but for the engine's address, what is kept there and where images come from, which are the machine's affair", () => {
    const scopes = Object.entries(settings).filter(
      ([, { scope }]) => !["resource", "language-overridable"].includes(scope),
    );
    assert.deepEqual(Object.fromEntries(scopes.map(([name, { scope }]) => [name, scope])), {
      "forgeai.languages": "window",
      "forgeai.engine.host": "machine",
      "forgeai.snapshots.enabled": "machine",
      "forgeai.images.prepull": "machine",
      "forgeai.images.mirror": "machine",
      "forgeai.packages.index": "machine",
    });
  });

  it("lets a workspace that isn't trusted decide no setting that a run depends on", () => {
    assert.equal(capabilities.untrustedWorkspaces.supported, "limited");
    assert.deepEqual([...capabilities.untrustedWorkspaces.restrictedConfigurations].toSorted(), OF_RUNS.toSorted());
  });

  it("says that it runs where the files are, or else on the user's own machine, and in virtual workspaces", () => {
    assert.deepEqual(extensionKind, ["workspace", "ui"]);
    assert.equal(capabilities.virtualWorkspaces, true);
  });

  it("uses no context key that the code doesn't set", () => {
    const conditions = [
      ...contributes.commands.map(({ enablement = "" }) => enablement),
      ...[...menuItems, ...contributes.keybindings].map(({ when = "" }) => when),
    ];
    const used = new Set(conditions.flatMap((condition) => condition.match(/\bforgeai\.\w+/g) ?? []));
    assert.deepEqual([...used].toSorted(), [...CONTEXT_KEYS].toSorted());
  });

  it("names no place of a package: registries are each machine's own affair", () => {
    assert.doesNotMatch(readFileSync("package-lock.json", "utf8"), /"resolved"/);
  });
});
