import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import * as v from "valibot";

const Manifest = v.object({
  contributes: v.object({
    commands: v.array(v.object({ command: v.string(), title: v.string() })),
    keybindings: v.array(v.object({ command: v.string(), key: v.string() })),
    configuration: v.array(v.object({ properties: v.record(v.string(), v.object({ default: v.unknown() })) })),
  }),
});

/** In bytes. Pictures are fetched by everybody who looks at the page. */
const LARGEST_PICTURE = 150 * 1024;

const readme = readFileSync("README.md", "utf8");
const { commands, keybindings, configuration } = v.parse(
  Manifest,
  JSON.parse(readFileSync("package.json", "utf8")),
).contributes;

/** The cells of the table's row that begins with this one. */
function rowOf(first: string): readonly string[] {
  const rows = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const [, , ...cells] = rows.find((row) => row[1] === `\`${first}\``) ?? [];
  return cells;
}

function describeDefault(value: unknown): string {
  if (typeof value === "number") return String(value);
  return value === "" ? "empty" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

describe("The README", () => {
  it("names every command, with its key", () => {
    for (const { command, title } of commands) {
      const key = keybindings.find((binding) => binding.command === command)?.key ?? "";
      const shown = key.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
      assert.equal(rowOf(`ForgeAI: ${title}`)[0], shown, command);
    }
  });

  it("names every setting, with its default", () => {
    for (const { properties } of configuration) {
      for (const [name, setting] of Object.entries(properties))
        assert.equal(rowOf(name)[0], describeDefault(setting.default), name);
    }
  });

  it("links to files that are there, and to pictures that are small", () => {
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    const files = targets.filter((target) => !/^(?:https:|#)/.test(target));
    assert.deepEqual(
      files.filter((file) => !existsSync(file)),
      [],
    );
    const pictures = files.filter((file) => file.endsWith(".png"));
    assert.ok(pictures.length > 0);
    for (const picture of pictures) assert.ok(statSync(picture).size <= LARGEST_PICTURE, picture);
  });
});
