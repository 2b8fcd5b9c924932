import assert from "node:assert/strict";
import { describeEngine, type Finding } from "../../../src/run/engineDescription.ts";
import type { EngineReport } from "../../../src/run/engineReport.ts";
import { UNTOLD } from "./untoldReport.ts";

const GOOD: EngineReport = {
  foundBy: "/var/run/docker.sock",
  otherWays: [
    { what: "DOCKER_HOST", why: "it isn't set" },
    { what: "Docker's current context", why: "none is chosen" },
  ],
  name: "Docker Engine - Community",
  version: "29.1.0",
  apiVersion: "1.52",
  machine: {
    operatingSystem: "Debian GNU/Linux 12",
    architecture: "x86_64",
    kernel: "6.18.44",
    cores: 2,
    memoryBytes: 8 * 2 ** 30,
  },
  storageDriver: "overlay2",
  cgroupVersion: "2",
  cgroupDriver: "systemd",
  defaultRuntime: "runc",
  runtimes: ["io.containerd.runc.v2", "runc", "runsc"],
  security: [{ name: "seccomp", profile: "builtin" }, { name: "apparmor" }, { name: "cgroupns" }],
  enforces: { memory: true, swap: true, processes: true, cpus: true, cpuShares: true },
  warnings: [],
  images: [
    {
      language: "python",
      title: "Python 3.14",
      image: "python:3.14-alpine",
      found: { id: `sha256:${"1".repeat(64)}`, digest: `sha256:${"d".repeat(64)}`, sizeBytes: 50 * 2 ** 20 },
    },
  ],
};

/** What is told of one matter about an engine that is good but for this. */
function finding(what: string, difference: Partial<EngineReport>): Finding {
  const found = describeEngine({ ...GOOD, ...difference }).filter((each) => each.what === what);
  assert.equal(found.length, 1);
  return found[0] ?? assert.fail();
}

describe("describeEngine", () => {
  it("finds nothing bad about an engine that can do everything", () => {
    const expected: readonly Finding[] = [
      {
        what: "Engine",
        state: "good",
        says: "Docker Engine - Community 29.1.0, API 1.52, storage driver overlay2.",
      },
      {
        what: "Way to it",
        state: "good",
        says: "It was found at /var/run/docker.sock. Not by DOCKER_HOST (it isn't set), Docker's current context (none is chosen).",
      },
      {
        what: "Its machine",
        state: "good",
        says: "Debian GNU/Linux 12, x86_64, kernel 6.18.44, 2 cores, 8 GB of memory.",
      },
      { what: "Control groups", state: "good", says: "Version 2, driver systemd." },
      ...["Memory limit", "Swap limit", "Process limit", "CPU limit", "CPU weight"].map((what) => ({
        what,
        state: "good" as const,
        says: "The engine says that it holds containers to it.",
      })),
      { what: "System calls", state: "good", says: "They are filtered by seccomp, profile builtin." },
      {
        what: "Root rights",
        state: "good",
        says: "The engine has them; programs don't: each container gets an ordinary user id of its own.",
      },
      { what: "AppArmor and SELinux", state: "good", says: "The engine uses apparmor." },
      {
        what: "Container runtimes",
        state: "good",
        says: "By default runc. There are also io.containerd.runc.v2, runsc.",
      },
      { what: "Image of Python 3.14", state: "good", says: "python:3.14-alpine is there: sha256:dddddddddddd, 50 MB." },
    ];
    assert.deepEqual(describeEngine(GOOD), expected);
  });

  it("calls neither good nor bad what an engine doesn't tell", () => {
    const findings = describeEngine(UNTOLD);
    assert.deepEqual(findings.slice(0, 2), [
      { what: "Engine", state: "good", says: "Docker Engine (version unknown)." },
      { what: "Way to it", state: "good", says: "It was found at DOCKER_HOST (tcp://engine.example)." },
    ]);
    assert.equal(findings.length, 13);
    for (const { what, ...rest } of findings.slice(2))
      assert.deepEqual(rest, { state: "unknown", says: "The engine doesn't tell." }, what);
  });

  it("says what a limit that can't be held means, and what helps", () => {
    const enforces = { memory: false, swap: false, processes: false, cpus: false, cpuShares: false };
    assert.deepEqual(finding("Swap limit", { enforces }), {
      what: "Swap limit",
      state: "bad",
      says: "The engine can't hold containers to it. A program at its memory limit could go on in the machine's swap.",
      fix: "Boot the engine's kernel with cgroup_enable=memory swapaccount=1.",
    });
    for (const what of ["Memory limit", "Process limit", "CPU limit", "CPU weight"]) {
      const { state, says, fix } = finding(what, { enforces });
      assert.equal(state, "bad");
      assert.match(says, /^The engine can't hold containers to it\. [A-Z].+\.$/);
      assert.match(fix ?? "", /\.$/);
    }
  });

  it("knows what an engine without root rights needs", () => {
    const rootless = { security: [{ name: "rootless" }], enforces: { ...GOOD.enforces, cpus: false } };
    assert.match(finding("CPU limit", rootless).fix ?? "", /delegate\.conf/);
    assert.match(finding("CPU limit", { ...rootless, cgroupVersion: "1" }).fix ?? "", /unified_cgroup_hierarchy=1/);
    assert.equal(finding("Root rights", rootless).says, "The engine itself has none (rootless).");
    assert.match(finding("Root rights", { security: [{ name: "userns" }] }).says, /user namespace of their own/);
    const none = finding("Control groups", { cgroupDriver: "none" });
    assert.deepEqual([none.state, none.says], ["bad", "The engine has no control groups: it can limit nothing."]);
  });

  it("warns of system calls that nobody filters", () => {
    for (const security of [[], [{ name: "seccomp", profile: "unconfined" }]]) {
      const { state, says, fix } = finding("System calls", { security });
      assert.equal(state, "bad");
      assert.match(says, /^They aren't filtered: /);
      assert.match(fix ?? "", /seccomp/);
    }
    assert.match(finding("AppArmor and SELinux", { security: [] }).says, /uses neither/);
  });

  it("passes the engine's warnings on, and calls those bad that let others in", () => {
    assert.deepEqual(finding("Warning", { warnings: ["WARNING: bridge-nf-call-iptables is disabled"] }), {
      what: "Warning",
      state: "unknown",
      says: "bridge-nf-call-iptables is disabled",
    });
    const open = ["WARNING: API is accessible on http://0.0.0.0:2375 without encryption.\n         Access is root"];
    const { state, fix } = finding("Warning", { warnings: open });
    assert.equal(state, "bad");
    assert.match(fix ?? "", /TLS/);
  });

  it("says how an image is fetched that isn't there, and what hides one", () => {
    const ruby = { language: "ruby", title: "Ruby 3.4", image: "ruby:3.4" };
    assert.deepEqual(finding("Image of Ruby 3.4", { images: [ruby] }), {
      what: "Image of Ruby 3.4",
      state: "unknown",
      says: "ruby:3.4 isn't there: the first run pulls it.",
      fix: "docker pull ruby:3.4",
    });
    assert.deepEqual(finding("Image of Ruby 3.4", { images: [{ ...ruby, refusal: "a word" }] }), {
      what: "Image of Ruby 3.4",
      state: "unknown",
      says: "The engine doesn't tell about ruby:3.4: a word",
    });
    const found = { id: `sha256:${"1".repeat(64)}`, sizeBytes: undefined };
    assert.equal(
      finding("Image of Ruby 3.4", { images: [{ ...ruby, found }] }).says,
      "ruby:3.4 is there: sha256:111111111111.",
    );
  });
});
