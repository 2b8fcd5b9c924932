import assert from "node:assert/strict";
import { askToPull, describeProgress, describePulled } from "../../../../src/vscode/images/pullWords.ts";

const MEBIBYTE = 1024 * 1024;
const PULLING = {
  type: "pulling",
  image: "python:3.14-alpine",
  status: "Asking the registry",
  currentBytes: 12 * MEBIBYTE,
  totalBytes: 45 * MEBIBYTE,
} as const;

describe("The progress of a pull", () => {
  it("is told in bytes, and among several by its place", () => {
    assert.equal(describeProgress(PULLING, { index: 0, count: 1 }), "python:3.14-alpine, 12 MB of 45 MB");
    assert.equal(describeProgress(PULLING, { index: 1, count: 5 }), "2 of 5: python:3.14-alpine, 12 MB of 45 MB");
  });

  it("is what the engine says as long as nobody knows how many bytes there are", () => {
    const event = { ...PULLING, currentBytes: 0, totalBytes: 0 };
    assert.equal(describeProgress(event, { index: 0, count: 1 }), "python:3.14-alpine, Asking the registry");
  });

  it("goes on while the image is made quick", () => {
    const event = { type: "warming", image: "golang:1.27-alpine" } as const;
    assert.equal(describeProgress(event, { index: 0, count: 1 }), "golang:1.27-alpine, making it quick …");
  });
});

describe("What came of pulling", () => {
  const tally = { pulled: [], failures: [], isCancelled: false } as const;
  const pulled = (change: "new" | "updated" | "current") => ({ image: `${change}:1`, change });

  it("of one image is its name, and whether there was a newer one", () => {
    assert.equal(describePulled({ ...tally, pulled: [pulled("new")] }), "The image new:1 is here: new.");
    assert.equal(describePulled({ ...tally, pulled: [pulled("current")] }), "The image current:1 is here: up to date.");
  });

  it("of several is how many of which", () => {
    assert.equal(
      describePulled({ ...tally, pulled: [pulled("current"), pulled("new"), pulled("current"), pulled("updated")] }),
      "4 images: 1 new, 1 updated, 2 up to date.",
    );
  });

  it("that was cancelled is what came before", () => {
    const cancelled = "Pulling was cancelled; what has come whole is kept.";
    assert.equal(describePulled({ ...tally, isCancelled: true }), cancelled);
    assert.equal(
      describePulled({ ...tally, pulled: [pulled("new")], isCancelled: true }),
      `The image new:1 is here: new. ${cancelled}`,
    );
  });

  it("is nothing to tell where there were failures only", () => {
    assert.equal(describePulled(tally), undefined);
  });
});

describe("The question about a workspace's images", () => {
  it("names its languages", () => {
    const question = "so that the first run doesn't wait?";
    assert.equal(askToPull(["Go"]), `This workspace has Go. Pull its image now, ${question}`);
    assert.equal(askToPull(["Go", "C"]), `This workspace has Go and C. Pull their images now, ${question}`);
    assert.equal(askToPull(["Go", "C", "R"]), `This workspace has Go, C and R. Pull their images now, ${question}`);
  });
});
