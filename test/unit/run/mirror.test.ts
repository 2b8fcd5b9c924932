import assert from "node:assert/strict";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import { isImageName } from "../../../src/language/image-name.ts";
import type { Language } from "../../../src/language/language.ts";
import { RunFailure } from "../../../src/run/failure.ts";
import { checkMirror, throughMirror } from "../../../src/run/mirror.ts";

function imagesBehind(mirror: string, images: readonly string[]): string[] {
  const [language] = LANGUAGES;
  assert.ok(language !== undefined);
  const versions = images.map((image, index) => ({ version: String(index), image }));
  const wanted: Language = { ...language, versions };
  return throughMirror([wanted], mirror).flatMap((row) => row.versions.map(({ image }) => image));
}

describe("throughMirror", () => {
  it("puts the mirror and the folder of official images before an official image, and leaves its tag and digest", () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    assert.deepEqual(imagesBehind("127.0.0.1:5000/mirror", ["python:3.14-alpine", `gcc:14${digest}`]), [
      "127.0.0.1:5000/mirror/library/python:3.14-alpine",
      `127.0.0.1:5000/mirror/library/gcc:14${digest}`,
    ]);
  });

  it("leaves images alone that name an owner or a registry", () => {
    const images = ["somebody/python:3", "registry.example/python:3", "localhost/python:3", "localhost:5000/python"];
    assert.deepEqual(imagesBehind("registry.example", images), images);
  });

  it("makes names of the whole catalog that an engine takes", () => {
    const rows = throughMirror(LANGUAGES, "registry.example:5000/hub");
    for (const { image } of rows.flatMap(({ versions }) => versions)) assert.ok(isImageName(image), image);
  });
});

describe("checkMirror", () => {
  for (const prefix of ["registry.example", "registry.example:5000", "localhost", "localhost/a", "127.0.0.1:5000/a/b"])
    it(`takes ${prefix}`, () => checkMirror(prefix));

  const bad = ["", "mirror", "mirror/hub", "https://registry.example", "registry.example/", "registry.example/hub:1"];
  for (const prefix of [...bad, "registry.example/Hub", "registry.example/a b", "/registry.example", "a.b/../c"]) {
    it(`refuses ${JSON.stringify(prefix)} by its name`, () => {
      assert.throws(
        () => checkMirror(prefix),
        (error) => {
          assert.ok(error instanceof RunFailure);
          assert.equal(error.code, "bad-request");
          assert.ok(error.message.startsWith(JSON.stringify(prefix)), error.message);
          return true;
        },
      );
    });
  }
});
