import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { Queue, type QueueBounds, type Turn } from "../../../src/run/queue.ts";

/** A run that waits for its turn, takes at once what it is told, and keeps it. */
class Visitor {
  readonly told: number[] = [];
  readonly stop = new AbortController();
  readonly turn: Turn;
  goesOn = false;

  constructor(queue: Queue) {
    this.turn = queue.enter();
    void this.#wait();
  }

  async #wait(): Promise<void> {
    for await (const ahead of this.turn.wait(this.stop.signal)) this.told.push(ahead);
    this.goesOn = !this.stop.signal.aborted;
  }

  leave(): void {
    this.turn[Symbol.dispose]();
  }
}

function visit(queue: Queue, count: number): Visitor[] {
  return Array.from({ length: count }, () => new Visitor(queue));
}

const goesOn = (visitors: readonly Visitor[]): boolean[] => visitors.map((visitor) => visitor.goesOn);
const told = (visitors: readonly Visitor[]): number[][] => visitors.map((visitor) => visitor.told);

describe("A queue", () => {
  it("lets as many go on as may, without telling them to wait", async () => {
    const visitors = visit(new Queue({ concurrency: 2, queue: 0 }), 2);
    await setImmediate();
    assert.deepEqual(
      [goesOn(visitors), told(visitors)],
      [
        [true, true],
        [[], []],
      ],
    );
  });

  it("lets the first of those that wait go on when one leaves, and tells the others that they move up", async () => {
    const visitors = visit(new Queue({ concurrency: 1, queue: 3 }), 4);
    await setImmediate();
    assert.deepEqual(told(visitors), [[], [0], [1], [2]]);
    visitors[0]?.leave();
    await setImmediate();
    assert.deepEqual(goesOn(visitors.slice(1)), [true, false, false]);
    assert.deepEqual(told(visitors), [[], [0], [1, 0], [2, 1]]);
  });

  it("tells no more than where it stands now to one that is slow to ask", async () => {
    const queue = new Queue({ concurrency: 1, queue: 9 });
    const [first, second, third] = visit(queue, 3);
    const slow = queue.enter().wait(new AbortController().signal);
    assert.deepEqual(await slow.next(), { done: false, value: 2 });
    first?.leave();
    second?.leave();
    assert.deepEqual(await slow.next(), { done: false, value: 0 });
    third?.leave();
    assert.deepEqual(await slow.next(), { done: true, value: undefined });
  });

  it("refuses whoever comes when all places are taken, and takes the next again when one has left", () => {
    const queue = new Queue({ concurrency: 1, queue: 1 });
    const turns = [queue.enter(), queue.enter()];
    const refusal = {
      code: "busy",
      message: "As many runs as may go on (1) and wait (1) do so already.",
      hint: /larger concurrency or queue/,
    };
    assert.throws(() => queue.enter(), refusal);
    turns[1]?.[Symbol.dispose]();
    queue.enter();
    assert.throws(() => queue.enter(), refusal);
    turns[0]?.[Symbol.dispose]();
    queue.enter();
    assert.throws(() => queue.enter(), refusal);
  });

  it("frees the place of one that is stopped while it waits, and lets it wait no longer", async () => {
    const visitors = visit(new Queue({ concurrency: 1, queue: 2 }), 3);
    await setImmediate();
    visitors[1]?.stop.abort();
    await setImmediate();
    assert.deepEqual(told(visitors), [[], [0], [1, 0]]);
    visitors[0]?.leave();
    await setImmediate();
    assert.deepEqual(goesOn(visitors), [true, false, true]);
  });

  it("frees the place of one that is stopped, though nobody takes what it is told", async () => {
    const queue = new Queue({ concurrency: 1, queue: 1 });
    const first = queue.enter();
    const stop = new AbortController();
    await queue.enter().wait(stop.signal).next();
    stop.abort();
    const third = new Visitor(queue);
    first[Symbol.dispose]();
    await setImmediate();
    assert.equal(third.goesOn, true);
  });

  it("frees the place of one whose turn came and that is stopped before it knows", async () => {
    const queue = new Queue({ concurrency: 1, queue: 2 });
    const first = queue.enter();
    const stop = new AbortController();
    await queue.enter().wait(stop.signal).next();
    const third = new Visitor(queue);
    first[Symbol.dispose]();
    stop.abort();
    await setImmediate();
    assert.equal(third.goesOn, true);
  });

  it("takes no stopped one for a turn", async () => {
    const queue = new Queue({ concurrency: 1, queue: 0 });
    const turn = queue.enter();
    assert.deepEqual(await turn.wait(AbortSignal.abort()).next(), { done: true, value: undefined });
    queue.enter();
  });

  it("makes room once for one that leaves twice", () => {
    const queue = new Queue({ concurrency: 1, queue: 1 });
    const turn = queue.enter();
    queue.enter();
    turn[Symbol.dispose]();
    turn[Symbol.dispose]();
    queue.enter();
    assert.throws(() => queue.enter(), { code: "busy" });
  });

  it("listens to a signal only while its run waits", async () => {
    const queue = new Queue({ concurrency: 1, queue: 2 });
    const first = queue.enter();
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, "abort").length;
    const [second, third] = [queue.enter().wait(signal), queue.enter().wait(signal)];
    await second.next();
    await third.next();
    assert.equal(listeners(), 2);
    await third.return();
    first[Symbol.dispose]();
    await second.next();
    assert.equal(listeners(), 0);
  });

  it("keeps the order and its bounds, whatever comes and goes", async () => {
    const bounds = fc.record({ concurrency: fc.integer({ min: 1, max: 3 }), queue: fc.nat(4) });
    const steps = fc.array(fc.oneof(fc.constant("enter" as const), fc.nat(9)), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(bounds, steps, async ({ concurrency, queue: places }, moves) => {
        const queue = new Queue({ concurrency, queue: places });
        const present: Visitor[] = [];
        for (const move of moves) {
          if (move !== "enter") present.splice(move, 1)[0]?.leave();
          else if (present.length < concurrency + places) present.push(new Visitor(queue));
          else assert.throws(() => queue.enter(), { code: "busy" });
          await setImmediate();
          const going = present.slice(0, concurrency);
          const waiting = present.slice(concurrency);
          assert.ok(goesOn(going).every(Boolean));
          assert.ok(!goesOn(waiting).some(Boolean));
          assert.deepEqual(
            waiting.map((visitor) => visitor.told.at(-1)),
            waiting.map((_, ahead) => ahead),
          );
        }
      }),
    );
  });

  const bad: readonly (readonly [bounds: Partial<Record<keyof QueueBounds, unknown>>, message: string])[] = [
    [{ concurrency: 0 }, "The runner's concurrency can't be 0."],
    [{ concurrency: -1 }, "The runner's concurrency can't be -1."],
    [{ concurrency: 1.5 }, "The runner's concurrency can't be 1.5."],
    [{ concurrency: Number.NaN }, "The runner's concurrency can't be NaN."],
    [{ concurrency: Infinity }, "The runner's concurrency can't be Infinity."],
    [{ concurrency: null }, "The runner's concurrency can't be null."],
    [{ concurrency: "2" }, "The runner's concurrency can't be 2."],
    [{ queue: -1 }, "The runner's queue can't be -1."],
    [{ queue: 0.5 }, "The runner's queue can't be 0.5."],
    [{ queue: Infinity }, "The runner's queue can't be Infinity."],
  ];
  for (const [bounds, message] of bad) {
    it(`can't be made with ${Object.entries(bounds).join()}`, () => {
      const all = { concurrency: 1, queue: 0, ...bounds };
      assert.throws(() => Reflect.construct(Queue, [all]), { code: "bad-request", message });
    });
  }
});
