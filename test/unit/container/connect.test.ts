import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { mock } from "node:test";
import { connectToEngine, findEngine } from "../../../src/container/connect.ts";
import { findEndpoints, type Surroundings } from "../../../src/container/endpoint.ts";
import { Engine } from "../../../src/container/engine.ts";
import { RunFailure } from "../../../src/run/failure.ts";
import { TemporaryFolder } from "../temporaryFolder.ts";
import { FakeEngineServer } from "./fakeEngineServer.ts";

function surroundings(socketPath: string): Surroundings {
  return {
    environment: { DOCKER_HOST: `unix://${socketPath}` },
    home: "/home/ada",
    platform: "linux",
    uid: 1000,
    addresses: () => [],
    read: () => Promise.reject(new Error("ENOENT")),
  };
}

async function failureAt(socketPath: string): Promise<RunFailure> {
  try {
    await connectToEngine(surroundings(socketPath));
  } catch (error) {
    assert.ok(error instanceof RunFailure);
    assert.equal(error.code, "engine-unavailable");
    assert.equal(error.message, "No Docker engine answers.");
    assert.deepEqual(
      error.tried.map(({ what }) => what),
      [`DOCKER_HOST (unix://${socketPath})`],
    );
    return error;
  }
  return assert.fail("it connected");
}

describe("connectToEngine", () => {
  it("connects to an engine that answers", async () => {
    await using server = await FakeEngineServer.well();
    assert.ok((await connectToEngine(surroundings(server.socketPath))) instanceof Engine);
  });

  it("ignores what the process's own environment says, once it has been told where the engine is", async () => {
    await using server = await FakeEngineServer.well();
    const before = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = "tcp://127.0.0.1:1";
    try {
      assert.ok((await connectToEngine(surroundings(server.socketPath))) instanceof Engine);
    } finally {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = before;
    }
  });

  it("says that there is no socket", async () => {
    using folder = new TemporaryFolder();
    const failure = await failureAt(join(folder.path, "docker.sock"));
    assert.equal(failure.tried[0]?.why, "there is no such socket");
    assert.match(failure.hint, /sudo systemctl start docker/);
    assert.match(failure.hint, /leave out --container\.$/);
  });

  it("says that nothing listens on a socket that was left behind", async () => {
    using folder = new TemporaryFolder();
    const socketPath = join(folder.path, "docker.sock");
    writeFileSync(socketPath, "");
    assert.equal((await failureAt(socketPath)).tried[0]?.why, "nothing listens there");
  });

  it("says that a server did not answer in time", async () => {
    await using server = await FakeEngineServer.start(createServer());
    const { mock: impatience } = mock.method(AbortSignal, "timeout", () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new DOMException("", "TimeoutError")), 50);
      return abort.signal;
    });
    try {
      assert.equal((await failureAt(server.socketPath)).tried[0]?.why, "it did not answer within 3 s");
    } finally {
      impatience.restore();
    }
  });

  it("says that a server speaks something else", async () => {
    await using server = await FakeEngineServer.start(createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")));
    assert.equal(
      (await failureAt(server.socketPath)).tried[0]?.why,
      "something answers there, but it doesn't speak the engine's protocol",
    );
  });

  it("says that a server hung up", async () => {
    await using server = await FakeEngineServer.start(createServer((socket) => void socket.destroy()));
    assert.equal((await failureAt(server.socketPath)).tried[0]?.why, "it broke the connection off");
  });

  it("tells the words with which an engine refuses", async () => {
    await using server = await FakeEngineServer.http((_, response) => {
      response.writeHead(500, { "content-type": "application/json" }).end('{"message":"the engine is starting"}');
    });
    assert.equal((await failureAt(server.socketPath)).tried[0]?.why, "the engine is starting");
  });

  it("says that something else answers", async () => {
    await using server = await FakeEngineServer.http((_, response) => void response.end("<html>"));
    const [attempt] = (await failureAt(server.socketPath)).tried;
    assert.equal(attempt?.why, "something answers there, but it isn't a Docker engine (HTTP 200)");
  });

  it("tells what could not even be tried", async () => {
    const lost: Surroundings = { ...surroundings(""), environment: { DOCKER_CONTEXT: "gone" }, platform: "darwin" };
    await assert.rejects(connectToEngine(lost), (error: RunFailure) => {
      assert.deepEqual(
        error.tried.map(({ what }) => what),
        ['the Docker context "gone"'],
      );
      assert.match(error.hint, /^Start Docker Desktop/);
      return true;
    });
  });

  describe("with an engine that somebody named", () => {
    const elsewhere = surroundings("/nowhere/docker.sock");

    it("connects to that one, whatever DOCKER_HOST says", async () => {
      await using server = await FakeEngineServer.well();
      const named = { host: `unix://${server.socketPath}`, from: "the setting of the test" };
      assert.ok((await connectToEngine(elsewhere, named)) instanceof Engine);
    });

    it("tries no other where it doesn't answer, and names who named it", async () => {
      await using server = await FakeEngineServer.well();
      const named = { host: "unix:///nowhere/named.sock", from: "the setting of the test" };
      await assert.rejects(connectToEngine(surroundings(server.socketPath), named), (error: RunFailure) => {
        assert.deepEqual(
          [error.code, error.message, error.tried],
          [
            "engine-unavailable",
            "No Docker engine answers.",
            [{ what: "the setting of the test (unix:///nowhere/named.sock)", why: "there is no such socket" }],
          ],
        );
        return true;
      });
    });

    it("says what is wrong with its address, and who is to correct it", async () => {
      await using server = await FakeEngineServer.well();
      const named = { host: "ftp://engine.example", from: "the setting of the test" };
      await assert.rejects(connectToEngine(surroundings(server.socketPath), named), {
        code: "engine-unavailable",
        message: `The address of the engine can't be "ftp://engine.example": "ftp://" isn't an engine's address.`,
        hint: "Correct the setting of the test: an address is like unix:///var/run/docker.sock or tcp://127.0.0.1:2375.",
        tried: [{ what: "the setting of the test (ftp://engine.example)", why: `"ftp://" isn't an engine's address` }],
      });
    });
  });

  describe("where nobody named an engine", () => {
    const nobody: Surroundings = { ...surroundings(""), environment: { XDG_RUNTIME_DIR: "/runtime" } };
    const failing =
      (code: string): (() => Promise<never>) =>
      () =>
        Promise.reject(Object.assign(new Error(`connect ${code}`), { code }));

    afterEach(() => mock.restoreAll());

    it("tells every usual way that it tried, in their order, and why each failed", async () => {
      mock.method(Engine, "connect", failing("ECONNREFUSED")).mock.mockImplementationOnce(failing("ENOENT"));
      await assert.rejects(connectToEngine(nobody), ({ tried }: RunFailure) => {
        assert.deepEqual(tried.slice(0, 2), [
          { what: "/var/run/docker.sock", why: "there is no such socket" },
          { what: "/home/ada/.docker/run/docker.sock", why: "nothing listens there" },
        ]);
        assert.equal(tried.length, 10);
        return true;
      });
    });

    it("says how to be let in where one is there that this user may not use", async () => {
      mock.method(Engine, "connect", failing("ENOENT")).mock.mockImplementationOnce(failing("EACCES"));
      await assert.rejects(connectToEngine(nobody), ({ tried, hint }: RunFailure) => {
        assert.equal(tried[0]?.why, "this user may not use it");
        assert.match(hint, /sudo usermod -aG docker \$USER/);
        return true;
      });
    });
  });
});

describe("findEngine", () => {
  const signal = new AbortController().signal;

  it("tells where the engine is, and why it was found on no other way", async () => {
    await using server = await FakeEngineServer.well();
    assert.deepEqual(await findEngine(surroundings(server.socketPath), undefined, signal), {
      endpoint: { socketPath: server.socketPath },
      source: `DOCKER_HOST (unix://${server.socketPath})`,
      otherWays: [
        { what: "DOCKER_CONTEXT", why: "it isn't set" },
        { what: "Docker's current context", why: "none is chosen" },
        { what: "the usual sockets", why: "DOCKER_HOST comes first" },
      ],
    });
  });

  it("tells which of the usual sockets didn't answer", async () => {
    await using server = await FakeEngineServer.well();
    const home = dirname(server.socketPath);
    mkdirSync(join(home, ".rd"));
    symlinkSync(server.socketPath, join(home, ".rd/docker.sock"));
    const unnamed: Surroundings = { ...surroundings(""), environment: {}, home, uid: undefined };
    const { source, otherWays } = await findEngine(unnamed, undefined, signal);
    const sockets = (await findEndpoints(unnamed)).candidates.map((candidate) => candidate.source);
    // Where the machine has an engine of its own, that comes first.
    const before = sockets.slice(0, sockets.indexOf(source));
    assert.deepEqual(
      otherWays.slice(3).map(({ what }) => what),
      [...before, "the other usual sockets"],
    );
    assert.deepEqual(otherWays.at(-1)?.why, `${source} answered before them`);
  });

  it("throws the signal's reason, and doesn't go on to the next socket", async () => {
    const abort = new AbortController();
    await using server = await FakeEngineServer.start(createServer(() => abort.abort(new Error("enough"))));
    await assert.rejects(findEngine(surroundings(server.socketPath), undefined, abort.signal), /^Error: enough$/);
  });
});
