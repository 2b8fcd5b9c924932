import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { createServer } from "node:net";
import { ping } from "../../../src/container/ping.ts";
import { FakeEngineServer, PING_HEADERS } from "./fakeEngineServer.ts";

const never = new AbortController().signal;

/** What a ping of a server that answers like this throws; nothing where it is content. */
async function complaintAbout(status: number, headers: OutgoingHttpHeaders, body: string): Promise<string | undefined> {
  await using server = await FakeEngineServer.http((_, response) => void response.writeHead(status, headers).end(body));
  return await ping({ socketPath: server.socketPath }, never).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

describe("ping", () => {
  it("is content with an engine that is well and new enough", async () => {
    for (const version of ["1.41", "1.47", "1.100", "2.0"])
      assert.equal(await complaintAbout(200, { ...PING_HEADERS, "api-version": version }, "OK"), undefined, version);
    assert.equal(await complaintAbout(200, { "api-version": "1.41" }, ""), undefined);
  });

  it("asks for /_ping, and lets go of the connection", async () => {
    const asked: [method: string | undefined, url: string | undefined, IncomingHttpHeaders["connection"]][] = [];
    await using server = await FakeEngineServer.http(({ method, url, headers }, response) => {
      asked.push([method, url, headers.connection]);
      response.writeHead(200, PING_HEADERS).end("OK");
    });
    await ping({ socketPath: server.socketPath }, never);
    assert.deepEqual(asked, [["GET", "/_ping", "close"]]);
  });

  it("is content as soon as the headers are there, whatever becomes of the rest", async () => {
    await using server = await FakeEngineServer.http((request, response) => {
      response.writeHead(200, { ...PING_HEADERS, "content-length": 1000 }).write("O", () => request.socket.destroy());
    });
    await ping({ socketPath: server.socketPath }, never);
  });

  const stranger = "something answers there, but it isn't a Docker engine";
  const cases: readonly (readonly [
    what: string,
    status: number,
    headers: OutgoingHttpHeaders,
    body: string,
    complaint: string,
  ])[] = [
    [
      "an engine that is too old",
      200,
      { ...PING_HEADERS, "api-version": "1.40" },
      "OK",
      "its API is 1.40; 1.41 (Docker 20.10) or newer is needed",
    ],
    [
      "one that is far too old",
      200,
      { ...PING_HEADERS, "api-version": "0.99" },
      "OK",
      "its API is 0.99; 1.41 (Docker 20.10) or newer is needed",
    ],
    [
      "an engine for Windows containers",
      200,
      { ...PING_HEADERS, ostype: "windows" },
      "OK",
      "it runs Windows containers: switch it to Linux containers",
    ],
    ["an engine that isn't well", 500, PING_HEADERS, '{"message":"the engine is starting"}', "the engine is starting"],
    ["an error that says nothing", 502, {}, "Bad gateway", `${stranger} (HTTP 502)`],
    ["an error in JSON that isn't an engine's", 503, {}, '{"error":"no"}', `${stranger} (HTTP 503)`],
    ["a web page", 200, { "content-type": "text/html" }, "<html>", `${stranger} (HTTP 200)`],
    ["a redirection", 301, { location: "/" }, "", `${stranger} (HTTP 301)`],
    [
      "a server that wants TLS",
      400,
      {},
      "Client sent an HTTP request to an HTTPS server.\n",
      `${stranger} (HTTP 400), or one that wants TLS`,
    ],
  ];
  for (const [what, status, headers, body, complaint] of cases) {
    it(`says of ${what}: ${complaint}`, async () => {
      assert.equal(await complaintAbout(status, headers, body), complaint);
    });
  }

  it("throws what the parser says of a server that doesn't speak HTTP", async () => {
    await using server = await FakeEngineServer.start(createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")));
    await assert.rejects(ping({ socketPath: server.socketPath }, never), ({ code }: NodeJS.ErrnoException) =>
      String(code).startsWith("HPE_"),
    );
  });

  it("waits no longer than the signal says, wherever an answer is stuck", async () => {
    const half = (body: string) => createHttpServer((_, response) => void response.writeHead(500).write(body));
    for (const stuck of [createServer(), half('{"message":')]) {
      await using server = await FakeEngineServer.start(stuck);
      const patience = new AbortController();
      const answer = ping({ socketPath: server.socketPath }, patience.signal);
      setTimeout(() => patience.abort(), 30);
      await assert.rejects(answer, { code: "ABORT_ERR" });
    }
  });

  it("asks over TCP too", async () => {
    const server = createHttpServer((_, response) => void response.writeHead(200, PING_HEADERS).end("OK"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      const { port } = address;
      await ping({ host: "127.0.0.1", port }, never);
      const tls = { ca: undefined, cert: undefined, key: undefined };
      await assert.rejects(ping({ host: "127.0.0.1", port, tls }, never), { code: "EPROTO" });
    } finally {
      server.close();
    }
  });
});
