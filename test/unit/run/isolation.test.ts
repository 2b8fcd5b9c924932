import assert from "node:assert/strict";
import {
  disproof,
  type KernelFacts,
  LEVEL_FACTS,
  readIsolation,
  runtimeName,
  STRONG_LEVELS,
  type StrongLevel,
} from "../../../src/run/isolation.ts";

const HOST = "6.1.0-18-amd64";

const GVISOR: KernelFacts = {
  version: "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016",
  commandLine: "BOOT_IMAGE=/vmlinuz-4.4.0-gvisor quiet",
};
/** As Kata's runtime puts them together: tested against its source, for this machine can run no virtual machine. */
const KATA: KernelFacts = {
  version: "Linux version 6.12.13 (builder@kata) #1 SMP",
  commandLine: "tsc=reliable no_timer_check root=/dev/pmem0p1 systemd.unit=kata-containers.target agent.log_vport=1025",
};
const FIRECRACKER: KernelFacts = {
  version: "Linux version 6.12.13 (builder@kata) #1 SMP",
  commandLine: "root=/dev/vda1 pci=off reboot=k panic=1 iommu=off systemd.unit=kata-containers.target agent.log=debug",
};
const PLAIN: KernelFacts = { version: `Linux version ${HOST} (gcc) #1 SMP`, commandLine: "root=/dev/sda1 quiet" };

const KERNELS: readonly (readonly [string, KernelFacts, readonly StrongLevel[]])[] = [
  ["gVisor's", GVISOR, ["gvisor"]],
  ["Kata's", KATA, ["kata"]],
  // Stronger than asked for is what was asked for.
  ["Kata's under Firecracker", FIRECRACKER, ["kata", "firecracker"]],
  ["the host's own", PLAIN, []],
  ["the host's own, started with gVisor's words", { ...PLAIN, commandLine: GVISOR.commandLine }, []],
  ["the host's own, started with Kata's words", { ...PLAIN, commandLine: FIRECRACKER.commandLine }, []],
  ["another than the host's, and nobody's", { ...PLAIN, version: "Linux version 5.10.0 #1" }, []],
  ["none that says so", { version: "", commandLine: GVISOR.commandLine }, []],
];

describe("the proof of an isolation level", () => {
  for (const [whose, kernel, levels] of KERNELS) {
    for (const level of STRONG_LEVELS) {
      const isProof = levels.includes(level);
      it(`${isProof ? "takes" : "refuses"} a kernel that is ${whose} for ${level}`, () => {
        const why = disproof(level, kernel, HOST);
        assert.equal(why === undefined, isProof, why);
      });
    }
  }

  it("says that the host's own kernel answered", () =>
    assert.equal(disproof("gvisor", PLAIN, HOST), `inside, the host's own kernel answers (${HOST})`));

  it("takes nothing where the engine doesn't say which kernel it runs on", () => {
    for (const level of STRONG_LEVELS)
      assert.match(disproof(level, FIRECRACKER, undefined) ?? "", /engine doesn't say/);
  });
});

describe("the text that asks for an isolation", () => {
  for (const text of [
    "auto",
    "default",
    "gvisor",
    "kata",
    "firecracker",
    "runtime:crun",
    "runtime:io.containerd.runsc.v1",
  ])
    it(`can be ${text}`, () => assert.equal(readIsolation(text), text));

  for (const text of [
    "",
    "none",
    "runc",
    "Gvisor",
    "runtime:",
    "runtime:-x",
    "runtime:../x",
    "runtime:a b",
    `runtime:${"a".repeat(129)}`,
  ])
    it(`can't be ${JSON.stringify(text.slice(0, 30))}`, () => assert.equal(readIsolation(text), undefined));

  it("names a runtime of the engine's, or none", () => {
    assert.equal(runtimeName("runtime:crun"), "crun");
    assert.equal(runtimeName("gvisor"), undefined);
  });

  it("has a name for each level's runtime that no other level has", () => {
    const names = STRONG_LEVELS.flatMap((level) => LEVEL_FACTS[level].runtimes);
    assert.equal(new Set(names).size, names.length);
    assert.ok(!names.includes("runc"));
  });
});
