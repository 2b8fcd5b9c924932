import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { json, text } from "node:stream/consumers";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { Engine } from "../../../src/container/engine.ts";
import { EngineRefusal } from "../../../src/container/engineCall.ts";
import { lockDown } from "../../../src/container/lockdown.ts";
import { FakeClock } from "../fakeClock.ts";
import { gather } from "../gather.ts";
import { FakeEngineServer, PING_HEADERS } from "./fakeEngineServer.ts";

const OPTIONS = lockDown(
  {
    image: "python:3.14-alpine",
    pull: "never",
    limits: { timeoutMs: 1000, memoryBytes: 2 ** 27, cpus: 1, cpuShares: 1024, processes: 64, diskBytes: 2 ** 26 },
    network: "none",
    isolation: "default",
    readOnlyRoot: true,
    environment: {},
    terminal: false,
  },
  { uid: 10_000, labels: {} },
);

/** Answers each call with this status and, unless it is a success without words, these words. */
function answering(status: number, message = "in the engine's words"): RequestListener {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? undefined : JSON.stringify({ message }));
  };
}

/** Runs a test with an engine that answers as it says. */
async function withEngine<T>(answer: RequestListener, test: (engine: Engine) => Promise<T>): Promise<T> {
  await using server = await FakeEngineServer.well(answer);
  return await test(await Engine.connect({ socketPath: server.socketPath }));
}

describe("Engine.create", () => {
  it("sends the name in the address, and what is asked for only in the body", async () => {
    const asked: unknown[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      asked.push(request.url, await json(request));
      response.writeHead(201, { "content-type": "application/json" }).end('{"Id":"1"}');
    };
    await withEngine(
      (request, response) => void answer(request, response),
      (engine) => engine.create("a-name", OPTIONS),
    );
    assert.deepEqual(asked, ["/containers/create?name=a-name", OPTIONS]);
  });

  it("tells what of it the engine can't do, so much of that as can be read", async () => {
    const Warnings = ["No swap limit.", "x".repeat(10_000), ...Array.from({ length: 100 }, String)];
    const answer: RequestListener = (_, response) => void response.writeHead(201).end(JSON.stringify({ Warnings }));
    const told = await withEngine(answer, (engine) => engine.create("a-name", OPTIONS));
    assert.deepEqual([told[0], told[1]?.length, told.length], ["No swap limit.", 4000, 20]);
  });

  it("throws the engine's refusal in its own words", async () => {
    await withEngine(answering(404, "No such image: python:3.14-alpine"), async (engine) => {
      await assert.rejects(engine.create("a-name", OPTIONS), (error) => {
        assert.ok(error instanceof EngineRefusal);
        assert.deepEqual([error.status, error.message], [404, "No such image: python:3.14-alpine"]);
        return true;
      });
    });
  });
});

describe("Engine.attachTerminal", () => {
  it("hands over the connection with what came at once, and asks for detach keys that nobody types", async () => {
    const asked: unknown[] = [];
    const server = createServer((_, response) => void response.writeHead(200, PING_HEADERS).end("OK"));
    server.on("upgrade", ({ url }: IncomingMessage, socket: Duplex) => {
      asked.push(url);
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst ");
      socket.pipe(socket);
    });
    await using engineServer = await FakeEngineServer.start(server);
    const engine = await Engine.connect({ socketPath: engineServer.socketPath });
    const stream = await engine.attachTerminal("a-name");
    stream.end("echo");
    assert.equal(await text(stream), "first echo");
    const keys = "detachKeys=%ff,%b1,%ff,%b1,%ff,%b1,%ff,%b1";
    assert.deepEqual(asked, [`/containers/a-name/attach?stream=true&stdin=true&stdout=true&stderr=true&${keys}`]);
  });

  it("throws the engine's refusal in its own words", async () => {
    await withEngine(answering(409), async (engine) => {
      const refusal = { name: "EngineRefusal", message: "in the engine's words", status: 409 };
      await assert.rejects(engine.attachTerminal("a-name"), refusal);
    });
  });
});

describe("Engine.resize", () => {
  it("tells height and width as they are", async () => {
    const asked: unknown[] = [];
    await withEngine(
      ({ method, url }, response) => {
        asked.push(method, url);
        response.writeHead(200).end();
      },
      (engine) => engine.resize("a-name", { columns: 132, rows: 43 }),
    );
    assert.deepEqual(asked, ["POST", "/containers/a-name/resize?h=43&w=132"]);
  });
});

describe("Engine.remove", () => {
  const remove = (status: number): Promise<boolean> =>
    withEngine(answering(status), (engine) => engine.remove("a-name"));

  it("says whether there was one", async () => {
    assert.equal(await remove(204), true);
    assert.equal(await remove(404), false);
  });

  it("takes one that is going for one that was there", async () => assert.equal(await remove(409), true));

  it("throws any other refusal", async () => {
    await assert.rejects(remove(500), { name: "EngineRefusal", message: "in the engine's words", status: 500 });
  });
});

describe("Engine.imageId", () => {
  it("says which image it is, none where it isn't there, and throws any other refusal", async () => {
    const answer =
      (status: number): RequestListener =>
      (_, response) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ Id: "sha256:1f" }));
      };
    const ask = <T>(status: number, call: (engine: Engine) => Promise<T>): Promise<T> =>
      withEngine(answer(status), call);
    const id = (engine: Engine): Promise<string | undefined> => engine.imageId("python:3.14-alpine");
    assert.deepEqual([await ask(200, id), await ask(404, id)], ["sha256:1f", undefined]);
    await assert.rejects(ask(500, id), { name: "EngineRefusal" });
  });
});

describe("Engine.platformOf", () => {
  it("tells what the image is made for", async () => {
    const facts = { Os: "linux", Architecture: "arm64" };
    const answer: RequestListener = (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(facts));
    };
    assert.equal(await withEngine(answer, (engine) => engine.platformOf("an-image")), "linux/arm64");
  });
});

describe("Engine.watch", () => {
  const event = (action: string, attributes: Record<string, string> = {}): string =>
    `${JSON.stringify({ Action: action, Actor: { Attributes: attributes } })}\n`;

  it("tells how the container ended, and whether memory ran out before", async () => {
    for (const outOfMemory of [false, true]) {
      const answer: RequestListener = (_, response) => {
        if (outOfMemory) response.write(event("oom"));
        response.write(event("die", { exitCode: "137" }));
      };
      await withEngine(answer, async (engine) => {
        using watch = await engine.watch("a-name");
        assert.deepEqual(await watch.exit, { status: 137, outOfMemory });
      });
    }
  });

  it("rejects where the engine stops talking", async () => {
    const answer: RequestListener = (_, response) => {
      response.flushHeaders();
      setTimeout(() => response.end(), 20);
    };
    await withEngine(answer, async (engine) => {
      using watch = await engine.watch("a-name");
      await assert.rejects(watch.exit, { message: "The engine stopped telling what happens." });
    });
  });

  it("goes on listening for as long as the container runs", async () => {
    using clock = new FakeClock();
    let tell: (() => void) | undefined;
    const answer: RequestListener = (_, response) => {
      response.flushHeaders();
      tell = () => void response.write(event("die", { exitCode: "0" }));
    };
    await withEngine(answer, async (engine) => {
      using watch = await engine.watch("a-name");
      clock.pass(86_400_000);
      tell?.();
      assert.deepEqual(await watch.exit, { status: 0, outOfMemory: false });
    });
  });
});

describe("An engine that doesn't answer a call", () => {
  const calls: readonly (readonly [what: string, call: (engine: Engine) => Promise<unknown>])[] = [
    ["create the container", (engine) => engine.create("a-name", OPTIONS)],
    ["attach to the container", (engine) => engine.attach("a-name")],
    ["attach to the container", (engine) => engine.attachTerminal("a-name")],
    ["resize the terminal", (engine) => engine.resize("a-name", { columns: 80, rows: 24 })],
    ["tell what happens", (engine) => engine.watch("a-name")],
    ["start the container", (engine) => engine.start("a-name")],
    ["end the container", (engine) => engine.kill("a-name")],
    ["make a process", (engine) => engine.execute("a-name", ["true"])],
    ["remove the container", (engine) => engine.remove("a-name")],
    ["list its containers", (engine) => engine.list("a-label")],
    ["look for the image", (engine) => engine.imageId("an-image")],
    ["look at the image", (engine) => engine.platformOf("an-image")],
  ];
  for (const [what, call] of calls) {
    it(`is not waited for longer than half a minute: to ${what}`, async () => {
      using clock = new FakeClock();
      const asked: unknown[] = [];
      await withEngine(
        ({ url }) => void asked.push(url),
        async (engine) => {
          const answer = assert.rejects(call(engine), { message: `it did not ${what} within 30 s` });
          while (asked.length === 0) await setImmediate();
          clock.pass(30_000);
          const late = wait(2000, "late", { ref: false });
          assert.notEqual(await Promise.race([answer, late]), "late");
        },
      );
    });
  }
});

describe("Engine.pull", () => {
  it("breaks off with the reason of the abort, also in the middle of an answer", async () => {
    const answer: RequestListener = (_, response) => void response.write('{"status":"Pulling"}\n');
    await withEngine(answer, async (engine) => {
      const abort = new AbortController();
      const lines = engine.pull("python:3.14-alpine", abort.signal);
      assert.deepEqual((await lines.next()).value, { status: "Pulling" });
      abort.abort(new Error("nothing came for 60 s"));
      await assert.rejects(gather(lines), { message: "nothing came for 60 s" });
    });
  });

  it("throws the engine's refusal in its own words", async () => {
    await withEngine(answering(404, "manifest unknown"), async (engine) => {
      const lines = engine.pull("python:3.14-alpine", new AbortController().signal);
      await assert.rejects(gather(lines), { name: "EngineRefusal", message: "manifest unknown" });
    });
  });
});
