import assert from "node:assert/strict";
import type { RunName } from "../../../../src/vscode/activeRuns.ts";
import { type RunState, RunStateBoard } from "../../../../src/vscode/lenses/runStates.ts";
import { fakeUri } from "../fakeUri.ts";

const NOTES: RunName = { uri: fakeUri("/notes.md"), pieceId: "fence 1" };
const OTHER: RunName = { uri: fakeUri("/other.md"), pieceId: "fence 1" };
const OK = { outcome: "ok", durationMs: 352 } as const;

describe("The board of run states", () => {
  let board: RunStateBoard;
  let told: string[];

  beforeEach(() => {
    board = new RunStateBoard();
    told = [];
    board.onDidChange(({ path }) => told.push(path));
  });

  const stateOf = ({ uri, pieceId }: RunName): RunState | undefined => board.stateOf(uri, pieceId);

  it("knows nothing of what was never run", () => {
    assert.equal(stateOf(NOTES), undefined);
  });

  it("follows a run from its beginning to its end, and tells of both", () => {
    {
      using run = board.begin(NOTES, 7);
      assert.deepEqual(stateOf(NOTES), { state: "running" });
      run.end(OK);
    }
    assert.deepEqual(stateOf(NOTES), { state: "ended", ...OK, version: 7 });
    assert.deepEqual(told, ["/notes.md", "/notes.md"]);
  });

  it("takes a run that is over without an end for one that could not be carried out", () => {
    board.begin(NOTES, 7)[Symbol.dispose]();
    assert.deepEqual(stateOf(NOTES), { state: "failed", version: 7 });
  });

  it("keeps pieces and documents apart", () => {
    board.begin(NOTES, 1);
    assert.equal(stateOf(OTHER), undefined);
    assert.equal(board.stateOf(NOTES.uri, "fence 2"), undefined);
  });

  it("goes by the later of two runs of a piece", () => {
    const earlier = board.begin(NOTES, 1);
    const later = board.begin(NOTES, 2);
    earlier.end(OK);
    assert.deepEqual(stateOf(NOTES), { state: "running" });
    later.end({ outcome: "failed", durationMs: 5 });
    earlier[Symbol.dispose]();
    assert.deepEqual(stateOf(NOTES), { state: "ended", outcome: "failed", durationMs: 5, version: 2 });
  });

  it("forgets what it knows of a document that is closed", () => {
    board.begin(NOTES, 1).end(OK);
    board.begin(OTHER, 1).end(OK);
    board.forget(NOTES.uri);
    assert.equal(stateOf(NOTES), undefined);
    assert.equal(stateOf(OTHER)?.state, "ended");
  });

  it("shows a run of a closed document until it ends, and then nothing", () => {
    const run = board.begin(NOTES, 1);
    board.forget(NOTES.uri);
    assert.deepEqual(stateOf(NOTES), { state: "running" });
    run.end(OK);
    assert.equal(stateOf(NOTES), undefined);
  });

  it("tells nobody who has stopped listening", () => {
    let count = 0;
    board.onDidChange(() => (count += 1)).dispose();
    board.begin(NOTES, 1);
    assert.equal(count, 0);
  });
});
