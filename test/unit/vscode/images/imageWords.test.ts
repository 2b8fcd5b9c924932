import assert from "node:assert/strict";
import type { ImageRow } from "../../../../src/run/imageList.ts";
import {
  describeAdded,
  describeImage,
  describeRemoval,
  describeRemoved,
} from "../../../../src/vscode/images/imageWords.ts";

const MEBIBYTE = 1024 * 1024;
const NOW = new Date("2026-06-30T12:00:00Z");

const PYTHON: ImageRow = {
  image: "python:3.14-alpine",
  neededBy: ["python@3.14"],
  kind: "language",
  isHere: true,
  digest: `python@sha256:${"0123456789abcdef".repeat(4)}`,
  platform: "linux/amd64",
  sizeBytes: 45 * MEBIBYTE,
  createdAt: new Date("2026-06-09T12:00:00Z"),
  isOurs: true,
};
const MISSING: ImageRow = {
  image: "node:24-alpine",
  neededBy: ["javascript@24", "typescript@24"],
  kind: "language",
  isHere: false,
  isOurs: false,
};

describe("The line of an image", () => {
  it("names what it is for, and tells size, age, platform, digest and who added it", () => {
    assert.deepEqual(describeImage(PYTHON, NOW), {
      label: "python@3.14",
      description: "python:3.14-alpine",
      detail: "here · 45 MB · 3 weeks old · linux/amd64 · sha256:0123456789ab · added by ForgeAI",
    });
  });

  it("of one that isn't here says so, and names all versions that need it", () => {
    assert.deepEqual(describeImage(MISSING, NOW), {
      label: "javascript@24, typescript@24",
      description: "node:24-alpine",
      detail: "not here",
    });
  });

  it("says less where the engine does", () => {
    const { image, neededBy, kind, isHere } = PYTHON;
    assert.equal(describeImage({ image, neededBy, kind, isHere, isOurs: false }, NOW).detail, "here");
  });

  it("tells what ForgeAI made, and what no language names any more, from the rest", () => {
    const label = (row: Partial<ImageRow>): string => describeImage({ ...PYTHON, ...row }, NOW).label;
    assert.equal(label({ kind: "snapshot", neededBy: [] }), "Snapshot");
    assert.equal(label({ kind: "packages", neededBy: [], contents: "left-pad@1.3.0" }), "Packages: left-pad@1.3.0");
    assert.equal(label({ kind: "packages", neededBy: [] }), "Packages");
    assert.equal(label({ kind: "former", neededBy: [] }), "No longer used");
  });

  const ages = [
    { createdAt: "2026-06-30T11:00:00Z", expected: "made today" },
    { createdAt: "2026-07-01T11:00:00Z", expected: "made today" },
    { createdAt: "2026-06-29T11:00:00Z", expected: "a day old" },
    { createdAt: "2026-06-25T12:00:00Z", expected: "5 days old" },
    { createdAt: "2026-05-15T12:00:00Z", expected: "6 weeks old" },
    { createdAt: "2025-06-30T12:00:00Z", expected: "12 months old" },
    { createdAt: "2020-06-30T12:00:00Z", expected: "6 years old" },
  ];
  for (const { createdAt, expected } of ages) {
    it(`of one made at ${createdAt} says "${expected}"`, () => {
      assert.ok(describeImage({ ...PYTHON, createdAt: new Date(createdAt) }, NOW).detail.includes(` · ${expected} · `));
    });
  }
});

describe("What ForgeAI added", () => {
  it("is counted, and its bytes are those that removing it frees", () => {
    assert.equal(
      describeAdded({ rows: [PYTHON, MISSING], addedBytes: 1.5 * MEBIBYTE }),
      "ForgeAI added 1 image, 1.5 MB.",
    );
    assert.equal(describeAdded({ rows: [MISSING], addedBytes: 0 }), "ForgeAI added no images.");
  });

  it("is named before it is removed, but no more of it than fits a dialog", () => {
    const { question, detail } = describeRemoval({ rows: [PYTHON, MISSING], addedBytes: 30 * MEBIBYTE });
    assert.equal(question, "Remove what ForgeAI added: 1 image, 30 MB?");
    assert.match(detail, /^python:3\.14-alpine\n\nImages that were here before stay\./);
    const rows = Array.from({ length: 15 }, (_, index) => ({ ...PYTHON, image: `image:${index}` }));
    assert.match(describeRemoval({ rows, addedBytes: 0 }).detail, /\nimage:11\nand 3 more\n/);
  });

  it("is told of once it is gone, with what was kept and why", () => {
    const freedBytes = 30 * MEBIBYTE;
    assert.equal(
      describeRemoved({ removed: ["a:1", "b:1"], kept: [], freedBytes }),
      "Removed 2 images, 30 MB are free again.",
    );
    const kept = [
      { image: "c:1", why: "a container uses it" },
      { image: "d:1", why: "a container uses it" },
    ];
    assert.equal(
      describeRemoved({ removed: [], kept, freedBytes: 0 }),
      "Nothing was removed. c:1 was kept: a container uses it. So was 1 more.",
    );
  });
});
