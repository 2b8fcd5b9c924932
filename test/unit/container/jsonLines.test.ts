import assert from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import { readJsonLines } from "../../../src/container/jsonLines.ts";
import { gather } from "../gather.ts";

function streamOf(...chunks: readonly (string | Uint8Array)[]): Readable {
  return Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
}

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  return gather(readJsonLines(streamOf(...chunks)));
}

describe("readJsonLines", () => {
  it("gives the same values, wherever the stream is cut: inside characters too", async () => {
    const cut = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" })), cut, async (texts, lengths) => {
        const bytes = Buffer.from(texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const length = lengths[turn % lengths.length] ?? 1;
          chunks.push(bytes.subarray(at, at + length));
          at += length;
        }
        assert.deepEqual(
          await read(...chunks),
          texts.map((text) => ({ text })),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("doesn't mind blank lines, carriage returns and a missing last line end", async () => {
    assert.deepEqual(await read('\n\r\n{"a":1}\r\n \n{"b":2}'), [{ a: 1 }, { b: 2 }]);
  });

  it("gives nothing for an empty stream", async () => {
    assert.deepEqual(await read(), []);
  });

  it("quotes the beginning of a line that isn't JSON", async () => {
    const page = `<html><body>Proxy error ${"x".repeat(500)}`;
    await assert.rejects(read('{"status":"ok"}\n', page), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      assert.match(error.message, /^The engine's answer isn't JSON: "<html><body>Proxy error x+"\.$/);
      assert.ok(error.message.length < 300);
      return true;
    });
  });

  it("yields what came before a broken line", async () => {
    const values = readJsonLines(streamOf('{"status":"ok"}\nnonsense\n'));
    assert.deepEqual(await values.next(), { value: { status: "ok" }, done: false });
    await assert.rejects(values.next(), SyntaxError);
  });

  it("gives up on a line without an end before it has eaten the memory", async () => {
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += 1;
          yield Buffer.alloc(64 * 1024, "x");
        }
      })(),
      { objectMode: false },
    );
    await assert.rejects(gather(readJsonLines(endless)), {
      name: "SyntaxError",
      message: "The engine's answer has a line without an end.",
    });
    assert.ok(sent < 40, `it took ${sent} chunks`);
    assert.ok(endless.destroyed);
  });

  it("passes on the error that broke the stream", async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error("reset")) });
    await assert.rejects(gather(readJsonLines(broken)), { message: "reset" });
  });
});
