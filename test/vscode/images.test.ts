import assert from "node:assert/strict";
import * as vscode from "vscode";
import { LANGUAGES } from "../../src/language/catalog.ts";
import { engine } from "../engine/support/engine.ts";
import { testEnvironment } from "../engine/support/environment.ts";
import type { RemotePerson } from "./host/remotePerson.ts";
import { openUntitled, personAtWindow, runActive, withSetting, writeInFolder } from "./support.ts";

const { registryPort } = testEnvironment();

/** An image that nobody else's programs run in. */
const IMAGE = `127.0.0.1:${registryPort}/forgeai-test/tiny:1`;
const TINY = {
  tiny: {
    name: "Tiny",
    extensions: [".tiny"],
    versions: { "1": IMAGE },
    fileName: "main.tiny",
    run: ["node", "{file}"],
  },
};

/** What a modal dialog asked, and was told no: VS Code shows none while tests run. */
async function withDialogCancelled(act: () => Promise<void>): Promise<string> {
  const { showWarningMessage } = vscode.window;
  const asked = new Promise<string>((resolve) => {
    const refuse = async (question: string): Promise<undefined> => {
      resolve(question);
      return undefined;
    };
    Object.assign(vscode.window, { showWarningMessage: refuse });
  });
  try {
    await act();
    return await asked;
  } finally {
    Object.assign(vscode.window, { showWarningMessage });
  }
}

/** Removing takes all that ForgeAI added on this machine: no test goes further than the question. */
describe("ForgeAI: Manage Images", () => {
  let person: RemotePerson;

  before(async function () {
    person = await personAtWindow(this);
    // Set up by `npm test`.
    if (registryPort === null) this.skip();
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("notifications.clearAll");
    await (await engine()).removeImage(IMAGE);
  });

  after(async () => {
    if (registryPort !== null) await (await engine()).removeImage(IMAGE);
  });

  /** Opens the list, and leaves only the rows that have the text. */
  async function openList(text: string): Promise<void> {
    await person.runCommand("ForgeAI: Manage Images");
    await person.readQuestion("ForgeAI added");
    await person.type(text);
  }

  it("lists what each version of each language needs, and says whether it is here", async () => {
    await openList("python@");
    const [python] = LANGUAGES.filter(({ id }) => id === "python");
    const expected = python?.versions.map(({ version }) => `python@${version}`) ?? [];
    const labels = await person.readQuickPick(expected[0] ?? "");
    for (const label of expected) assert.ok(labels.includes(label), `${label} is missing in ${labels.join()}`);
    for (const { version, image } of python?.versions ?? []) {
      const words = await person.readChoice(`python@${version}`);
      const state = (await (await engine()).hasImage(image)) ? "here · " : "not here";
      assert.ok(words.includes(`${image}, ${state}`), words);
    }
    await person.screenshot("images-list");
    await person.press("Escape");
  });

  it("pulls the image that is chosen, and says whether it is new or up to date", async () => {
    await withSetting("languages", TINY, async () => {
      await openList("tiny");
      assert.match(await person.readChoice("tiny@1"), /forgeai-test\/tiny:1, not here$/);
      await person.choose("tiny@1");
      const [pulled] = await person.readNotifications("forgeai-test/tiny:1 is here");
      assert.match(pulled?.message ?? "", /: new\.$/);
      assert.ok(await (await engine()).hasImage(IMAGE));

      await openList("tiny");
      assert.match(await person.readChoice("tiny@1"), /forgeai-test\/tiny:1, here · .* · added by ForgeAI$/);
      await person.screenshot("images-pulled");
      await person.choose("tiny@1");
      await person.readNotifications("up to date");
    });
  });

  it("asks before it removes what ForgeAI added, and removes nothing where the answer is no", async () => {
    await withSetting("languages", TINY, async () => {
      await openList("tiny");
      await person.choose("tiny@1");
      await person.readNotifications("forgeai-test/tiny:1 is here");
      await openList("Remove");
      const asked = await withDialogCancelled(async () => person.choose("Remove What ForgeAI Added"));
      assert.match(asked, /^Remove what ForgeAI added: \d+ images?, [\d.]+ (bytes|KB|MB|GB)\?$/);
      assert.ok(await (await engine()).hasImage(IMAGE));
    });
  });

  it("says why an image can't be had", async () => {
    const versions = { "1": `127.0.0.1:${registryPort}/forgeai-test/none:1` };
    await withSetting("languages", { tiny: { ...TINY.tiny, versions } }, async () => {
      await openList("tiny");
      await person.choose("tiny@1");
      const [failure] = await person.readNotifications("The registry has no image");
      assert.deepEqual(failure?.buttons, ["Try Again"]);
    });
  });

  it("asks once, after a run, whether the images of the workspace's languages are to be pulled", async () => {
    await writeInFolder("some.tiny", "");
    await withSetting("languages", TINY, async () => {
      await withSetting("images.prepull", "ask", async () => {
        await openUntitled("python", "print('hello')\n");
        await runActive();
        const [question] = await person.readNotifications("This workspace has");
        assert.match(question?.message ?? "", /This workspace has .*Tiny.*so that the first run doesn't wait\?$/);
        assert.deepEqual(question?.buttons, ["Pull", "Not Now", "Never"]);
        await person.screenshot("images-question");
        await person.answerNotification("This workspace has", "Not Now");
        assert.equal(await (await engine()).hasImage(IMAGE), false);
      });
    });
  });
});
