import assert from "node:assert/strict";
import { Feed } from "../../../../src/vscode/terminal/feed.ts";
import { gather } from "../../gather.ts";

describe("Feed", () => {
  it("hands on all that comes, in its order, before and after somebody reads", async () => {
    const feed = new Feed<number>("all");
    feed.push(1);
    feed.push(2);
    const gathered = gather(feed);
    await Promise.resolve();
    feed.push(3);
    feed.end();
    feed.push(4);
    assert.deepEqual(await gathered, [1, 2, 3]);
  });

  it("hands on only the latest where no other matters", async () => {
    const feed = new Feed<number>("latest");
    const values = feed[Symbol.asyncIterator]();
    feed.push(1);
    feed.push(2);
    assert.equal((await values.next()).value, 2);
    const next = values.next();
    feed.push(3);
    assert.equal((await next).value, 3);
    feed.push(4);
    feed.end();
    assert.deepEqual(await gather({ [Symbol.asyncIterator]: () => values }), [4]);
  });

  it("ends for somebody who waits", async () => {
    const feed = new Feed<number>("all");
    const gathered = gather(feed);
    await Promise.resolve();
    feed.end();
    assert.deepEqual(await gathered, []);
  });
});
