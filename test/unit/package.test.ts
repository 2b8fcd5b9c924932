import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { runNpm } from "../../scripts/setup/npm.mjs";
import { readBundles } from "./bundles.ts";
import { TemporaryFolder } from "./temporaryFolder.ts";

const MEGABYTE = 1024 * 1024;

const Step = v.object({ media: v.object({ markdown: v.optional(v.string()), svg: v.optional(v.string()) }) });

const Manifest = v.looseObject({
  version: v.string(),
  icon: v.string(),
  scripts: v.unknown(),
  contributes: v.looseObject({ walkthroughs: v.array(v.object({ steps: v.array(Step) })) }),
});

const Listing = v.tuple([v.object({ files: v.array(v.object({ path: v.string() })) })]);

const text = readFileSync("package.json", "utf8");
const { version, icon, contributes } = v.parse(Manifest, JSON.parse(text));

/** The repository, but for its packages and tests. It is built already: without scripts in its manifest packing builds nothing. */
function copyRepository(folder: string): void {
  const rules = [".vscodeignore", ".npmignore"];
  for (const part of ["dist", "media", "scripts", "src", "README.md", "CHANGELOG.md", "LICENSE", ...rules])
    cpSync(part, join(folder, part), { recursive: true });
  const { scripts: _, ...manifest } = v.parse(Manifest, JSON.parse(text));
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
}

/** The names of what is in a zip archive, read from the directory at its end. */
function namesInArchive(archive: Buffer): string[] {
  const end = archive.lastIndexOf("PK\x05\x06");
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const start = at + 46;
    at = start + name + extra + comment;
    return archive.toString("utf8", start, start + name);
  });
}

describe("The packages", function () {
  this.timeout(60_000);
  const folder = new TemporaryFolder();
  let bundled: readonly string[];

  before(() => {
    bundled = Object.keys(readBundles().outputs).filter((name) => !name.endsWith(".map"));
    copyRepository(folder.path);
  });

  after(() => folder[Symbol.dispose]());

  it("are, for VS Code, made without a warning, of what is needed and nothing else, in at most 1 MB", () => {
    using target = new TemporaryFolder();
    const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("scripts/package.mjs"), target.path], {
      cwd: folder.path,
      encoding: "utf8",
      // There its warnings look different.
      env: { ...process.env, GITHUB_ACTIONS: "" },
    });
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /warn|\blarge\b/i);

    const archive = readFileSync(join(target.path, `forgeai-${version}.vsix`));
    assert.ok(archive.length <= MEGABYTE, `${archive.length} bytes`);
    const pictures = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map(({ media }) => media.markdown ?? media.svg ?? ""),
    );
    const expected = [
      "package.json",
      "readme.md",
      "changelog.md",
      "LICENSE.txt",
      "dist/LICENCES.txt",
      icon,
      ...pictures,
      ...bundled.filter((name) => name.endsWith(".cjs")),
    ];
    assert.deepEqual(
      namesInArchive(archive).toSorted(),
      ["[Content_Types].xml", "extension.vsixmanifest", ...expected.map((name) => `extension/${name}`)].toSorted(),
    );
  });

  it("hold, for npm, the command line, the library and its types", async () => {
    const listed = await runNpm(["pack", "--dry-run", "--json"], { cwd: folder.path });
    const [{ files }] = v.parse(Listing, JSON.parse(listed));
    const names = files.map(({ path }) => path).filter((name) => !name.startsWith("dist/types/"));
    const others = ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "dist/LICENCES.txt"];
    assert.deepEqual(names.toSorted(), [...others, ...bundled.filter((name) => name.endsWith(".js"))].toSorted());
    assert.ok(files.some(({ path }) => path === "dist/types/index.d.ts"));
  });

  it("name every package that is in them, with its licence", () => {
    const licences = readFileSync(join(folder.path, "dist/LICENCES.txt"), "utf8");
    const packages = Object.keys(readBundles().inputs).flatMap(
      (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
    );
    assert.ok(packages.includes("valibot"));
    for (const name of new Set(packages)) assert.match(licences, new RegExp(`^${name} \\d+\\.\\S+ \\(\\S+\\)$`, "m"));
  });
});
