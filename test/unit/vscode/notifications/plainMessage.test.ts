import assert from "node:assert/strict";
import { toPlainMessage } from "../../../../src/vscode/notifications/plainMessage.ts";

/** How VS Code finds links in the text of a notification. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe("A message for a notification", () => {
  it("is what it was where there is no link in it", () => {
    const text = 'main.py: It reported "OSError: [Errno 28] No space left (really)".';
    assert.equal(toPlainMessage(text), text);
  });

  for (const target of ["command:workbench.action.quit", "https://example.org", "file:///etc/passwd"]) {
    it(`has no link to ${target}, whoever put it there`, () => {
      const text = `OSError: [Errno 28] [[Help](${target})](${target}) [a](${target} "title")`;
      assert.match(text, LINK);
      assert.doesNotMatch(toPlainMessage(text), LINK);
    });
  }
});
