import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { FoundEngine } from "../../../src/container/connect.ts";
import { examineEngine } from "../../../src/container/examine.ts";
import { LANGUAGES } from "../../../src/language/catalog.ts";
import type { Language } from "../../../src/language/language.ts";
import type { EngineReport } from "../../../src/run/engineReport.ts";
import { FakeEngineServer } from "./fakeEngineServer.ts";
import { UNTOLD } from "../run/untoldReport.ts";

const OTHER_WAYS = [{ what: "DOCKER_HOST", why: "it isn't set" }];

/** What Docker 20.10 says, as far as anybody asks. */
const INFO = {
  ServerVersion: "20.10.24",
  OperatingSystem: "Debian GNU/Linux 12 (bookworm)",
  OSType: "linux",
  Architecture: "x86_64",
  KernelVersion: "6.18.44",
  NCPU: 2,
  MemTotal: 25_276_063_744,
  Driver: "overlay2",
  CgroupDriver: "cgroupfs",
  CgroupVersion: "1",
  DefaultRuntime: "runc",
  Runtimes: { runc: { path: "runc" }, runsc: { path: "/usr/bin/runsc" } },
  SecurityOptions: ["name=seccomp,profile=default", "name=apparmor"],
  MemoryLimit: true,
  SwapLimit: false,
  PidsLimit: true,
  CPUShares: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  Warnings: ["WARNING: No swap limit support"],
};

const VERSION = {
  Platform: { Name: "Docker Engine - Community" },
  Components: [{ Name: "Engine", Version: "20.10.24", Details: {} }],
  Version: "20.10.24",
  ApiVersion: "1.41",
};

type Answers = Readonly<Record<string, unknown>>;

/** Answers each path with JSON; a number is a status, with words; what isn't there is 404. */
function answering(answers: Answers, asked: string[] = []): RequestListener {
  return ({ method, url = "" }, response) => {
    asked.push(`${method} ${url}`);
    const answer = answers[url] ?? 404;
    const [status, body] = typeof answer === "number" ? [answer, { message: "in its words" }] : [200, answer];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}

function at({ socketPath }: FakeEngineServer): FoundEngine {
  return { endpoint: { socketPath }, source: socketPath, otherWays: OTHER_WAYS };
}

async function reportOf(
  answers: Answers,
  { languages = [], asked }: { languages?: readonly Language[]; asked?: string[] } = {},
): Promise<EngineReport> {
  await using server = await FakeEngineServer.http(answering(answers, asked));
  const { foundBy, ...report } = await examineEngine(at(server), languages, new AbortController().signal);
  assert.equal(foundBy, server.socketPath);
  return { foundBy: "here", ...report };
}

describe("examineEngine", () => {
  it("tells what the engine says of itself", async () => {
    assert.deepEqual(await reportOf({ "/info": INFO, "/version": VERSION }), {
      foundBy: "here",
      otherWays: OTHER_WAYS,
      name: "Docker Engine - Community",
      version: "20.10.24",
      apiVersion: "1.41",
      machine: {
        operatingSystem: "Debian GNU/Linux 12 (bookworm)",
        architecture: "x86_64",
        kernel: "6.18.44",
        cores: 2,
        memoryBytes: 25_276_063_744,
      },
      storageDriver: "overlay2",
      cgroupVersion: "1",
      cgroupDriver: "cgroupfs",
      defaultRuntime: "runc",
      runtimes: ["runc", "runsc"],
      security: [{ name: "seccomp", profile: "default" }, { name: "apparmor" }],
      enforces: { memory: true, swap: false, processes: true, cpus: true, cpuShares: true },
      warnings: ["WARNING: No swap limit support"],
      images: [],
    } satisfies EngineReport);
  });

  it("only asks, and each thing once", async () => {
    const asked: string[] = [];
    await reportOf({ "/info": INFO, "/version": VERSION }, { languages: LANGUAGES, asked });
    const images = LANGUAGES.flatMap(({ versions }) => versions.map(({ image }) => `GET /images/${image}/json`));
    assert.deepEqual(asked.toSorted(), ["GET /info", "GET /version", ...images].toSorted());
  });

  it("takes what an engine leaves out, or says otherwise, for unknown", async () => {
    const odd = { NCPU: "2", MemTotal: 0, Runtimes: null, SecurityOptions: null, Warnings: null, CgroupVersion: 2 };
    for (const info of [{}, odd]) {
      assert.deepEqual(await reportOf({ "/info": info, "/version": { Platform: { Name: "" } } }), {
        ...UNTOLD,
        foundBy: "here",
        otherWays: OTHER_WAYS,
      } satisfies EngineReport);
    }
  });

  it("believes no limit of an engine without control groups", async () => {
    const { enforces } = await reportOf({ "/info": { ...INFO, CgroupDriver: "none" }, "/version": VERSION });
    assert.deepEqual(enforces, { memory: false, swap: false, processes: false, cpus: false, cpuShares: false });
  });

  it("counts cores as limited only where both the quota and its period are", async () => {
    for (const [given, expected] of [
      [{ CpuCfsPeriod: false, CpuCfsQuota: true }, false],
      [{ CpuCfsPeriod: true, CpuCfsQuota: false }, false],
      [{ CpuCfsPeriod: undefined, CpuCfsQuota: true }, true],
    ] as const) {
      const { enforces } = await reportOf({ "/info": { ...INFO, ...given }, "/version": VERSION });
      assert.equal(enforces.cpus, expected, JSON.stringify(given));
    }
  });

  it("names another engine by its own name", async () => {
    const podman = { Platform: { Name: "linux/amd64/debian-12" }, Components: [{ Name: "Podman Engine" }] };
    assert.equal((await reportOf({ "/info": INFO, "/version": podman })).name, "Podman Engine");
  });

  it("tells which images are there, and which aren't", async () => {
    const [python, javascript] = LANGUAGES;
    assert.ok(python !== undefined && javascript !== undefined);
    const bad: Language = { ...javascript, versions: [{ version: "24", image: "../containers/x" }] };
    const digest = `sha256:${"d".repeat(64)}`;
    const { images } = await reportOf(
      {
        "/info": INFO,
        "/version": VERSION,
        "/images/python:3.14-alpine/json": {
          Id: "sha256:1",
          RepoDigests: [`docker.io/library/python@${digest}`],
          Size: 9,
        },
        "/images/node:24-alpine/json": { Id: "sha256:2", RepoDigests: [] },
        "/images/node:16-alpine/json": 500,
      },
      { languages: [python, javascript, bad] },
    );
    assert.deepEqual(images, [
      {
        language: "python",
        title: "Python 3.14",
        image: "python:3.14-alpine",
        found: { id: "sha256:1", digest, sizeBytes: 9 },
      },
      { language: "python@3.9", title: "Python 3.9", image: "python:3.9-alpine" },
      {
        language: "javascript",
        title: "JavaScript 24",
        image: "node:24-alpine",
        found: { id: "sha256:2", sizeBytes: undefined },
      },
      { language: "javascript@16", title: "JavaScript 16", image: "node:16-alpine", refusal: "in its words" },
      {
        language: "javascript",
        title: "JavaScript 24",
        image: "../containers/x",
        refusal: "it isn't the name of an image",
      },
    ]);
  });

  it("says that an engine refuses to tell, and tells what it can", async () => {
    const { version, machine, warnings } = await reportOf({ "/info": 403, "/version": VERSION });
    assert.equal(version, "20.10.24");
    assert.equal(machine.kernel, undefined);
    assert.deepEqual(warnings, ["It refuses to answer /info: in its words"]);
  });

  it("throws an engine-lost where the connection breaks, or something else answers", async () => {
    for (const answer of ["hang up", "html"]) {
      await using server = await FakeEngineServer.http(({ socket }, response) => {
        if (answer === "html") response.end("<html>");
        else socket.destroy();
      });
      await assert.rejects(examineEngine(at(server), LANGUAGES, new AbortController().signal), {
        name: "RunFailure",
        code: "engine-lost",
      });
    }
  });

  it("throws the signal's reason at once", async () => {
    const abort = new AbortController();
    await using server = await FakeEngineServer.start(createServer(() => abort.abort(new Error("enough"))));
    await assert.rejects(examineEngine(at(server), LANGUAGES, abort.signal), /^Error: enough$/);
  });
});
