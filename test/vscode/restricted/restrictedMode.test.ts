import assert from "node:assert/strict";
import { join } from "node:path";
import * as vscode from "vscode";
import { DEFAULT_LIMITS } from "../../../src/run/limits.ts";
import { findPerson, outputShows, personAtWindow, runActive } from "../support.ts";

/** What the workspace of this window tries, by setting: its `.vscode/settings.json`. */
const TRIED: Readonly<Record<string, unknown>> = {
  timeout: 86400,
  memory: 4096,
  processes: 4096,
  disk: 4096,
  "output.limit": 256,
  cpus: 64,
  cpuShares: 262144,
  network: "bridge",
  readOnlyRootFilesystem: false,
  isolation: "kata",
  languages: { python: { versions: { "3.14": "registry.example/anything:latest" } } },
  include: ["**/*"],
  "engine.host": "tcp://engine.example:2375",
};

describe("In Restricted Mode", () => {
  let document: vscode.TextDocument;

  before(async function () {
    // A desktop VS Code can't be started in Restricted Mode for tests.
    await personAtWindow(this);
    assert.equal(vscode.workspace.isTrusted, false);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    document = await vscode.workspace.openTextDocument(join(folder.uri.fsPath, "main.py"));
    await vscode.window.showTextDocument(document);
  });

  it("a program runs, and nothing that the workspace says loosens what holds for it", async () => {
    const ended = await runActive();
    assert.equal(ended.outcome, "ok");
    assert.deepEqual(ended.limits, { ...DEFAULT_LIMITS, outputBytes: 10 * 1024 * 1024 });
    const { image, isolation, network } = ended;
    assert.deepEqual(
      { image, isolation, network },
      { image: "python:3.14-alpine", isolation: "default", network: "none" },
    );
    await outputShows("files: ['main.py']");
    await outputShows("interfaces: ['lo']");
    await outputShows("root: Read-only file system");
  });

  it("the output names each setting that was ignored, with its value", async () => {
    await runActive();
    const text = await outputShows("✔ ok");
    for (const [name, value] of Object.entries(TRIED))
      assert.ok(text.includes(`forgeai.${name}: ${JSON.stringify(value)}`.slice(0, 60)), `forgeai.${name} in ${text}`);
    assert.ok(text.includes("8192"), "the one for Python alone");
    await (await findPerson())?.screenshot("restricted-mode");
  });

  it("what takes nothing from anybody holds: a workspace may do without run buttons", async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
    );
    assert.deepEqual(lenses, []);
    assert.equal(vscode.workspace.getConfiguration("forgeai", document.uri).get("codeLens.enabled"), false);
  });

  it("the user's own settings hold, even to loosen", async () => {
    const configuration = vscode.workspace.getConfiguration("forgeai", document.uri);
    await configuration.update("memory", 256, vscode.ConfigurationTarget.Global);
    try {
      assert.equal((await runActive()).limits.memoryBytes, 256 * 1024 * 1024);
    } finally {
      await configuration.update("memory", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
