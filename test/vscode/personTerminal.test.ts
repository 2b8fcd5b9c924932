import assert from "node:assert/strict";
import { engine } from "../engine/support/engine.ts";
import { eventuallyNone } from "../engine/support/eventually.ts";
import type { RemotePerson } from "./host/remotePerson.ts";
import { openUntitled, personAtWindow } from "./support.ts";

/** A program can read its container's id where it sees what is mounted. */
const TELL_CONTAINER = `import re
print("container", re.search("containers/([0-9a-f]{64})", open("/proc/self/mountinfo").read())[1][:12])
`;

async function containersNamed(id: string): Promise<string[]> {
  try {
    await (await engine()).inspect(id);
    return [id];
  } catch (error) {
    if (error instanceof Error && error.message.includes(": 404 ")) return [];
    throw error;
  }
}

describe("Somebody at the terminal of a run", () => {
  let person: RemotePerson;

  before(async function () {
    person = await personAtWindow(this);
  });

  async function runInTerminal(source: string): Promise<void> {
    await openUntitled("python", source);
    await person.runCommand("ForgeAI: Run in Container with Input (Terminal)");
  }

  it("answers a program that asks twice", async () => {
    await runInTerminal("name = input('name? ')\nage = int(input('age? '))\nprint(name, 'is', age)\n");
    await person.readTerminal("name?");
    await person.typeInTerminal("Ada\n");
    await person.readTerminal("age?");
    await person.typeInTerminal("36\n");
    await person.readTerminal("Ada is 36");
    await person.readTerminal("✔ ok");
    await person.screenshot("terminal-with-answers");
    await person.closeTerminal();
  });

  it("ends a program with Control+C", async () => {
    await runInTerminal("input('waiting? ')\n");
    await person.readTerminal("waiting?");
    await person.typeInTerminal("half a li");
    await person.press("Control+C");
    await person.readTerminal("✖ cancelled");
    await person.screenshot("terminal-after-control-c");
    await person.closeTerminal();
  });

  it("ends the container by closing the terminal", async () => {
    await runInTerminal(`${TELL_CONTAINER}input("waiting? ")\n`);
    const [, id = ""] = /container ([0-9a-f]{12})/.exec(await person.readTerminal("waiting?")) ?? [];
    assert.equal((await containersNamed(id)).length, 1);
    await person.closeTerminal();
    await eventuallyNone("the container", () => containersNamed(id));
  });
});
