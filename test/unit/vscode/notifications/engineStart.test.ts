import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connectToEngine } from "../../../../src/container/connect.ts";
import { type Attempt, RunFailure } from "../../../../src/run/failure.ts";
import { engineStartCommand } from "../../../../src/vscode/notifications/engineStart.ts";

const tried = (what: string, why = "there is no such socket"): Attempt[] => [{ what, why }];

const commandFor = (attempts: readonly Attempt[], platform: NodeJS.Platform = "linux"): string | undefined =>
  engineStartCommand({ platform, remoteName: undefined, tried: attempts });

/** What a failure tells that was really tried, with an engine named in the environment or with none. */
async function triedWith(
  environment: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = "linux",
): Promise<readonly Attempt[]> {
  const read = async (): Promise<string> => {
    throw new Error("there is no such file");
  };
  try {
    await connectToEngine({ environment, platform, home: "/nowhere", uid: 1, read, addresses: () => [] });
  } catch (error) {
    if (error instanceof RunFailure) return error.tried;
  }
  throw new Error("An engine answered.");
}

describe("The command that starts the engine", () => {
  const commands: readonly [NodeJS.Platform, string, RegExp][] = [
    ["linux", "/var/run/docker.sock", /^sudo systemctl start docker$/],
    ["darwin", "/Users/me/.docker/run/docker.sock", /^open -a Docker$/],
    ["win32", "//./pipe/docker_engine", /^powershell .*Docker Desktop\.exe/],
  ];
  for (const [platform, socket, command] of commands) {
    it(`is the platform's own on ${platform}`, () => {
      assert.match(commandFor(tried(socket), platform) ?? "", command);
    });
  }

  it("isn't known on other platforms", () => {
    assert.equal(commandFor(tried("/var/run/docker.sock"), "freebsd"), undefined);
  });

  it("starts the user's own engine where that was meant", () => {
    assert.equal(commandFor(tried("DOCKER_HOST (unix:///run/user/1000/docker.sock)")), "systemctl --user start docker");
  });

  for (const host of ["unix:///nowhere/docker.sock", "tcp://localhost:2375", "127.0.0.1", "tcp://[::1]:2375"]) {
    it(`is offered where DOCKER_HOST is ${host}`, () => {
      assert.ok(commandFor(tried(`DOCKER_HOST (${host})`)));
      assert.ok(commandFor(tried(`the Docker context "here" (${host})`)));
    });
  }

  for (const host of [
    "tcp://build.example:2375",
    "build.example",
    "ssh://me@build.example",
    "https://127.example",
    "",
  ]) {
    it(`is not offered where DOCKER_HOST is "${host}": that is another machine's`, () => {
      assert.equal(commandFor(tried(`DOCKER_HOST (${host})`)), undefined);
      assert.equal(commandFor(tried(`the Docker context "there" (${host})`)), undefined);
    });
  }

  it("is not offered for a context that nobody can read", () => {
    assert.equal(commandFor(tried('the Docker context "gone"')), undefined);
  });

  it("is not offered in a container, whose engine is the host's", () => {
    for (const remoteName of ["dev-container", "attached-container"]) {
      const attempts = tried("/var/run/docker.sock");
      assert.equal(engineStartCommand({ platform: "linux", remoteName, tried: attempts }), undefined);
    }
  });

  it("is not offered where an engine runs and the user may not use it", () => {
    assert.equal(commandFor(tried("/var/run/docker.sock", "this user may not use it")), undefined);
    assert.match(readFileSync("src/container/connect.ts", "utf8"), /EACCES: "this user may not use it"/);
  });

  it("goes by what a failure really tells", async () => {
    assert.ok(commandFor(await triedWith({ DOCKER_HOST: "unix:///nowhere/docker.sock" })));
    assert.ok(commandFor(await triedWith({ DOCKER_HOST: "tcp://127.0.0.1:1" })));
    assert.ok(commandFor(await triedWith({}, "win32"), "win32"));
    assert.equal(commandFor(await triedWith({ DOCKER_HOST: "ssh://me@build.example" })), undefined);
    assert.equal(commandFor(await triedWith({ DOCKER_CONTEXT: "there" })), undefined);
  });
});
