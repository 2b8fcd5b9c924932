import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { DockerExecutor } from "../../src/container/docker.ts";
import { diagnose, type Finding } from "../../src/index.ts";
import { runnerOver } from "../../src/runner.ts";
import { endCliCalls, runCli } from "./support/commandLine.ts";
import { engine as mainEngine } from "./support/engine.ts";
import { copyImage } from "./support/engineCall.ts";
import { testEnvironment } from "./support/environment.ts";
import { PrivateEngine } from "./support/privateEngine.ts";
import { testRunner } from "./support/runs.ts";

function statesOf(findings: readonly Finding[]): Record<string, Finding["state"]> {
  return Object.fromEntries(findings.map(({ what, state }) => [what, state]));
}

function assertAllGood(findings: readonly Finding[], except: Readonly<Record<string, Finding["state"]>> = {}): void {
  for (const { what, state, says } of findings) assert.equal(state, except[what] ?? "good", `${what}: ${says}`);
}

describe("the doctor", () => {
  after(endCliCalls);

  it("sees every promise kept by a good engine, and gVisor where it is", async () => {
    await using runner = await testRunner();
    const { promises, levels, engine } = await diagnose(runner);
    assert.equal(promises.length, 16);
    assertAllGood(promises);
    const has = testEnvironment().gvisor ? "good" : "unknown";
    assert.deepEqual(statesOf(levels), {
      "Isolation firecracker": "unknown",
      "Isolation kata": "unknown",
      "Isolation gvisor": has,
    });
    assert.equal(engine.find(({ what }) => what === "Engine")?.state, "good");
  });

  it("sees them kept under gVisor, which doesn't tell of new privileges", async function tell() {
    if (!testEnvironment().gvisor) this.skip();
    await using runner = await testRunner();
    const { promises } = await diagnose(runner, { isolation: "gvisor" });
    assertAllGood(promises, { "It can't get rights by a program of the image": "unknown" });
  });

  it("says on the command line what it saw, for people and for programs, with status 0", async () => {
    const people = await runCli(["doctor"]);
    assert.equal(people.status, 0, people.stdout);
    assert.match(people.stdout, /^The engine:\n✔ Engine: /);
    assert.match(people.stdout, /✔ It reaches no network: There is loopback and nothing else\.\n/);
    assert.match(people.stdout, /\n16 of 16 promises were seen to be kept; nothing is wrong\.\n$/);
    const programs = await runCli(["doctor", "--json"]);
    const { promises, report } = JSON.parse(programs.stdout);
    assert.equal(promises.length, 16);
    assert.equal(typeof report.version, "string");
  });

  it("says of an engine without gVisor how it is had, and of one without images that nothing was tried", async function tell() {
    if (!(await PrivateEngine.isPossible())) this.skip();
    await using engine = await PrivateEngine.start();
    await using runner = runnerOver(new DockerExecutor({ surroundings: engine.surroundings }));
    const empty = await diagnose(runner);
    assert.deepEqual([...new Set(empty.promises.map(({ state }) => state))], ["unknown"]);
    await copyImage("python:3.14-alpine", await mainEngine(), engine);
    const { levels, promises } = await diagnose(runner);
    const gvisor = levels.find(({ what }) => what === "Isolation gvisor");
    assert.equal(gvisor?.state, "unknown");
    assert.match(gvisor.fix ?? "", /runsc install/);
    assertAllGood(promises);
  });

  it("says of an engine that is down what was tried, and how it is started", async () => {
    const { status, stdout, stderr } = await runCli(["doctor"], {
      environment: { DOCKER_HOST: "unix:///nowhere/engine.sock" },
    });
    assert.deepEqual([status, stdout], [125, ""]);
    assert.match(
      stderr,
      /No Docker engine answers\.\n.*tried DOCKER_HOST \(unix:\/\/\/nowhere\/engine\.sock\): there is no such socket/,
    );
    assert.match(stderr, /Start it|Docker Desktop/);
  });

  it("says of a socket that this user may not use how the right is had", async function tell() {
    // Only root can be somebody else, to whom something can be forbidden.
    if (process.getuid?.() !== 0) this.skip();
    const folder = await mkdtemp(join(tmpdir(), "forbidden-"));
    const socket = join(folder, "engine.sock");
    const server = createServer().listen(socket);
    await once(server, "listening");
    try {
      await chmod(folder, 0o755);
      await chmod(socket, 0o600);
      const child = spawn(process.execPath, ["dist/cli.js", "doctor"], {
        uid: 65_534,
        gid: 65_534,
        env: { PATH: process.env["PATH"], HOME: folder, DOCKER_HOST: `unix://${socket}` },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "exit")]);
      assert.equal(status, 125, stderr);
      assert.match(stderr, /this user may not use it/);
      assert.match(stderr, /usermod -aG docker/);
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});
