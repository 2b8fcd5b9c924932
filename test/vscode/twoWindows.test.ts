import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { RemotePerson } from "./host/remotePerson.ts";
import { outputShows, outputText, personAtWindow, writeInFolder } from "./support.ts";

/** Names itself, and goes on counting. */
const COUNTING = `import itertools, os, time
name = os.urandom(4).hex()
print("name", name)
for number in itertools.count():
    print(name, number)
    time.sleep(0.2)
`;

function nameIn(output: string): string {
  return /^name ([0-9a-f]{8})$/m.exec(output)?.[1] ?? assert.fail(`no name in ${output}`);
}

function highestIn(output: string): number {
  return Number([...output.matchAll(/^[0-9a-f]{8} (\d+)$/gm)].at(-1)?.[1]);
}

describe("Two windows with the same file", () => {
  let here: RemotePerson;
  let there: RemotePerson;

  before(async function () {
    here = await personAtWindow(this);
    there = here.inSecondWindow();
    await writeInFolder("counting.py", COUNTING);
    await there.openFile("counting.py");
    await here.openFile("counting.py");
  });

  it("have runs and outputs of their own, and a stop in one leaves the other", async () => {
    await here.runCommand("ForgeAI: Run in Container");
    await outputShows(/^name /m);
    const name = nameIn(outputText());

    await there.runCommand("ForgeAI: Run in Container");
    const otherName = nameIn(await there.readOutput("name"));
    assert.notEqual(otherName, name);
    await there.screenshot("second-window");
    await here.screenshot("first-window");

    await there.runCommand("ForgeAI: Stop");
    const text = await there.readOutput("✖ cancelled");
    assert.ok(!text.includes(name));

    const counted = highestIn(outputText());
    await outputShows((shown) => highestIn(shown) > counted);
    assert.doesNotMatch(outputText(), new RegExp(`✖|${otherName}`));
    await vscode.commands.executeCommand("forgeai.stop");
    await outputShows("✖ cancelled");
  });
});
