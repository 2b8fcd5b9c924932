import assert from "node:assert/strict";
import { Deadline, GRACE_MS } from "../../../src/container/deadline.ts";
import { FakeClock } from "../fakeClock.ts";

type Ending = "politely" | "by-force";

interface Watched {
  readonly deadline: Deadline;
  readonly endings: Ending[];
}

const never = new AbortController().signal;

function watch(signal: AbortSignal = never): Watched {
  const endings: Ending[] = [];
  return { endings, deadline: new Deadline({ signal, end: (how) => endings.push(how) }) };
}

/** A program that has just started and has a second. */
function watchStarted(signal?: AbortSignal): Watched {
  const watched = watch(signal);
  watched.deadline.begin(1000);
  return watched;
}

describe("Deadline", () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => clock[Symbol.dispose]());

  it("gives a program as much time as it wants to start", () => {
    const { deadline, endings } = watch();
    clock.pass(100_000);
    assert.deepEqual(endings, []);
    assert.equal(deadline.elapsedMs, 0);
  });

  it("does nothing before the time is up", () => {
    const { deadline, endings } = watchStarted();
    clock.pass(999);
    assert.deepEqual(endings, []);
    assert.equal(deadline.reason, undefined);
  });

  it("begins once: what is told again about a start gives no further time", () => {
    const { deadline, endings } = watchStarted();
    clock.pass(999);
    deadline.begin(1000);
    clock.pass(1);
    assert.deepEqual(endings, ["politely"]);
  });

  it("asks first, and uses force after the grace", () => {
    const { deadline, endings } = watchStarted();
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
    const { deadline, endings } = watchStarted();
    clock.pass(1000);
    deadline[Symbol.dispose]();
    clock.pass(100_000);
    assert.deepEqual(endings, ["politely"]);
    assert.equal(deadline.reason, "timeout");
  });

  it("lets a program alone that has ended in time", () => {
    const { deadline, endings } = watchStarted();
    deadline[Symbol.dispose]();
    clock.pass(100_000);
    assert.deepEqual(endings, []);
    assert.equal(deadline.reason, undefined);
  });

  it("ends a program that nobody wants any more, in the same way", () => {
    const abort = new AbortController();
    const { deadline, endings } = watchStarted(abort.signal);
    clock.pass(10);
    abort.abort();
    assert.deepEqual(endings, ["politely"]);
    assert.equal(deadline.reason, "cancelled");
    clock.pass(GRACE_MS);
    assert.deepEqual(endings, ["politely", "by-force"]);
    clock.pass(100_000);
    assert.equal(deadline.reason, "cancelled");
  });

  it("ends a program at once that nobody wanted from the beginning, and goes on doing so when it starts", () => {
    const { deadline, endings } = watch(AbortSignal.abort());
    assert.deepEqual(endings, ["politely"]);
    deadline.begin(1);
    clock.pass(GRACE_MS);
    assert.deepEqual(endings, ["politely", "by-force"]);
    assert.equal(deadline.reason, "cancelled");
  });

  it("ends one that hasn't started, when nobody wants it any more", () => {
    const abort = new AbortController();
    const { deadline, endings } = watch(abort.signal);
    abort.abort();
    clock.pass(GRACE_MS);
    assert.deepEqual(endings, ["politely", "by-force"]);
    assert.equal(deadline.reason, "cancelled");
  });

  it("keeps the first reason", () => {
    const abort = new AbortController();
    const { deadline, endings } = watchStarted(abort.signal);
    clock.pass(1000);
    abort.abort();
    assert.equal(deadline.reason, "timeout");
    assert.deepEqual(endings, ["politely"]);
  });

  it("doesn't listen any more once the program has ended", () => {
    const abort = new AbortController();
    const { deadline, endings } = watchStarted(abort.signal);
    deadline[Symbol.dispose]();
    abort.abort();
    clock.pass(100_000);
    assert.deepEqual(endings, []);
  });
});

describe("Deadline.elapsedMs", () => {
  it("counts from the program's start", async () => {
    using deadline = new Deadline({ signal: never, end: () => undefined });
    const before = performance.now();
    deadline.begin(60_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { elapsedMs } = deadline;
    assert.ok(elapsedMs > 3 && elapsedMs <= performance.now() - before);
  });
});
