import assert from "node:assert/strict";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import * as v from "valibot";
import { DockerExecutor } from "../../src/container/docker.ts";
import { readSurroundings } from "../../src/container/endpoint.ts";
import { collect, createRunner, type Runner, type RunRequest, type RunResult } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { engine, type EngineView } from "./support/engine.ts";
import { askEngine } from "./support/engineCall.ts";
import { eventuallyNone } from "./support/eventually.ts";
import { firstOutput, TEST_LABEL } from "./support/runs.ts";

/** Tries to connect to each of its arguments in every way that a program without rights has, all at once, and prints how it went. */
const KNOCK = `
import socket, sys, threading
DEVICE, DONTROUTE = 25, 5
WAYS = {"plain": [], "by device": [(DEVICE, b"eth0")], "on link": [(DEVICE, b"eth0"), (DONTROUTE, 1)]}
answers = {}
def knock(way, place):
    host, _, port = place.rpartition(":")
    with socket.socket() as knocking:
        knocking.settimeout(2)
        try:
            for option, value in WAYS[way]:
                knocking.setsockopt(socket.SOL_SOCKET, option, value)
            knocking.connect((host, int(port)))
            answers[place, way] = knocking.recv(9).decode()
        except OSError as error:
            answers[place, way] = "closed" if isinstance(error, TimeoutError) else type(error).__name__
threads = [threading.Thread(target=knock, args=(way, place)) for place in sys.argv[1:] for way in WAYS]
for thread in threads: thread.start()
for thread in threads: thread.join()
for place in sys.argv[1:]:
    print(place, *(answers[place, way] for way in WAYS), sep=",")
`;

/** Sends a datagram to each of its arguments, broadcasts and multicasts among them. */
const SHOUT = `
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as shouting:
    shouting.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    shouting.setsockopt(socket.SOL_SOCKET, 25, b"eth0")
    for place in sys.argv[1:]:
        host, _, port = place.rpartition(":")
        try: shouting.sendto(place.encode(), (host, int(port)))
        except OSError: pass
print("sent")
`;

const Network = v.object({
  IPAM: v.object({ Config: v.tuple([v.object({ Gateway: v.string() })]) }),
});

async function gatewayOf(view: EngineView, name: string): Promise<string> {
  const answer = await askEngine(view, { path: `/networks/${name}` });
  const [{ Gateway }] = v.parse(v.pipe(v.string(), v.parseJson(), Network), answer).IPAM.Config;
  return Gateway;
}

/** An address of documentation's ranges (RFC 5737), which is nobody's. Here it is this machine's; runs aren't told so, and take it for the internet's. */
async function makePublicNetwork(view: EngineView): Promise<{ readonly name: string; readonly address: string }> {
  const name = `forgeai-test-public-${process.pid}`;
  const [label, value] = TEST_LABEL;
  const first = (process.pid % 31) * 8;
  const address = `203.0.113.${first + 1}`;
  const IPAM = { Config: [{ Subnet: `203.0.113.${first}/29`, Gateway: address }] };
  const body = { Name: name, Driver: "bridge", IPAM, Labels: { [label]: value } };
  await askEngine(view, { method: "POST", path: "/networks/create", body });
  return { name, address };
}

describe("a program whose network is open", () => {
  let view: EngineView;
  let internet: { readonly name: string; readonly address: string };
  let server: Server;
  let heard: UdpSocket;
  const datagrams: string[] = [];
  let port: number;
  let udpPort: number;
  let gateway: string;

  let runner: Runner;

  before(async () => {
    view = await engine();
    internet = await makePublicNetwork(view);
    const [label, value] = TEST_LABEL;
    const surroundings = { ...readSurroundings(), addresses: nearAddresses };
    runner = runnerOver(new DockerExecutor({ labels: { [label]: value }, surroundings }));
    server = createServer((socket) => socket.on("error", () => undefined).end("reached")).listen(0);
    heard = createSocket("udp4");
    heard.on("message", (message) => datagrams.push(message.toString()));
    heard.bind(0);
    await Promise.all([once(server, "listening"), once(heard, "listening")]);
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    ({ port } = address);
    udpPort = heard.address().port;
    await runOpen({ language: "python", source: "" });
    gateway = await gatewayOf(view, "forgeai-open");
  });

  after(async () => {
    await runner[Symbol.asyncDispose]();
    server.close();
    heard.close();
    await askEngine(view, { method: "DELETE", path: `/networks/${internet.name}` });
  });

  async function runOpen(request: RunRequest): Promise<RunResult> {
    return collect(runner.run({ ...request, network: "bridge" }));
  }

  /** Every address at which this machine could be found, but for loopback and the one that stands for the internet. */
  function nearAddresses(): string[] {
    const addresses = Object.values(networkInterfaces()).flat();
    const own = addresses.flatMap((each) => (each?.family === "IPv4" && !each.internal ? each.address : []));
    return own.filter((address) => address !== internet.address);
  }

  it("reaches the internet, and neither this machine nor private addresses nor the cloud's metadata", async () => {
    const near = [...nearAddresses(), "169.254.169.254", "192.168.0.1", "10.0.0.1", "100.64.0.1"];
    const places = [internet.address, ...near].map((address) => `${address}:${port}`);
    const { stdout, stderr, cautions, network } = await runOpen({
      language: "python",
      source: KNOCK,
      args: places,
    });
    assert.deepEqual([network, cautions], ["bridge", undefined], stderr);
    const [first, ...others] = stdout.trim().split("\n");
    assert.equal(first, `${internet.address}:${port},reached,reached,reached`);
    assert.deepEqual(
      others,
      near.map((address) => `${address}:${port},closed,closed,closed`),
    );
  });

  it("asks for names beyond its own network, and of its gateway for nothing", async () => {
    const { stdout } = await runOpen({
      language: "python",
      source: KNOCK,
      args: ["172.17.0.1:53", `${gateway}:53`],
    });
    const [beyond, own] = stdout.trim().split("\n");
    // Nobody answers there: the refusal is this machine's, and has come through.
    assert.equal(beyond, "172.17.0.1:53,ConnectionRefusedError,ConnectionRefusedError,ConnectionRefusedError");
    assert.equal(own, `${gateway}:53,closed,closed,closed`);
  });

  it("can't shout to this machine either: no datagram, broadcast or multicast", async () => {
    const to = [internet.address, gateway, "172.17.0.1", "255.255.255.255", "224.0.0.1", "224.0.0.251"];
    const args = to.map((address) => `${address}:${udpPort}`);
    const { stdout } = await runOpen({ language: "python", source: SHOUT, args });
    assert.equal(stdout, "sent\n");
    await eventuallyNone("silence from the internet", async () => (datagrams.length > 0 ? [] : ["silence"]));
    assert.deepEqual(datagrams, [`${internet.address}:${udpPort}`]);
  });

  it("doesn't reach another such program", async () => {
    const listening = `
import socket, time
with socket.create_server(("", 4000)) as server:
    print(socket.gethostbyname(socket.gethostname()), flush=True)
    while True: server.accept()[0].send(b"reached")
`;
    const events = runner.run({ language: "python", source: listening, network: "bridge" });
    const address = (await firstOutput(events)).trim();
    const knock = { language: "python", source: KNOCK, args: [`${address}:4000`], network: "bridge" } as const;
    const { stdout } = await collect(runner.run(knock));
    assert.equal(stdout, `${address}:4000,closed,closed,closed\n`);
    await events.return();
  });

  it("can't take the filter away, for it has no rights over its network", async () => {
    const source = `
import socket, struct
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
index = socket.if_nametoindex("eth0")
kernel.send(struct.pack("=IHHII", 36, 37, 5, 1, 0) + struct.pack("=IIIII", 0, index, 0xffff0000, 0xfffffff1, 0))
print(struct.unpack_from("=i", kernel.recv(65536), 16)[0])
`;
    const { stdout } = await runOpen({ language: "python", source });
    assert.equal(stdout, "-1\n");
  });

  it("under gVisor finds this machine as closed", async () => {
    const args = [gateway, "172.17.0.1"].map((address) => `${address}:${port}`);
    const { stdout, cautions } = await runOpen({
      language: "python",
      source: KNOCK,
      args,
      isolation: "gvisor",
    });
    assert.equal(cautions, undefined);
    assert.doesNotMatch(stdout, /reached|ConnectionRefused/);
  });

  it("is told where the engine can't keep it from what is nearer", async () => {
    const [label, value] = TEST_LABEL;
    await using mirrored = await createRunner({
      executor: "container",
      labels: { [label]: value },
      mirror: "localhost:1/nowhere",
    });
    const image = "python:3.14-alpine";
    const request = { language: "python", source: "print(1)", network: "bridge", pull: "never", image } as const;
    const { stdout, cautions } = await collect(mirrored.run(request));
    assert.equal(stdout, "1\n");
    assert.deepEqual(cautions, [
      "The open network leads to the engine's machine and private addresses as well: " +
        "the image localhost:1/nowhere/library/python:3.14-alpine, which sets the filter up, isn't there.",
    ]);
  });

  it("leaves no container behind", async () => {
    await eventuallyNone("containers", () => view.containers(TEST_LABEL));
  });
});
