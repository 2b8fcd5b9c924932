import assert from "node:assert/strict";
import { describeLeftOut, describeUnmatched } from "../../../../src/vscode/include/includeNotes.ts";

describe("The notes about files that are sent along", () => {
  it("name what was left out, in characters that can be seen", () => {
    assert.deepEqual(describeLeftOut([{ path: "lib/\u001b[31m\u202Eyp.a", why: "the name has a control character" }]), [
      "left out: lib/\\u{1b}[31m\\u{202e}yp.a (the name has a control character)",
    ]);
  });

  it("count what would fill the screen", () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ path: `${index}`, why: "so" }));
    assert.equal(describeLeftOut(many).length, 21);
    assert.equal(describeLeftOut(many).at(-1), "left out: 30 more");
  });

  it("name the globs that no file fits", () => {
    const found = [{ path: "a.py", globs: ["*.py", "a.*"] }];
    assert.deepEqual(describeUnmatched(["*.py", "lib/*", "a.*"], { found }), [
      'no file matches "lib/*" in forgeai.include',
    ]);
  });
});
