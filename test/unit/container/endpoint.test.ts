import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  type Endpoint,
  findEndpoints,
  type NamedEngine,
  type Search,
  type Surroundings,
} from "../../../src/container/endpoint.ts";

interface Given {
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly named?: NamedEngine;
}

const HOME = "/home/ada";

const sha256 = (name: string): string => createHash("sha256").update(name).digest("hex");

const contextFile = (name: string, folder = `${HOME}/.docker`): string =>
  `${folder}/contexts/meta/${sha256(name)}/meta.json`;

const contextAt = (host: string): string => JSON.stringify({ Name: "x", Endpoints: { docker: { Host: host } } });

const chosen = (currentContext: string): string => JSON.stringify({ auths: {}, currentContext });

async function find({ environment = {}, files = {}, platform = "linux", named }: Given): Promise<Search> {
  const surroundings: Surroundings = {
    environment,
    home: HOME,
    platform,
    uid: platform === "win32" ? undefined : 1000,
    addresses: () => [],
    read: async (path) => files[path] ?? Promise.reject(new Error(`ENOENT: ${path}`)),
  };
  return findEndpoints(surroundings, named);
}

const TLS_FILES = {
  [`${HOME}/certs/ca.pem`]: "CA",
  [`${HOME}/certs/cert.pem`]: "CERT",
  [`${HOME}/certs/key.pem`]: "KEY",
};
const TLS = { ca: "CA", cert: "CERT", key: "KEY" };

describe("findEndpoints, given DOCKER_HOST", () => {
  const readable: readonly (Given & { readonly host: string; readonly endpoint: Endpoint })[] = [
    { host: "unix:///var/run/docker.sock", endpoint: { socketPath: "/var/run/docker.sock" } },
    { host: "unix:///a folder/docker.sock", endpoint: { socketPath: "/a folder/docker.sock" } },
    { host: "npipe:////./pipe/docker_engine", platform: "win32", endpoint: { socketPath: "//./pipe/docker_engine" } },
    { host: "tcp://127.0.0.1:2375", endpoint: { host: "127.0.0.1", port: 2375 } },
    { host: "tcp://engine.example", endpoint: { host: "engine.example", port: 2375 } },
    { host: "tcp://engine.example:80", endpoint: { host: "engine.example", port: 80 } },
    { host: "tcp://[::1]:4243", endpoint: { host: "::1", port: 4243 } },
    { host: "engine.example:1234", endpoint: { host: "engine.example", port: 1234 } },
    { host: "127.0.0.1", endpoint: { host: "127.0.0.1", port: 2375 } },
    { host: "http://engine.example:1234", endpoint: { host: "engine.example", port: 1234 } },
    {
      host: "tcp://engine.example",
      environment: { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: `${HOME}/certs` },
      files: TLS_FILES,
      endpoint: { host: "engine.example", port: 2376, tls: TLS },
    },
    {
      host: "https://engine.example:1234",
      files: { [`${HOME}/.docker/ca.pem`]: "CA" },
      endpoint: { host: "engine.example", port: 1234, tls: { ca: "CA", cert: undefined, key: undefined } },
    },
    {
      host: "tcp://engine.example",
      environment: { DOCKER_TLS_VERIFY: "", DOCKER_CERT_PATH: `${HOME}/certs` },
      files: TLS_FILES,
      endpoint: { host: "engine.example", port: 2375 },
    },
  ];
  for (const { host, endpoint, environment = {}, ...given } of readable) {
    const variables = Object.entries(environment).map(([name, value]) => `, ${name}=${value}`);
    it(`reads ${host}${variables.join("")}`, async () => {
      const { candidates, attempts } = await find({ ...given, environment: { ...environment, DOCKER_HOST: host } });
      assert.deepEqual(candidates, [{ endpoint, source: `DOCKER_HOST (${host})` }]);
      assert.deepEqual(attempts, []);
    });
  }

  const refused: readonly { readonly host: string; readonly why: RegExp }[] = [
    { host: "ssh://ada@engine.example", why: /ssh:\/\/ aren't supported; forward the socket/ },
    { host: "fd://", why: /names no engine/ },
    { host: "unix://", why: /names no engine/ },
    { host: "tcp://", why: /names no engine/ },
    { host: "ftp://engine.example", why: /"ftp:\/\/" isn't an engine's address/ },
    { host: "tcp://engine.example:port", why: /isn't a host and a port/ },
    { host: "tcp://engine.example:99999", why: /isn't a host and a port/ },
    { host: "/var/run/docker.sock", why: /isn't a host and a port/ },
    { host: "a host", why: /isn't a host and a port/ },
  ];
  for (const { host, why } of refused) {
    it(`says what is wrong with ${JSON.stringify(host)}, and tries nothing else`, async () => {
      const { candidates, attempts } = await find({ environment: { DOCKER_HOST: host } });
      assert.deepEqual(candidates, []);
      assert.equal(attempts.length, 1);
      assert.equal(attempts[0]?.what, `DOCKER_HOST (${host})`);
      assert.match(attempts[0]?.why ?? "", why);
    });
  }
});

describe("findEndpoints, given an engine by name", () => {
  const from = "the setting of the test";
  const others = { DOCKER_HOST: "unix:///host.sock", DOCKER_CONTEXT: "gone" };

  it("takes that one, whatever else is set, and says so of what is", async () => {
    const files = { [`${HOME}/.docker/config.json`]: chosen("chosen") };
    const named = { host: "unix:///named.sock", from };
    assert.deepEqual(await find({ named, environment: others, files }), {
      candidates: [{ endpoint: { socketPath: "/named.sock" }, source: `${from} (unix:///named.sock)` }],
      attempts: [],
      passedOver: ["DOCKER_HOST", "DOCKER_CONTEXT", "Docker's current context", "the usual sockets"].map((what) => ({
        what,
        why: `${from} comes first`,
      })),
    });
  });

  it("reads it as DOCKER_HOST is read, with the same certificates", async () => {
    const environment = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: `${HOME}/certs` };
    const named = { host: "tcp://engine.example", from };
    const { candidates } = await find({ named, environment, files: TLS_FILES });
    assert.deepEqual(candidates[0]?.endpoint, { host: "engine.example", port: 2376, tls: TLS });
  });

  it("says what is wrong with its address, and tries nothing else", async () => {
    const { candidates, attempts } = await find({ named: { host: "ssh://ada@engine.example", from } });
    assert.deepEqual(candidates, []);
    assert.equal(attempts[0]?.what, `${from} (ssh://ada@engine.example)`);
    assert.match(attempts[0]?.why ?? "", /ssh:\/\/ aren't supported; forward the socket/);
  });

  it("takes an empty one for none", async () => {
    const { candidates, passedOver } = await find({ named: { host: "", from }, environment: others });
    assert.equal(candidates[0]?.source, "DOCKER_HOST (unix:///host.sock)");
    assert.deepEqual(passedOver, [
      { what: from, why: "it isn't set" },
      { what: "DOCKER_CONTEXT", why: "DOCKER_HOST comes first" },
      { what: "Docker's current context", why: "none is chosen" },
      { what: "the usual sockets", why: "DOCKER_HOST comes first" },
    ]);
  });
});

describe("findEndpoints, given contexts", () => {
  const files = {
    [`${HOME}/.docker/config.json`]: chosen("chosen"),
    [contextFile("chosen")]: contextAt("unix:///chosen.sock"),
    [contextFile("named")]: contextAt("unix:///named.sock"),
  };

  const cases: readonly (Given & { readonly title: string; readonly sources: readonly string[] })[] = [
    {
      title: "takes the one that docker uses",
      sources: ['the Docker context "chosen" (unix:///chosen.sock)'],
    },
    {
      title: "prefers the one that DOCKER_CONTEXT names",
      environment: { DOCKER_CONTEXT: "named" },
      sources: ['the Docker context "named" (unix:///named.sock)'],
    },
    {
      title: "prefers DOCKER_HOST to both",
      environment: { DOCKER_CONTEXT: "named", DOCKER_HOST: "unix:///host.sock" },
      sources: ["DOCKER_HOST (unix:///host.sock)"],
    },
    {
      title: "takes empty variables for none",
      environment: { DOCKER_CONTEXT: "", DOCKER_HOST: "", DOCKER_CONFIG: "" },
      sources: ['the Docker context "chosen" (unix:///chosen.sock)'],
    },
    {
      title: "looks into the folder of DOCKER_CONFIG",
      environment: { DOCKER_CONFIG: "/config" },
      files: {
        ...files,
        "/config/config.json": chosen("other"),
        [contextFile("other", "/config")]: contextAt("tcp://h:1"),
      },
      sources: ['the Docker context "other" (tcp://h:1)'],
    },
  ];
  for (const { title, sources, ...given } of cases) {
    it(title, async () => {
      const { candidates, attempts } = await find({ files, ...given });
      assert.deepEqual(
        candidates.map(({ source }) => source),
        sources,
      );
      assert.deepEqual(attempts, []);
    });
  }

  it("takes the certificates that belong to the context", async () => {
    const folder = `${HOME}/.docker/contexts/tls/${sha256("chosen")}/docker`;
    const { candidates } = await find({
      files: {
        ...files,
        [contextFile("chosen")]: contextAt("tcp://engine.example:2376"),
        [`${folder}/ca.pem`]: "CA",
        [`${folder}/cert.pem`]: "CERT",
        [`${folder}/key.pem`]: "KEY",
      },
    });
    assert.deepEqual(candidates[0]?.endpoint, { host: "engine.example", port: 2376, tls: TLS });
  });

  const unreadable: readonly { readonly title: string; readonly meta: string | undefined; readonly why: RegExp }[] = [
    { title: "isn't there", meta: undefined, why: /description can't be read \(ENOENT/ },
    { title: "isn't JSON", meta: "{", why: /description can't be read/ },
    { title: "has no host", meta: '{"Endpoints":{}}', why: /description can't be read/ },
    { title: "is behind SSH", meta: contextAt("ssh://engine.example"), why: /forward the socket/ },
  ];
  for (const { title, meta, why } of unreadable) {
    it(`says so where the chosen one ${title}, and tries nothing else`, async () => {
      const { candidates, attempts } = await find({
        files: { ...files, ...(meta === undefined ? {} : { [contextFile("gone")]: meta }) },
        environment: { DOCKER_CONTEXT: "gone" },
      });
      assert.deepEqual(candidates, []);
      assert.equal(attempts.length, 1);
      assert.match(attempts[0]?.what ?? "", /^the Docker context "gone"/);
      assert.match(attempts[0]?.why ?? "", why);
    });
  }
});

describe("findEndpoints, where nobody named an engine", () => {
  const socketsOf = async (given: Given): Promise<string[]> => {
    const { candidates, attempts } = await find(given);
    assert.deepEqual(attempts, []);
    return candidates.map(({ endpoint, source }) => {
      assert.deepEqual(endpoint, { socketPath: source });
      return source;
    });
  };

  it("tries the usual sockets of Linux, the system's first", async () => {
    assert.deepEqual(await socketsOf({}), [
      "/var/run/docker.sock",
      `${HOME}/.docker/run/docker.sock`,
      `${HOME}/.docker/desktop/docker.sock`,
      `${HOME}/.colima/default/docker.sock`,
      `${HOME}/.orbstack/run/docker.sock`,
      `${HOME}/.rd/docker.sock`,
      `${HOME}/.lima/docker/sock/docker.sock`,
      "/run/user/1000/docker.sock",
      "/run/user/1000/podman/podman.sock",
      "/run/podman/podman.sock",
    ]);
  });

  it("looks for a rootless engine where XDG_RUNTIME_DIR says", async () => {
    const sockets = await socketsOf({ environment: { XDG_RUNTIME_DIR: "/runtime" } });
    assert.ok(sockets.includes("/runtime/docker.sock"));
    assert.ok(!sockets.some((path) => path.startsWith("/run/user")));
  });

  it("tries the pipes of Windows", async () => {
    assert.deepEqual(await socketsOf({ platform: "win32" }), [
      "//./pipe/docker_engine",
      "//./pipe/dockerDesktopLinuxEngine",
      "//./pipe/podman-machine-default",
    ]);
  });

  for (const [title, configuration] of [
    ["chose the context default", chosen("default")],
    ["has a configuration without a context", '{"auths":{}}'],
    ["has a configuration that isn't JSON", "auths: {}"],
    ["has a configuration of another kind", '{"currentContext":7}'],
  ] as const) {
    it(`does so for somebody who ${title}`, async () => {
      assert.deepEqual(
        await socketsOf({ files: { [`${HOME}/.docker/config.json`]: configuration } }),
        await socketsOf({}),
      );
    });
  }

  it("tells that there was nothing else to go by", async () => {
    assert.deepEqual((await find({})).passedOver, [
      { what: "DOCKER_HOST", why: "it isn't set" },
      { what: "DOCKER_CONTEXT", why: "it isn't set" },
      { what: "Docker's current context", why: "none is chosen" },
    ]);
  });

  it("does so for DOCKER_CONTEXT=default, whatever context is chosen", async () => {
    const files = { [`${HOME}/.docker/config.json`]: chosen("other") };
    assert.deepEqual(await socketsOf({ files, environment: { DOCKER_CONTEXT: "default" } }), await socketsOf({}));
  });
});
