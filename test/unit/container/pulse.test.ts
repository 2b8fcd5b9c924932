import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Pulse } from "../../../src/container/pulse.ts";
import { FakeClock } from "../fakeClock.ts";

/** An engine whose signs of life are as the test says. */
class FakePatient {
  asked = 0;
  /** "silent" doesn't answer until the signal says that nobody waits any more. */
  state: "well" | "dead" | "silent" = "well";

  readonly ask = async (signal: AbortSignal): Promise<void> => {
    this.asked += 1;
    if (this.state === "dead") throw new Error("connect ECONNREFUSED");
    if (this.state === "silent")
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  };
}

describe("Pulse", () => {
  let clock: FakeClock;
  let patient: FakePatient;
  let pulse: Pulse;
  let lost: string[];

  beforeEach(() => {
    clock = new FakeClock();
    const start = globalThis.setTimeout;
    // Timers that nobody has to wait for are timers all the same.
    const unref = (...timer: Parameters<typeof start>) => Object.assign(start(...timer), { unref: returnThis });
    Object.assign(globalThis, { setTimeout: unref });
    patient = new FakePatient();
    pulse = new Pulse(patient.ask);
    lost = [];
  });
  afterEach(() => clock[Symbol.dispose]());

  /** Lets time pass in small steps, and in each all that waits for nothing but its turn. */
  async function pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 50) {
      clock.pass(50);
      for (let turn = 0; turn < 3; turn += 1) await setImmediate();
    }
  }

  const watch = (name = "lost"): Disposable => pulse.watch(({ message }) => lost.push(`${name}: ${message}`));

  it("asks only while somebody watches", async () => {
    await pass(10_000);
    assert.equal(patient.asked, 0);
    const watched = watch();
    await pass(5000);
    assert.equal(patient.asked, 5);
    watched[Symbol.dispose]();
    await pass(10_000);
    assert.equal(patient.asked, 5);
    assert.deepEqual(lost, []);
  });

  it("asks once for all who watch, and goes on for those who are left", async () => {
    const first = watch("first");
    await pass(500);
    using _second = watch("second");
    await pass(500);
    assert.equal(patient.asked, 1);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await pass(1000);
    assert.equal(patient.asked, 2);
    patient.state = "dead";
    await pass(1250);
    assert.deepEqual(lost, ["second: connect ECONNREFUSED"]);
  });

  it("tells once that an engine is gone: when two in a row failed, with the last one's words", async () => {
    watch("first");
    watch("second");
    patient.state = "dead";
    await pass(1000);
    assert.deepEqual([patient.asked, lost], [1, []]);
    await pass(250);
    assert.deepEqual(lost, ["first: connect ECONNREFUSED", "second: connect ECONNREFUSED"]);
    await pass(10_000);
    assert.deepEqual([patient.asked, lost.length], [2, 2]);
  });

  it("tells that an engine doesn't answer any more", async () => {
    watch();
    patient.state = "silent";
    await pass(1000 + 1500 + 250 + 1450);
    assert.deepEqual(lost, []);
    await pass(50);
    assert.deepEqual(lost, ["lost: it doesn't answer any more"]);
  });

  it("takes single failures for busy moments, however many there are", async () => {
    using _watched = watch();
    for (const state of ["dead", "silent", "dead"] as const) {
      patient.state = state;
      const { asked } = patient;
      while (patient.asked === asked) await pass(50);
      patient.state = "well";
      await pass(3000);
    }
    assert.deepEqual(lost, []);
  });

  it("takes any value that is thrown for a failure", async () => {
    pulse = new Pulse(() => Promise.reject("no")); // oxlint-disable-line prefer-promise-reject-errors
    watch();
    await pass(1250);
    assert.deepEqual(lost, ["lost: no"]);
  });

  it("tells nobody who has left while it asked", async () => {
    patient.state = "silent";
    const watched = watch();
    await pass(1500);
    watched[Symbol.dispose]();
    await pass(10_000);
    assert.deepEqual([patient.asked, lost], [1, []]);
  });

  it("begins anew for those who come while it still asks for those who have left", async () => {
    patient.state = "silent";
    watch("left")[Symbol.dispose]();
    const left = watch("left");
    await pass(1500);
    left[Symbol.dispose]();
    watch("came");
    patient.state = "dead";
    // The old question fails after 1000 ms more, and counts for nobody.
    await pass(1200);
    assert.deepEqual([patient.asked, lost], [2, []]);
    await pass(50);
    assert.deepEqual(lost, ["came: connect ECONNREFUSED"]);
  });

  it("watches for those who come after a loss, as if nothing had been", async () => {
    patient.state = "dead";
    const first = watch("first");
    await pass(1250);
    assert.equal(lost.length, 1);
    using _late = watch("late");
    // Whoever was told may let go whenever they like.
    first[Symbol.dispose]();
    await pass(1000);
    assert.deepEqual([patient.asked, lost.length], [3, 1]);
    patient.state = "well";
    await pass(5000);
    assert.equal(lost.length, 1);
    patient.state = "dead";
    await pass(2000);
    assert.deepEqual(lost.slice(1), ["late: connect ECONNREFUSED"]);
  });
});

function returnThis<T>(this: T): T {
  return this;
}
