import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { Stops } from "../../../src/run/stop.ts";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("The stop of a run", () => {
  it("is asked for by the caller's signal", () => {
    const caller = new AbortController();
    using stop = new Stops().open(caller.signal);
    assert.deepEqual([stop.reason, stop.signal.aborted], [undefined, false]);
    caller.abort();
    assert.deepEqual([stop.reason, stop.signal.aborted], ["cancelled", true]);
  });

  it("is there at once where the caller's signal was aborted before", () => {
    using stop = new Stops().open(AbortSignal.abort());
    assert.deepEqual([stop.reason, stop.signal.aborted], ["cancelled", true]);
  });

  it("has the first reason that there was", () => {
    const caller = new AbortController();
    const stops = new Stops();
    using first = stops.open(caller.signal);
    using second = stops.open(caller.signal);
    first.request("output-limit");
    caller.abort();
    second.request("output-limit");
    assert.deepEqual([first.reason, second.reason], ["output-limit", "cancelled"]);
  });

  it("is not heard of by the caller's signal, or by other runs", () => {
    const caller = new AbortController();
    const stops = new Stops();
    using first = stops.open(caller.signal);
    using second = stops.open(caller.signal);
    first.request("output-limit");
    assert.deepEqual([caller.signal.aborted, second.signal.aborted], [false, false]);
  });
});

describe("The stops of a runner", () => {
  it("listen once to a signal that many runs share, until the last of them has ended", () => {
    const stops = new Stops();
    const { signal } = new AbortController();
    const open = Array.from({ length: 20 }, () => stops.open(signal));
    const other = stops.open(new AbortController().signal);
    for (const stop of open) {
      assert.equal(listeners(signal), 1);
      stop[Symbol.dispose]();
      stop[Symbol.dispose]();
    }
    assert.equal(listeners(signal), 0);
    using again = stops.open(signal);
    assert.deepEqual([listeners(signal), again.reason, other.reason], [1, undefined, undefined]);
  });

  it("leave a run that has ended alone", () => {
    const stops = new Stops();
    const caller = new AbortController();
    const ended = [stops.open(caller.signal), stops.open(undefined)];
    for (const stop of ended) stop[Symbol.dispose]();
    stops.close();
    caller.abort();
    assert.deepEqual(
      ended.map(({ reason }) => reason),
      [undefined, undefined],
    );
  });

  it("end all runs when they are closed, and all that come later", () => {
    const stops = new Stops();
    using withSignal = stops.open(new AbortController().signal);
    using without = stops.open(undefined);
    stops.close();
    using late = stops.open(undefined);
    assert.deepEqual([withSignal.reason, without.reason, late.reason], ["cancelled", "cancelled", "cancelled"]);
  });
});
