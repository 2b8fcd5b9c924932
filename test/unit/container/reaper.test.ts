import assert from "node:assert/strict";
import { expiryLabel, removeExpired } from "../../../src/container/reaper.ts";

const now = (): number => Math.floor(Date.now() / 1000);

/** An engine with some containers that says which of them were removed. */
class FakeEngine {
  readonly removed: string[] = [];
  readonly #expiries: Readonly<Record<string, string>>;

  constructor(expiries: Readonly<Record<string, string>>) {
    this.#expiries = expiries;
  }

  async list(label: string) {
    return Object.entries(this.#expiries).map(([id, value]) => ({ id, labels: { [label]: value } }));
  }

  async remove(id: string): Promise<boolean> {
    this.removed.push(id);
    return true;
  }
}

describe("removeExpired", () => {
  it("removes the containers whose time is over, and no others", async () => {
    const engine = new FakeEngine({ over: String(now() - 1), going: String(now() + 60), odd: "tomorrow" });
    await removeExpired(engine);
    assert.deepEqual(engine.removed, ["over"]);
  });

  it("leaves a container alone for as long as its program may run, and a minute more", () => {
    const least = now() + 90;
    const [expires = 0] = Object.values(expiryLabel(30_000)).map(Number);
    assert.ok(expires >= least && expires <= now() + 91);
  });
});
