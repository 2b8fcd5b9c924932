import assert from "node:assert/strict";
import { bytesOfOnly, type LayeredImage } from "../../../src/container/imageLayers.ts";

const image = (id: string, layers: string, ...history: number[]): LayeredImage => ({
  id,
  layers: layers.split(""),
  history,
  sizeBytes: history.reduce((sum, bytes) => sum + bytes, 0),
});

describe("bytesOfOnly", () => {
  const cases: readonly [title: string, own: LayeredImage[], others: LayeredImage[], bytes: number][] = [
    ["counts nothing where there is nothing", [], [], 0],
    ["counts all of an image that shares nothing", [image("a", "xy", 1, 2)], [image("b", "z", 4)], 3],
    ["counts none of an image that others have whole", [image("a", "xy", 1, 2)], [image("b", "xy", 1, 2)], 0],
    ["counts what lies on what others have", [image("a", "xyz", 1, 2, 4)], [image("b", "xy", 1, 2)], 4],
    ["counts nothing of what others have lying on it", [image("a", "x", 1)], [image("b", "xy", 1, 2)], 0],
    ["counts once what its images share", [image("a", "xy", 1, 2), image("b", "xz", 1, 4)], [], 7],
    ["takes the same layer on another for another", [image("a", "xy", 1, 2)], [image("b", "zy", 4, 2)], 3],
    ["passes over steps that made no layer", [image("a", "xy", 0, 1, 0, 0, 2)], [image("b", "x", 0, 1)], 2],
    ["counts by the whole where no history is told", [{ ...image("a", "xy"), sizeBytes: 8 }], [], 8],
  ];
  for (const [title, own, others, bytes] of cases) {
    it(title, () => assert.equal(bytesOfOnly(own, others), bytes));
  }
});
