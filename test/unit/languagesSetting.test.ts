import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { LANGUAGES } from "../../src/language/catalog.ts";
import { PACKAGE_MANAGERS, PROBLEM_FORMATS } from "../../src/language/language.ts";
import { COMPILE_LIMITS } from "../../src/language/phase-limits.ts";
import { amountsOf } from "../../src/language/row-limits.ts";
import { rowOf } from "../../src/language/row-schema.ts";
import { extendLanguages } from "../../src/language/rows.ts";

const Bounds = v.object({ minimum: v.number(), maximum: v.number(), description: v.string() });
const Pattern = v.object({ pattern: v.string() });

const Fields = v.looseObject({
  name: Pattern,
  aliases: v.object({ items: Pattern }),
  extensions: v.object({ items: Pattern }),
  editorIds: v.object({ items: Pattern }),
  versions: v.object({ propertyNames: Pattern, additionalProperties: Pattern }),
  fileName: Pattern,
  compile: v.object({ properties: v.object({ limits: v.object({ properties: v.record(v.string(), Bounds) }) }) }),
  run: v.object({ items: Pattern }),
  environment: v.object({ propertyNames: Pattern, additionalProperties: Pattern }),
  problems: v.object({ enum: v.array(v.string()) }),
  packages: v.object({ enum: v.array(v.string()) }),
});

const Setting = v.object({
  propertyNames: Pattern,
  additionalProperties: v.object({ additionalProperties: v.literal(false), properties: Fields }),
});

const Manifest = v.object({
  contributes: v.object({
    configuration: v.array(v.object({ properties: v.looseObject({ "forgeai.languages": v.optional(Setting) }) })),
  }),
});

/** What the settings editor is told about `forgeai.languages`, so that it points out what will be refused. */
function readSetting(): { readonly ids: string; readonly fields: v.InferOutput<typeof Fields> } {
  const { contributes } = v.parse(Manifest, JSON.parse(readFileSync("package.json", "utf8")));
  const found = contributes.configuration.map(({ properties }) => properties["forgeai.languages"]);
  const { propertyNames, additionalProperties } =
    found.find((setting) => setting !== undefined) ?? assert.fail("there is no forgeai.languages");
  return { ids: propertyNames.pattern, fields: additionalProperties.properties };
}

const RUBY = { name: "Ruby", versions: { "3.4": "ruby:3.4" }, fileName: "main.rb", run: ["ruby", "{file}"] };

/** Whether the code takes a row with this in it, where no other language is in its way. */
const isTaken = (fields: object, id = "ruby"): boolean =>
  extendLanguages({ [id]: { ...RUBY, ...fields } }, []).refused.length === 0;

describe("The setting forgeai.languages, as the manifest describes it", () => {
  it("has the fields that a row has, and no others", () => {
    const { fields } = readSetting();
    const [language] = LANGUAGES;
    assert.ok(language !== undefined);
    assert.deepEqual(Object.keys(fields).toSorted(), Object.keys(rowOf(language)).toSorted());
    assert.deepEqual(fields.problems.enum, PROBLEM_FORMATS);
    assert.deepEqual(fields.packages.enum, PACKAGE_MANAGERS);
  });

  it("has the limits of a compiler with their bounds, and tells what holds without them", () => {
    const limits = readSetting().fields.compile.properties.limits.properties;
    const command = ["rubyc", "{file}", "{artefact}"];
    const isLimit = (limit: object): boolean => isTaken({ compile: { command, limits: limit } });
    for (const [name, usual] of Object.entries(amountsOf(COMPILE_LIMITS))) {
      const { minimum, maximum, description } = limits[name] ?? assert.fail(name);
      assert.ok(isLimit({ [name]: minimum }) && isLimit({ [name]: maximum }), name);
      assert.ok(!isLimit({ [name]: minimum * 0.9 }) && !isLimit({ [name]: maximum + 1 }), name);
      assert.ok(description.includes(` ${usual} where`), name);
    }
    assert.equal(Object.keys(limits).length, Object.keys(COMPILE_LIMITS).length);
  });

  const patterns: readonly {
    readonly what: string;
    readonly pattern: (setting: ReturnType<typeof readSetting>) => string;
    readonly values: readonly string[];
    readonly isIt: (value: string) => boolean;
  }[] = [
    {
      what: "ids",
      pattern: ({ ids }) => ids,
      values: ["ruby", "c++", "c#", "objective-c", "Ruby", "", "a b", "a@1", "_x"],
      isIt: (id) => isTaken({}, id),
    },
    {
      what: "names",
      pattern: ({ fields }) => fields.name.pattern,
      values: ["Ruby", "C++", "A b", "", " a", "a@1", "x".repeat(61), "x".repeat(62)],
      isIt: (name) => isTaken({ name }),
    },
    {
      what: "aliases",
      pattern: ({ fields }) => fields.aliases.items.pattern,
      values: ["rb", "Rb", "r b", ""],
      isIt: (alias) => isTaken({ aliases: [alias] }),
    },
    {
      what: "extensions",
      pattern: ({ fields }) => fields.extensions.items.pattern,
      values: [".rb", ".test.rb", "rb", ".RB", ".", "", ". b", ".a/b", ".a\\b"],
      isIt: (extension) => isTaken({ extensions: [extension] }),
    },
    {
      what: "editor ids",
      pattern: ({ fields }) => fields.editorIds.items.pattern,
      values: ["ruby", "HTML+erb", "", "a b"],
      isIt: (editorId) => isTaken({ editorIds: [editorId] }),
    },
    {
      what: "versions",
      pattern: ({ fields }) => fields.versions.propertyNames.pattern,
      values: ["3.4", "latest", "3_4+x-1", "", "3 4", "3@4", "é"],
      isIt: (version) => isTaken({ versions: { [version]: "ruby" } }),
    },
    {
      what: "images",
      pattern: ({ fields }) => fields.versions.additionalProperties.pattern,
      values: ["ruby", "r.example:5000/a/b:1", `a@sha256:${"0".repeat(64)}`, "", "Ruby", "-v", "a b", "a:b:c", "../a"],
      isIt: (image) => isTaken({ versions: { "1": image } }),
    },
    {
      what: "file names",
      pattern: ({ fields }) => fields.fileName.pattern,
      values: [
        "main.rb",
        "src/a b.rb",
        ".hidden",
        "...",
        "",
        "/a",
        "C:a",
        "a\tb",
        "../a",
        "a/../b",
        "./a",
        "a//b",
        "a/",
        ".",
        "..",
      ],
      isIt: (fileName) => isTaken({ fileName }),
    },
    {
      what: "words",
      pattern: ({ fields }) => fields.run.items.pattern,
      values: ["-x", "", "{file}", "{sources}", "a {x} b", "-r{file}", "{file} {file}", "a\nb {file}", "a\0b"],
      isIt: (word) => isTaken({ run: ["ruby", "{file}", word] }),
    },
    {
      what: "names of variables",
      pattern: ({ fields }) => fields.environment.propertyNames.pattern,
      values: ["A", "_a1", "", "1A", "A-B", "A=B"],
      isIt: (name) => isTaken({ environment: { [name]: "" } }),
    },
    {
      what: "values of variables",
      pattern: ({ fields }) => fields.environment.additionalProperties.pattern,
      values: ["", "a\nb", "a\0b"],
      isIt: (value) => isTaken({ environment: { A: value } }),
    },
  ];
  for (const { what, pattern, values, isIt } of patterns) {
    it(`takes the same ${what} as the code`, () => {
      const expression = new RegExp(pattern(readSetting()), "u");
      for (const value of values) assert.equal(expression.test(value), isIt(value), JSON.stringify(value));
    });
  }
});
