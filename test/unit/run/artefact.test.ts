import assert from "node:assert/strict";
import { Artefact } from "../../../src/run/artefact.ts";

describe("Artefact", () => {
  it("puts the pieces of a program together", () => {
    const artefact = new Artefact(3);
    for (const byte of [0, 255, 7]) artefact.push(Uint8Array.of(byte));
    assert.deepEqual([...artefact.content()], [0, 255, 7]);
    assert.deepEqual([artefact.bytes, artefact.tooLarge], [3, false]);
  });

  it("counts on when it is too large, and keeps no more than would fit", () => {
    const artefact = new Artefact(3);
    for (let count = 0; count < 5; count++) artefact.push(new Uint8Array(2));
    assert.deepEqual([artefact.bytes, artefact.tooLarge, artefact.content().length], [10, true, 2]);
  });
});
