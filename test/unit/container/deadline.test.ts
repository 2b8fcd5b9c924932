import assert from "node:assert/strict";
import { Deadline, GRACE_MS } from "../../../src/container/deadline.ts";
import { FakeClock } from "../fakeClock.ts";

type Ending = "politely" | "by-force";

interface Watched {
  readonly deadline: Deadline;
  readonly endings: Ending[];
}

const never = new AbortController().signal;

function watch(timeoutMs: number, signal: AbortSignal = never): Watched {
  const endings: Ending[] = [];
  return { endings, deadline: new Deadline({ timeoutMs, signal, end: (how) => endings.push(how) }) };
}

describe("Deadline", () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => clock[Symbol.dispose]());

  it("does nothing before the time is up", () => {
    const { deadline, endings } = watch(1000);
    clock.pass(999);
    assert.deepEqual(endings, []);
    assert.equal(deadline.reason, undefined);
  });

  it("asks first, and uses force after the grace", () => {
    const { deadline, endings } = watch(1000);
    clock.pass(1000);
    assert.deepEqual(endings, ["politely"]);
    assert.equal(deadline.reason, "timeout");
    clock.pass(GRACE_MS - 1);
    assert.deepEqual(endings, ["politely"]);
    clock.pass(1);
    assert.deepEqual(endings, ["politely", "by-force"]);
    clock.pass(100_000);
    assert.deepEqual(endings, ["politely", "by-force"]);
  });

  it("uses no force on a program that ended when it was asked", () => {
    const { deadline, endings } = watch(1000);
    clock.pass(1000);
    deadline[Symbol.dispose]();
    clock.pass(100_000);
    assert.deepEqual(endings, ["politely"]);
    assert.equal(deadline.reason, "timeout");
  });

  it("lets a program alone that has ended in time", () => {
    const { deadline, endings } = watch(1000);
    deadline[Symbol.dispose]();
    clock.pass(100_000);
    assert.deepEqual(endings, []);
    assert.equal(deadline.reason, undefined);
  });

  it("ends a program that nobody wants any more, in the same way", () => {
    const abort = new AbortController();
    const { deadline, endings } = watch(1000, abort.signal);
    clock.pass(10);
    abort.abort();
    assert.deepEqual(endings, ["politely"]);
    assert.equal(deadline.reason, "cancelled");
    clock.pass(GRACE_MS);
    assert.deepEqual(endings, ["politely", "by-force"]);
  });

  it("ends a program at once that nobody wanted from the beginning", () => {
    const { deadline, endings } = watch(1000, AbortSignal.abort());
    assert.deepEqual(endings, ["politely"]);
    assert.equal(deadline.reason, "cancelled");
  });

  it("keeps the first reason", () => {
    const abort = new AbortController();
    const { deadline, endings } = watch(1000, abort.signal);
    clock.pass(1000);
    abort.abort();
    assert.equal(deadline.reason, "timeout");
    assert.deepEqual(endings, ["politely"]);
  });

  it("doesn't listen any more once the program has ended", () => {
    const abort = new AbortController();
    const { deadline, endings } = watch(1000, abort.signal);
    deadline[Symbol.dispose]();
    abort.abort();
    clock.pass(100_000);
    assert.deepEqual(endings, []);
  });
});
