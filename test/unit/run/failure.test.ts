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
