import assert from "node:assert/strict";
import type { ImageRow } from "../../../../src/run/imageList.ts";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import {
  languagesWithoutImage,
  missingImages,
  updatableImages,
  type UsedVersion,
} from "../../../../src/vscode/images/wantedImages.ts";

function row(image: string, change: Partial<ImageRow> = {}): ImageRow {
  return { image, neededBy: [], kind: "language", isHere: false, isOurs: false, ...change };
}

const USED: readonly UsedVersion[] = LANGUAGES.map((language) => ({ language, version: language.defaultVersion }));
const [FIRST] = USED;
const FIRST_NAME = `${FIRST?.language.id}@${FIRST?.version}`;

describe("The images that are wanted", () => {
  it("are those of the versions that run here, each once, where they aren't here", () => {
    const rows = [
      row("a:1", { neededBy: [FIRST_NAME, "other@1"] }),
      row("a:1", { neededBy: [FIRST_NAME] }),
      row("b:1", { neededBy: [`${FIRST?.language.id}@another`] }),
    ];
    assert.deepEqual(missingImages(rows, USED), ["a:1"]);
    assert.deepEqual(languagesWithoutImage(rows, USED), [FIRST]);
    assert.deepEqual(missingImages([row("a:1", { neededBy: [FIRST_NAME], isHere: true })], USED), []);
  });

  it("can be updated where they are here and a registry has them", () => {
    const rows = [
      row("a:1", { isHere: true }),
      row("b:1"),
      row("c:1", { isHere: true, kind: "snapshot" }),
      row("d:1", { isHere: true, kind: "former" }),
    ];
    assert.deepEqual(updatableImages(rows), ["a:1"]);
  });
});
