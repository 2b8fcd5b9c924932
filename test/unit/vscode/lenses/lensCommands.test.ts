import assert from "node:assert/strict";
import { LANGUAGES } from "../../../../src/language/catalog.ts";
import { lensCommands } from "../../../../src/vscode/lenses/lensCommands.ts";
import type { Piece } from "../../../../src/vscode/pieces/piece.ts";
import type { RunState } from "../../../../src/vscode/lenses/runStates.ts";
import { fakeUri } from "../fakeUri.ts";

const [language = assert.fail()] = LANGUAGES;
const FENCE: Piece = { kind: "fence", id: "fence 2", language, ranges: [{ start: 3, end: 5 }], anchor: 2 };
const VERSION = 7;
const RUN = "$(play) Run in Container";

const titles = (state: RunState | undefined, piece: Piece = FENCE): string[] =>
  lensCommands(fakeUri("/notes.md"), piece, state, VERSION).map(({ title }) => title);

describe("The buttons above a piece", () => {
  const cases: readonly { title: string; state: RunState | undefined; buttons: readonly string[] }[] = [
    { title: "run it", state: undefined, buttons: [RUN] },
    { title: "stop it while it runs", state: { state: "running" }, buttons: ["$(debug-stop) Stop"] },
    {
      title: "tell that it went well, and in which time",
      state: { state: "ended", outcome: "ok", durationMs: 352, version: VERSION },
      buttons: [RUN, "✔ ok · 352 ms"],
    },
    {
      title: "tell how it ended badly",
      state: { state: "ended", outcome: "memory-limit", durationMs: 1200, version: VERSION },
      buttons: [RUN, "✖ memory-limit · 1.2 s"],
    },
    {
      title: "tell that it could not be run",
      state: { state: "failed", version: VERSION },
      buttons: [RUN, "✖ could not be run"],
    },
    {
      title: "tell nothing of another version of the text",
      state: { state: "ended", outcome: "ok", durationMs: 352, version: VERSION - 1 },
      buttons: [RUN],
    },
    {
      title: "tell nothing of a failure of another version",
      state: { state: "failed", version: VERSION - 1 },
      buttons: [RUN],
    },
  ];
  for (const { title, state, buttons } of cases) it(title, () => assert.deepEqual(titles(state), buttons));

  it("say that all above is run, too, where it is", () => {
    assert.deepEqual(titles(undefined, { ...FENCE, kind: "through-cell", id: "through cell 2" }), [
      "$(run-above) Run Through Here",
    ]);
  });

  it("name the document and the piece to the commands", () => {
    const uri = fakeUri("/notes.md");
    const [run] = lensCommands(uri, FENCE, undefined, VERSION);
    assert.deepEqual([run?.command, run?.arguments], ["forgeai.runInContainer", [uri, { piece: "fence 2" }]]);
    const [stop] = lensCommands(uri, FENCE, { state: "running" }, VERSION);
    assert.deepEqual([stop?.command, stop?.arguments], ["forgeai.stop", [uri, { piece: "fence 2" }]]);
    const [, end] = lensCommands(uri, FENCE, { state: "failed", version: VERSION }, VERSION);
    assert.equal(end?.command, "forgeai.showOutput");
  });
});
