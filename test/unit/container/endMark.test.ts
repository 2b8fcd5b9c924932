import assert from "node:assert/strict";
import fc from "fast-check";
import type { Output } from "../../../src/container/container.ts";
import { EndMark } from "../../../src/container/endMark.ts";

type Stream = Output["type"];

/** Gives the mark what two streams say, each cut where it is said, and returns what comes out of it. */
function pass(mark: EndMark, pieces: readonly (readonly [Stream, string])[]): Record<Stream, string> {
  const printed = { stdout: "", stderr: "" };
  const keep = ({ type, data }: Output): void => {
    printed[type] += Buffer.from(data).toString("latin1");
  };
  for (const [type, text] of pieces)
    for (const output of mark.take({ type, data: Buffer.from(text, "latin1") })) keep(output);
  for (const output of mark.rest()) keep(output);
  return printed;
}

describe("EndMark", () => {
  it("takes the end out of the output, however the streams are cut", () => {
    // Each number is that many of the mark's own first characters.
    const output = fc.array(fc.oneof(fc.string({ maxLength: 40 }), fc.nat(16)), { maxLength: 4 });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(output, output, sizes, (stdout, stderr, lengths) => {
        const mark = new EndMark();
        const write = (parts: readonly (string | number)[]): string =>
          parts.map((part) => (typeof part === "string" ? part : mark.text.slice(0, part))).join("");
        const texts = { stdout: write(stdout), stderr: write(stderr) };
        const pieces = (["stdout", "stderr"] as const).flatMap((type) =>
          cut(`${texts[type]}${mark.text}007`, lengths).map((text) => [type, text] as const),
        );
        assert.deepEqual(pass(mark, pieces), texts);
        assert.equal(mark.status, 7);
      }),
    );
  });

  it("passes on what only looks like the beginning of a mark", () => {
    const mark = new EndMark();
    const almost = mark.text.slice(0, -1);
    assert.deepEqual(
      pass(mark, [
        ["stdout", `a${almost}`],
        ["stdout", "!"],
        ["stderr", almost],
      ]),
      {
        stdout: `a${almost}!`,
        stderr: almost,
      },
    );
    assert.equal(mark.status, undefined);
  });

  it("knows the end only when both streams have told it", () => {
    const mark = new EndMark();
    assert.deepEqual(pass(mark, [["stdout", `out${mark.text}000`]]), { stdout: "out", stderr: "" });
    assert.equal(mark.status, undefined);
    assert.deepEqual(pass(mark, [["stderr", `err${mark.text}000`]]), { stdout: "", stderr: "err" });
    assert.equal(mark.status, 0);
  });

  it("drops what comes behind the end", () => {
    const mark = new EndMark();
    assert.equal(
      pass(mark, [
        ["stdout", `out${mark.text}000more`],
        ["stdout", "and more"],
      ]).stdout,
      "out",
    );
  });

  it("is another one each time", () => assert.notEqual(new EndMark().text, new EndMark().text));
});

/** Cuts a text into pieces of these lengths, over and over. */
function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0) {
    pieces.push(text.slice(at, at + (lengths[pieces.length % lengths.length] ?? 1)));
  }
  return pieces;
}
