import assert from "node:assert/strict";
import type { RunResult } from "../../../src/index.ts";
import { collectRun } from "../support/runs.ts";
import { type Attack, all, assertExpected, expectationOf, type Isolation } from "./attack.ts";
import { Bait } from "./bait.ts";
import { exhaustion } from "./exhaustion.ts";
import { files } from "./files.ts";
import { neighbours } from "./neighbours.ts";
import { network } from "./network.ts";
import { persistence } from "./persistence.ts";
import { privilege } from "./privilege.ts";
import { attackProgram, programsOf } from "./programs.ts";
import { Scene } from "./scene.ts";

/** All attacks by their class, which is the folder of their programs. */
const CLASSES: Readonly<Record<string, readonly Attack[]>> = {
  network,
  files,
  privilege,
  exhaustion,
  neighbours,
  persistence,
};

/** Programs of the class "neighbours" that attack nobody, or in two steps. */
const OTHER_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  neighbours: ["leave.py", "look.py", "victim.py"],
};

/** Defines the tests of all classes at a level of isolation. */
export function describeAttacks({ isolation }: { readonly isolation: Isolation }): void {
  for (const [kind, attacks] of Object.entries(CLASSES)) describeClass(kind, attacks, isolation);
  describeLeftovers(isolation);
}

/** Defines the tests that hold the attacks themselves to what they are there for. */
export function describeTable(): void {
  describe("The attacks", () => {
    for (const [kind, attacks] of Object.entries(CLASSES)) {
      it(`on ${kind} are all listed`, () => {
        const listed = [...attacks.map(({ program }) => program), ...(OTHER_PROGRAMS[kind] ?? [])];
        assert.deepEqual(listed.toSorted(), programsOf(kind));
      });
    }

    it("would be seen: as plain processes they find the bait", async function wouldBeSeen() {
      if (process.platform !== "linux") this.skip();
      await using bait = await Bait.lay();
      const locally = async (name: string, args: readonly string[]): Promise<RunResult> =>
        collectRun({ ...attackProgram(name), args: [...args, bait.marker] }, { executor: "local" });
      const server = await locally("network/host-tcp.js", [String(bait.port), bait.addresses.join(",")]);
      assert.match(server.stdout, /^the host's addresses: done$/m);
      const socket = await locally("network/abstract-socket.js", [bait.socketName]);
      assertExpected(socket, { sees: all("done", "connect", "see") });
      const secret = await locally("files/host-secret.js", [bait.secretFile]);
      assert.match(secret.stdout, /^read: the host's own$/m);
      await assert.rejects(bait.assertUntouched());
    });
  });
}

function describeClass(kind: string, attacks: readonly Attack[], isolation: Isolation): void {
  describe(`An attack on ${kind} at isolation ${isolation}`, () => {
    let scene: Scene;
    before(async () => {
      scene = await Scene.set(kind, attacks, isolation);
    });
    after(() => scene[Symbol.asyncDispose]());

    for (const attack of attacks) {
      it(`gets nowhere with ${attack.program}`, async () => {
        assertExpected(await scene.resultOf(attack), expectationOf(attack, isolation));
      });
    }

    it("leaves the host as it was", () => scene.assertUnharmed());
  });
}

function describeLeftovers(isolation: Isolation): void {
  describe(`A run at isolation ${isolation}`, () => {
    it("finds nothing of the run before it", async () => {
      await using bait = await Bait.lay();
      const { marker } = bait;
      const left = await collectRun({ ...attackProgram("neighbours/leave.py"), args: [marker], isolation });
      assertExpected(left, {
        sees: {
          ...all("done", "/code", "/tmp", "/dev/shm", "segment"),
          ...all(isolation === "default" ? "EROFS" : ["EACCES", "EROFS"], "/etc", "/var/tmp"),
        },
      });
      const found = await collectRun({ ...attackProgram("neighbours/look.py"), stdin: marker, isolation });
      assertExpected(found, { sees: { ...all("none", "files", "processes"), segment: "ENOENT" } });
      await bait.assertUntouched();
    });
  });
}
