import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describeIgnored, findIgnored, type IgnoredSettings } from "../../../../src/vscode/settings/ignoredSettings.ts";

const FILE = ".vscode/settings.json";

interface Reading {
  readonly isTrusted?: boolean;
  readonly isWorkspaceFile?: boolean;
  readonly languageId?: string;
}

async function read(
  text: string,
  { isTrusted = false, isWorkspaceFile = false, languageId = "python" }: Reading = {},
): Promise<IgnoredSettings> {
  const honoured = new Set(["forgeai.codeLens.enabled"]);
  return findIgnored({ file: FILE, text, isWorkspaceFile }, { languageId, isTrusted, honoured });
}

/** The lines without what they all begin and end with. */
async function lines(settings: unknown, reading?: Reading): Promise<string[]> {
  const { ignored, notes } = await read(JSON.stringify(settings), reading);
  return [...describeIgnored(ignored), ...notes].map((line) =>
    line.replace("ignored in Restricted Mode: ", "").replace(` (of ${FILE})`, ""),
  );
}

describe("In a workspace that isn't trusted", () => {
  it("each setting of a run is named that the workspace tries, with its value", async () => {
    const { ignored, notes } = await read(
      readFileSync("test/fixtures/workspaces/hostile/.vscode/settings.json", "utf8"),
    );
    assert.deepEqual(describeIgnored(ignored), [
      "ignored in Restricted Mode: forgeai.timeout: 86400 (of .vscode/settings.json)",
      "ignored in Restricted Mode: forgeai.memory: 4096 (of .vscode/settings.json)",
      "ignored in Restricted Mode: forgeai.processes: 4096 (of .vscode/settings.json)",
      "ignored in Restricted Mode: forgeai.disk: 4096 (of .vscode/settings.json)",
      "ignored in Restricted Mode: forgeai.output.limit: 256 (of .vscode/settings.json)",
      "ignored in Restricted Mode: forgeai.cpus: 64 (of .vscode/settings.json)",
      "ignored in Restricted Mode: forgeai.cpuShares: 262144 (of .vscode/settings.json)",
      'ignored in Restricted Mode: forgeai.network: "bridge" (of .vscode/settings.json)',
      "ignored in Restricted Mode: forgeai.readOnlyRootFilesystem: false (of .vscode/settings.json)",
      'ignored in Restricted Mode: forgeai.isolation: "kata" (of .vscode/settings.json)',
      'ignored in Restricted Mode: forgeai.languages: {"python":{"versions":{"3.14":"registry.example/anything:latest"}}} (of .vscode/settings.json)',
      'ignored in Restricted Mode: forgeai.include: ["**/*"] (of .vscode/settings.json)',
      'ignored, as a workspace can\'t set it: forgeai.engine.host: "tcp://engine.example:2375" (of .vscode/settings.json)',
      "ignored in Restricted Mode: forgeai.memory: 8192 (for python, of .vscode/settings.json)",
    ]);
    assert.deepEqual(notes, []);
  });

  it("what takes nothing from anybody, what isn't ForgeAI's and what nobody knows isn't named", async () => {
    const settings = { "forgeai.codeLens.enabled": false, "editor.fontSize": 3, "forgeai.unknown": 1, forgeai: 7 };
    assert.deepEqual(await lines(settings), []);
  });

  it("settings are named that stand one in another, as VS Code takes them, too", async () => {
    const settings = {
      forgeai: { memory: 4096, engine: { host: "tcp://x" }, codeLens: { enabled: false }, "output.limit": 9 },
      "forgeai.output": { limit: 200 },
      "[python]": { forgeai: { disk: 999 } },
    };
    assert.deepEqual(await lines(settings), [
      "forgeai.memory: 4096",
      'ignored, as a workspace can\'t set it: forgeai.engine.host: "tcp://x"',
      "forgeai.output.limit: 9",
      "forgeai.output.limit: 200",
      "forgeai.disk: 999 (for python, of .vscode/settings.json)",
    ]);
  });

  it("of blocks for languages those for the program's are named", async () => {
    const settings = {
      "[go]": { "forgeai.memory": 1 },
      "[go][python]": { "forgeai.memory": 2 },
      "[pythonic]": { "forgeai.memory": 3 },
    };
    assert.deepEqual(await lines(settings), ["forgeai.memory: 2 (for python, of .vscode/settings.json)"]);
    assert.deepEqual(await lines(settings, { languageId: "markdown" }), []);
  });

  it("of a .code-workspace file its settings are named", async () => {
    const file = { folders: [], settings: { "forgeai.memory": 2 }, "forgeai.memory": 3 };
    assert.deepEqual(await lines(file, { isWorkspaceFile: true }), ["forgeai.memory: 2"]);
  });

  it("of a setting that is made twice the last value is named, which is the one that VS Code takes", async () => {
    const { ignored } = await read('{"forgeai.memory": 1, "forgeai.memory": 2}');
    assert.deepEqual(
      ignored.map(({ value }) => value),
      [2],
    );
  });

  it("comments and commas too many are nothing to speak of, and an empty file has nothing", async () => {
    const { ignored, notes } = await read('// why\n{ "forgeai.memory": 1, /* and */ }\n');
    assert.deepEqual([ignored.length, notes], [1, []]);
    assert.deepEqual(await read(""), { ignored: [], notes: [] });
  });

  it("a broken file is said to be broken, with what could be read of it", async () => {
    const { ignored, notes } = await read('{"forgeai.memory": 1, "forgeai.cpus"');
    assert.equal(ignored[0]?.name, "forgeai.memory");
    assert.deepEqual(notes, ["ignored settings of .vscode/settings.json may be missing here: it isn't valid JSON"]);
    for (const text of ["[]", "7", '"forgeai.memory"', "null", '{"forgeai": [1]}']) {
      assert.deepEqual(await read(text), { ignored: [], notes: [] }, text);
    }
  });

  it("names that are every object's own are names like others", async () => {
    assert.deepEqual(await lines(JSON.parse('{"__proto__": {"forgeai.memory": 1}, "constructor": 2}')), []);
  });

  it("a value is shown in one line, cut, and in characters that can be seen", async () => {
    const [line = ""] = await lines({ "forgeai.network": "a\n\u001b[2J\u202e\u2028b" });
    assert.equal(line, 'forgeai.network: "a\\n\\u001b[2J\\u{202e}\\u{2028}b"');
    const [long = ""] = await lines({ "forgeai.network": "x".repeat(100_000) });
    assert.equal(long, `forgeai.network: "${"x".repeat(78)}…`);
  });

  it("brackets within brackets are no way to bring it down", async () => {
    const deep = (depth: number): string => `{"forgeai.languages": ${"[".repeat(depth)}${"]".repeat(depth)}}`;
    assert.match(describeIgnored((await read(deep(500))).ignored)[0] ?? "", /forgeai\.languages: \[{79}…/);
    const { ignored, notes } = await read(deep(400_000));
    assert.deepEqual(ignored, []);
    assert.match(notes[0] ?? "", /may be missing here: /);
  });
});

describe("In a trusted workspace", () => {
  it("only what is the machine's affair is ignored, and said so", async () => {
    const settings = { "forgeai.memory": 4096, "forgeai.engine.host": "tcp://x", "[python]": { "forgeai.cpus": 2 } };
    assert.deepEqual(await lines(settings, { isTrusted: true }), [
      'ignored, as a workspace can\'t set it: forgeai.engine.host: "tcp://x"',
    ]);
  });

  it("a broken file is VS Code's to complain about", async () => {
    assert.deepEqual((await read('{"forgeai.memory": ', { isTrusted: true })).notes, []);
  });
});
