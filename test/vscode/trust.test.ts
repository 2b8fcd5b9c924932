import assert from "node:assert/strict";
import * as vscode from "vscode";
import { describeIgnoredSettings } from "../../src/vscode/settings/trust.ts";
import { writeInFolder } from "./support.ts";

const FILE = ".vscode/settings.json";

/** What is said of the settings that the workspace has for the time of one test, for a file in its folder or another document. */
async function linesFor(settings: string, document?: vscode.Uri): Promise<readonly string[]> {
  const file = await writeInFolder(FILE, settings);
  try {
    const uri = document ?? vscode.Uri.joinPath(file, "../../main.py");
    return await describeIgnoredSettings({ uri, languageId: "python" });
  } finally {
    await vscode.workspace.fs.delete(file);
  }
}

describe("In a trusted workspace", () => {
  it("the engine's address is the machine's affair even so, and what the workspace says is named", async () => {
    const lines = await linesFor('{ "forgeai.engine.host": "tcp://engine.example:2375", "forgeai.memory": 64 }');
    const line = 'ignored, as a workspace can\'t set it: forgeai.engine.host: "tcp://engine.example:2375"';
    assert.deepEqual(lines, [`${line} (of ${FILE})`]);
  });

  it("settings without a word about ForgeAI are nothing to speak of, and those that nobody can read are", async () => {
    assert.deepEqual(await linesFor('{ "editor.fontSize": 14 }'), []);
    assert.deepEqual(await linesFor(`${" ".repeat(1024 * 1024)}{}`), [
      `ignored settings of ${FILE} may be missing here: it is larger than 1 MB`,
    ]);
  });

  it("a document in no folder of the workspace has its settings, too", async () => {
    const untitled = vscode.Uri.parse("untitled:Untitled-1");
    const [line = ""] = await linesFor('{ "forgeai": { "engine": { "host": "tcp://x" } } }', untitled);
    assert.match(line, /forgeai\.engine\.host: "tcp:\/\/x"/);
  });
});
