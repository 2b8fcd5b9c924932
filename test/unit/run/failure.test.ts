import assert from "node:assert/strict";
import { badRequest, messageOf, RunFailure } from "../../../src/run/failure.ts";

describe("RunFailure", () => {
  const facts = { code: "engine-unavailable", message: "No engine.", hint: "Start it." } as const;

  it("is an error with a code, a hint and its cause", () => {
    const cause = new Error("deeper");
    const failure = new RunFailure({ ...facts, cause });
    assert.ok(failure instanceof Error);
    assert.deepEqual(
      [failure.name, failure.code, failure.message, failure.hint, failure.tried, failure.cause],
      ["RunFailure", "engine-unavailable", "No engine.", "Start it.", [], cause],
    );
  });

  it("becomes JSON without its cause, and with what was tried only where something was", () => {
    const tried = [{ what: "a socket", why: "nothing listens there" }];
    assert.deepEqual(JSON.parse(JSON.stringify(new RunFailure({ ...facts, cause: new Error("x") }))), facts);
    assert.deepEqual(JSON.parse(JSON.stringify(new RunFailure({ ...facts, tried }))), { ...facts, tried });
  });
});

describe("RunFailure, with what was printed before it", () => {
  const facts = { code: "engine-lost", message: "Lost.", hint: "Again." } as const;
  const output = { stdout: "a", stderr: "", truncated: { stdoutBytes: 2, stderrBytes: 0 } };

  it("is a new failure of the same facts", () => {
    const tried = [{ what: "x", why: "y" }];
    const cause = new Error("deeper");
    const failure = new RunFailure({ ...facts, tried, cause });
    const told = failure.withOutput(output);
    assert.ok(told instanceof RunFailure);
    assert.deepEqual(told.toJSON(), { ...facts, tried, output });
    assert.equal(told.cause, cause);
    assert.equal(failure.output, undefined);
  });

  it("says so as JSON", () => {
    const failure = new RunFailure(facts).withOutput(output);
    assert.deepEqual(JSON.parse(JSON.stringify(failure)), { ...facts, output });
  });
});

describe("badRequest", () => {
  it("is a failure of that code", () => {
    assert.deepEqual(badRequest("Wrong.", "Right.").toJSON(), {
      code: "bad-request",
      message: "Wrong.",
      hint: "Right.",
    });
  });
});

describe("messageOf", () => {
  it("says something about whatever was thrown", () => {
    assert.equal(messageOf(new Error("x")), "x");
    assert.equal(messageOf("x"), "x");
    assert.equal(messageOf(undefined), "undefined");
  });
});
