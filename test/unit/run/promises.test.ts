import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { judgePromises, PROBE, PROMISES, readProbe, type Seen } from "../../../src/run/promises.ts";

/** What a probe tells in a container that keeps everything. */
const GOOD: readonly string[] = [
  "user 12345",
  "CapEff 0000000000000000",
  "CapBnd 0000000000000000",
  "NoNewPrivs 1",
  "Seccomp 2",
  "kernel Linux version 6.1.0",
  "interface lo",
  "root refused",
  "mount / overlay ro,relatime,lowerdir=/a",
  "mount /proc proc rw,nosuid",
  "mount /dev tmpfs rw,size=65536k,mode=755",
  "mount /code tmpfs rw,size=65536k",
  "writable /code",
  "mount /etc/hosts ext4 ro",
  "mount /sys/fs/cgroup tmpfs rw,mode=755",
  "mount /sys/firmware tmpfs ro,mode=1777",
  "writable /sys/firmware",
  "process 1",
  "process 9",
  "end .",
];

function seen(told: readonly string[], others: Partial<Seen> = {}): Seen {
  const evidence = "as it was.";
  return {
    told: readProbe(told.join("\n")) ?? assert.fail("it didn't come to its end"),
    limits: {
      time: { outcome: "timeout", evidence },
      memory: { outcome: "memory-limit", evidence },
      processes: { outcome: "process-limit", evidence },
    },
    enforces: { memory: true, swap: true, processes: true, cpus: true, cpuShares: true },
    openCautions: [],
    ...others,
  };
}

/** What isn't kept, by what is told beside, or instead of, the rest. */
const BREACHES: readonly { readonly promise: RegExp; readonly told: string; readonly without?: RegExp }[] = [
  { promise: /reaches no network/, told: "interface eth0" },
  { promise: /no file of the host/, told: "mount /data ext4 rw" },
  { promise: /can't change its own system/, told: "root written", without: /^root / },
  { promise: /isn't root/, told: "user 0", without: /^user / },
  { promise: /isn't root/, told: "CapBnd 00000000a80425fb", without: /^CapBnd / },
  { promise: /isn't root/, told: "", without: /^CapEff / },
  { promise: /by a program of the image/, told: "NoNewPrivs 0", without: /^NoNewPrivs / },
  { promise: /system calls/, told: "Seccomp 0", without: /^Seccomp / },
  { promise: /system calls/, told: "", without: /^Seccomp / },
  { promise: /fill no disk/, told: "mount /tmp tmpfs rw,mode=1777\nwritable /tmp" },
  { promise: /fill no disk/, told: "mount / overlay rw,lowerdir=/a\nwritable /", without: /^mount \/ / },
  { promise: /no device/, told: "device /dev/sda" },
  { promise: /into the kernel through its files/, told: "open /proc/kcore" },
  { promise: /no process but its own/, told: Array.from({ length: 9 }, (_, index) => `process ${index}`).join("\n") },
  { promise: /in a process list/, told: "trace /proc/1/cmdline" },
];

describe("The promises", () => {
  it("are all kept where nothing else is seen", () => {
    const findings = judgePromises(seen(GOOD));
    assert.equal(findings.length, PROMISES.length);
    for (const { what, state, says, fix } of findings)
      assert.deepEqual([state, fix], ["good", undefined], `${what}: ${says}`);
  });

  for (const { promise, told, without = /(?!)/ } of BREACHES) {
    it(`are broken by ${JSON.stringify(told.slice(0, 40))} instead of ${without.source}: ${promise.source}`, () => {
      const findings = judgePromises(seen([...GOOD.filter((line) => !without.test(line)), told]));
      const bad = findings.filter(({ state }) => state === "bad");
      assert.deepEqual(
        bad.map(({ what }) => promise.test(what)),
        [true],
      );
      assert.notEqual(bad[0]?.fix, undefined);
    });
  }

  for (const limit of ["time", "memory", "processes"] as const) {
    it(`are broken by a program that goes beyond its limit: ${limit}`, () => {
      const { limits } = seen(GOOD);
      const findings = judgePromises(
        seen(GOOD, { limits: { ...limits, [limit]: { outcome: "ok", evidence: "So." } } }),
      );
      assert.equal(findings.filter(({ state }) => state === "bad").length, 1);
    });
  }

  it("can't be told where the kernel inside or the engine keeps silent", () => {
    const enforces = { ...seen(GOOD).enforces, swap: undefined };
    const told = GOOD.filter((line) => !line.startsWith("NoNewPrivs"));
    const findings = judgePromises(seen(told, { enforces }));
    assert.deepEqual(
      findings.filter(({ state }) => state !== "good").map(({ state }) => state),
      ["unknown", "unknown"],
    );
  });

  it("are none of them told to be kept where nothing was tried", () => {
    for (const { state, fix } of judgePromises(undefined))
      assert.deepEqual([state, fix], ["unknown", "forgeai images pull python"]);
  });

  it("count a kernel of gVisor's as a filter of system calls", () => {
    const told = GOOD.filter((line) => !/^(kernel|Seccomp) /.test(line));
    const [bad] = judgePromises(
      seen([...told, "kernel Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016"]),
    ).filter(({ state }) => state !== "good");
    assert.equal(bad, undefined);
  });

  it("stand in the README as they are tried", () => {
    const rows = PROMISES.map(({ promise, how }) => `| ${promise} | ${how} |`);
    const table = ["| promise | kept by |", "|---|---|", ...rows].join("\n");
    const [before = "", rest = ""] = readFileSync("README.md", "utf8").split("<!-- promises -->\n");
    const [, after = ""] = rest.split("<!-- /promises -->");
    const written = `${before}<!-- promises -->\n${table}\n<!-- /promises -->${after}`;
    if (process.env["FORGEAI_WRITE_README"] === "1") writeFileSync("README.md", written);
    assert.equal(readFileSync("README.md", "utf8"), written, "FORGEAI_WRITE_README=1 npm test -- unit writes it");
  });
});

describe("The probe", () => {
  it("tells of a plain process what is open to it, in any shell", function tell() {
    if (process.platform !== "linux") this.skip();
    const { stdout, status } = spawnSync("sh", ["-c", PROBE], { encoding: "utf8" });
    assert.equal(status, 0);
    const told = readProbe(stdout);
    assert.ok((told?.get("trace")?.length ?? 0) > 0, "here its text is an argument");
    assert.ok((told?.get("mount")?.length ?? 0) > 0);
  });

  it("that didn't come to its end tells nothing", () => assert.equal(readProbe("user 1\n"), undefined));
});
