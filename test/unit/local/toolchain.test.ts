import assert from "node:assert/strict";
import type { Command, Language } from "../../../src/language/language.ts";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import { checkToolchain, findToolchain } from "../../../src/local/toolchain.ts";

const [BASE] = LANGUAGES;
assert.ok(BASE !== undefined);

/** A language whose toolchain answers with this text. */
const answering = (answer: string): Language => ({ ...BASE, localVersion: ["echo", answer] });

const inContainersOnly = (): Language => {
  const { localVersion: _, ...others } = BASE;
  return others;
};

const asking = (...localVersion: Command): Language => ({ ...BASE, localVersion });

describe("findToolchain", () => {
  for (const [answer, version] of [
    ["Python 3.11.2", "3.11.2"],
    ["go version go1.27.1 linux/amd64", "1.27.1"],
    ["v24.1.0", "24.1.0"],
    ["3.14.0rc2+ (main)", "3.14.0"],
    ["no version at all", undefined],
  ] as const) {
    it(`finds ${version} in "${answer}"`, async () => {
      assert.equal(await findToolchain(answering(answer)), version);
    });
  }

  it("finds nothing where there is no such program", async () => {
    assert.equal(await findToolchain(asking("forgeai-no-such-program")), undefined);
  });

  it("finds nothing for a language that runs in containers only", async () => {
    assert.equal(await findToolchain(inContainersOnly()), undefined);
  });

  it("finds this Node", async () => {
    assert.equal(await findToolchain(asking(process.execPath, "--version")), process.versions.node);
  });
});

describe("checkToolchain", () => {
  it("takes a version, and each release of it", async () => {
    await checkToolchain(answering("Python 3.9.18"), "3.9");
    await checkToolchain(answering("v16.20.2"), "16");
    await checkToolchain(answering("go1.19 "), "1.19");
  });

  it("takes whatever there is where no version is named, without asking", async () => {
    await checkToolchain(asking("forgeai-no-such-program"), undefined);
  });

  it("refuses a language that runs in containers only, with and without a version", async () => {
    for (const version of [undefined, "3.14"]) {
      await assert.rejects(checkToolchain(inContainersOnly(), version), {
        code: "start-failed",
        message: "ForgeAI runs Python in containers only.",
        hint: "Run in a container: forgeai --container run python.",
      });
    }
  });

  it("refuses another version, and says how to get that one", async () => {
    for (const [answer, version] of [
      ["Python 3.14.1", "3.9"],
      ["Python 3.91.0", "3.9"],
    ] as const) {
      const found = answer.slice("Python ".length);
      await assert.rejects(checkToolchain(answering(answer), version), {
        code: "start-failed",
        message: `This machine has Python ${found}, not 3.9.`,
        hint: "Run in a container, which has it: forgeai --container run python@3.9.",
      });
    }
  });

  it("says which program is missing", async () => {
    await assert.rejects(checkToolchain(asking("forgeai-no-such-program"), "1"), {
      code: "start-failed",
      message: "There is no forgeai-no-such-program on this machine.",
    });
  });
});
