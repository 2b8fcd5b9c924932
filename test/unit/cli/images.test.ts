import assert from "node:assert/strict";
import { allImages, describeImages, describePruning, imagesOf } from "../../../src/cli/images.ts";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import type { ImageRow } from "../../../src/run/imageList.ts";

const row = (image: string, fields: Partial<ImageRow> = {}): ImageRow => ({
  image,
  neededBy: [],
  kind: "language",
  isHere: true,
  isOurs: false,
  ...fields,
});

describe("describeImages", () => {
  const now = new Date("2026-06-30T12:00:00Z");
  const at = (day: string): Date => new Date(`${day}T00:00:00Z`);

  it("tells what each image is for, its size, age, platform and digest, and who added it", () => {
    const text = describeImages(
      {
        rows: [
          row("python:3.14-alpine", {
            neededBy: ["python@3.14"],
            isOurs: true,
            id: "sha256:ffff",
            digest: `sha256:${"0123456789abcdef".repeat(4)}`,
            platform: "linux/arm64/v8",
            sizeBytes: 50 * 1024 * 1024,
            createdAt: at("2026-06-20"),
          }),
          row("golang:1.27-alpine", { neededBy: ["go@1.27"], isHere: false }),
          row("forgeai/packages:1", {
            kind: "packages",
            isOurs: true,
            id: "sha256:1234",
            contents: "a@1, b@2",
            createdAt: at("2026-06-30"),
          }),
          row("old:1", { kind: "former", createdAt: at("2024-01-01"), sizeBytes: 0 }),
        ],
        addedBytes: 3 * 1024 * 1024,
      },
      false,
      now,
    );
    assert.equal(
      text,
      `IMAGE               FOR                 SIZE      AGE      PLATFORM        DIGEST        ADDED BY
python:3.14-alpine  python@3.14         50 MB     10 days  linux/arm64/v8  0123456789ab  ForgeAI
golang:1.27-alpine  go@1.27             not here  -        -               -             -
forgeai/packages:1  packages: a@1, b@2  0 bytes   today    -               1234          ForgeAI
old:1               by name             0 bytes   2 years  -               -             others

ForgeAI added 2 images, which take 3 MB (3145728 bytes) of the engine's disk.
`,
    );
  });

  it("tells all of it as JSON", () => {
    const list = { rows: [row("a:1", { sizeBytes: 3 })], addedBytes: 0 };
    assert.deepEqual(JSON.parse(describeImages(list, true)), list);
  });
});

describe("imagesOf", () => {
  for (const [words, images] of [
    [["python"], ["python:3.14-alpine"]],
    [
      ["py", "python@3.9", "python"],
      ["python:3.14-alpine", "python:3.9-alpine"],
    ],
    [["c", "cpp@16"], ["gcc:16"]],
    [
      ["debian:13", "a.b/c", `a/b@sha256:${"0".repeat(64)}`],
      ["debian:13", "a.b/c", `a/b@sha256:${"0".repeat(64)}`],
    ],
  ] as const) {
    it(`takes ${words.join(", ")}`, () => assert.deepEqual(imagesOf(words, LANGUAGES), images));
  }

  for (const word of ["cobol", "python@2", "go@", "A:B:C", ""]) {
    it(`refuses ${JSON.stringify(word)}`, () => {
      assert.throws(() => imagesOf([word], LANGUAGES), { code: "unknown-language" });
    });
  }

  it("knows all of them, each once", () => {
    const all = allImages(LANGUAGES);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.includes("gcc:16") && all.includes("golang:1.19-alpine"));
  });
});

describe("describePruning", () => {
  const report = { removed: ["a:1"], kept: [{ image: "b:1", why: "a container uses it" }], freedBytes: 2048 };

  it("tells what is gone, what isn't and why, and what that frees", () => {
    assert.equal(
      describePruning(report, false),
      "a:1 is removed\nb:1 is kept: a container uses it\n2 KB (2048 bytes) of the engine's disk are free again.\n",
    );
    assert.deepEqual(JSON.parse(describePruning(report, true)), report);
  });
});
