import assert from "node:assert/strict";
import fc from "fast-check";
import { BOOT_SCRIPT, KERNEL } from "../../../src/container/boot.ts";
import { type ContainerOptions, type Identity, lockDown } from "../../../src/container/lockdown.ts";
import { seccompProfile } from "../../../src/container/seccomp.ts";
import { planRun, type Shape } from "../../../src/run/plan.ts";

const MEBIBYTE = 1024 * 1024;

const SHAPE: Shape = {
  image: "python:3.14-alpine",
  pull: "missing",
  limits: {
    timeoutMs: 30_000,
    memoryBytes: 128 * MEBIBYTE,
    cpus: 1.5,
    cpuShares: 1024,
    processes: 64,
    diskBytes: 64 * MEBIBYTE,
  },
  network: "none",
  isolation: "default",
  readOnlyRoot: true,
  environment: { PYTHONUNBUFFERED: "1" },
  terminal: false,
};

const IDENTITY: Identity = { uid: 12_345, labels: { "dev.forgeai.expires": "1700000000" } };

const LOCKED_DOWN: ContainerOptions = {
  Image: "python:3.14-alpine",
  Entrypoint: ["/bin/sh", "-c", 'eval "$1"', "boot", BOOT_SCRIPT],
  Cmd: [],
  WorkingDir: "/code",
  User: "12345:12345",
  Env: ["HOME=/code", "TMPDIR=/tmp", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "NO_COLOR=1", "TERM=dumb", "PYTHONUNBUFFERED=1"],
  Hostname: "sandbox",
  Labels: { "dev.forgeai.expires": "1700000000" },
  StopSignal: "SIGKILL",
  Tty: false,
  OpenStdin: true,
  StdinOnce: true,
  AttachStdin: true,
  AttachStdout: true,
  AttachStderr: true,
  NetworkDisabled: true,
  HostConfig: {
    NetworkMode: "none",
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges:true", `seccomp=${seccompProfile()}`],
    Privileged: false,
    IpcMode: "private",
    CgroupnsMode: "private",
    Memory: 134_217_728,
    MemorySwap: 134_217_728,
    CpuShares: 1024,
    NanoCpus: 1_500_000_000,
    PidsLimit: 66,
    ShmSize: 16_777_216,
    Tmpfs: {
      "/code": "rw,nosuid,nodev,size=67108864,nr_inodes=65536,uid=12345,gid=12345,mode=0700,exec",
      "/tmp": "rw,nosuid,nodev,size=67108864,nr_inodes=65536,uid=12345,gid=12345,mode=0700,noexec",
      "/dev/mqueue": "ro,nosuid,nodev,noexec,size=4096",
    },
    Ulimits: [
      { Name: "core", Soft: 0, Hard: 0 },
      { Name: "nofile", Soft: 1024, Hard: 1024 },
      { Name: "fsize", Soft: 128 * MEBIBYTE + 4096, Hard: 128 * MEBIBYTE + 4096 },
      { Name: "msgqueue", Soft: 0, Hard: 0 },
    ],
    LogConfig: { Type: "none", Config: {} },
    Init: false,
    AutoRemove: true,
  },
};

/** Every shape that a plan can have, within what the limits allow, and the identity it is run with. */
const shapes: fc.Arbitrary<Shape> = fc.record({
  image: fc.constantFrom("python:3.14-alpine", "registry.example:5000/a/b@sha256:0"),
  pull: fc.constantFrom("missing", "always", "never"),
  limits: fc.record({
    timeoutMs: fc.integer({ min: 1, max: 86_400_000 }),
    memoryBytes: fc.integer({ min: 6 * MEBIBYTE, max: 2 ** 40 }),
    cpus: fc.double({ min: 0.01, max: 1024, noNaN: true }),
    cpuShares: fc.integer({ min: 2, max: 262_144 }),
    processes: fc.integer({ min: 4, max: 32_768 }),
    diskBytes: fc.integer({ min: MEBIBYTE, max: 2 ** 40 }),
  }),
  network: fc.constantFrom("none", "bridge"),
  isolation: fc.constantFrom("default", "auto", "gvisor", "runtime:crun"),
  readOnlyRoot: fc.boolean(),
  environment: fc.dictionary(fc.constantFrom("A", "HOME", "PATH"), fc.string(), { noNullPrototype: true }),
  terminal: fc.boolean(),
});

const identities: fc.Arbitrary<Identity> = fc.record({
  uid: fc.integer({ min: 10_000, max: 60_000 }),
  labels: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
});

describe("lockDown", () => {
  it("asks for the runtime, and lets the boot script tell its kernel, where that is wanted", () => {
    const { Entrypoint, HostConfig } = lockDown(SHAPE, { ...IDENTITY, runtime: "kata", tellsKernel: true });
    assert.deepEqual(HostConfig, { ...LOCKED_DOWN.HostConfig, Runtime: "kata" });
    assert.deepEqual(Entrypoint, [...LOCKED_DOWN.Entrypoint, KERNEL]);
  });

  it("leaves gVisor room for its own threads, which count as the container's", () => {
    const { HostConfig } = lockDown(SHAPE, { ...IDENTITY, runtime: "runsc" });
    assert.deepEqual(HostConfig, { ...LOCKED_DOWN.HostConfig, Runtime: "runsc", PidsLimit: 48 + 6 * 66 });
  });

  it("gives a container exactly this, and nothing else", () => {
    assert.deepEqual(lockDown(SHAPE, IDENTITY), LOCKED_DOWN);
  });

  it("changes the two network fields for the bridge, and nothing else", () => {
    assert.deepEqual(lockDown({ ...SHAPE, network: "bridge" }, IDENTITY), {
      ...LOCKED_DOWN,
      NetworkDisabled: false,
      HostConfig: { ...LOCKED_DOWN.HostConfig, NetworkMode: "bridge" },
    });
  });

  it("names another network of the engine's where it is told so, and none where there is to be none", () => {
    const identity = { ...IDENTITY, network: "another" };
    assert.equal(lockDown({ ...SHAPE, network: "bridge" }, identity).HostConfig.NetworkMode, "another");
    assert.equal(lockDown(SHAPE, identity).HostConfig.NetworkMode, "none");
  });

  it("changes one field for a writable root file system, and nothing else", () => {
    assert.deepEqual(lockDown({ ...SHAPE, readOnlyRoot: false }, IDENTITY), {
      ...LOCKED_DOWN,
      HostConfig: { ...LOCKED_DOWN.HostConfig, ReadonlyRootfs: false },
    });
  });

  it("changes what the streams are for a terminal, and that programs may know it, and nothing else", () => {
    assert.deepEqual(lockDown({ ...SHAPE, terminal: true }, IDENTITY), {
      ...LOCKED_DOWN,
      Entrypoint: [...LOCKED_DOWN.Entrypoint, "", "terminal"],
      Tty: true,
      Env: ["HOME=/code", "TMPDIR=/tmp", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TERM=xterm-256color", "PYTHONUNBUFFERED=1"],
    });
  });

  it("gives no shape anything but its limits, its network, its root file system and its terminal", () => {
    fc.assert(
      fc.property(shapes, identities, (shape, identity) => {
        const options = lockDown(shape, identity);
        const { limits, network } = shape;
        const host = options.HostConfig;
        assert.deepEqual(Object.keys(options), Object.keys(LOCKED_DOWN));
        assert.deepEqual(Object.keys(host), Object.keys(LOCKED_DOWN.HostConfig));
        assert.deepEqual(
          { ...options, HostConfig: undefined },
          {
            ...LOCKED_DOWN,
            Entrypoint: [...LOCKED_DOWN.Entrypoint, ...(shape.terminal ? ["", "terminal"] : [])],
            Image: shape.image,
            User: `${identity.uid}:${identity.uid}`,
            Env: options.Env,
            Labels: identity.labels,
            Tty: shape.terminal,
            NetworkDisabled: network === "none",
            HostConfig: undefined,
          },
        );
        assert.deepEqual(host, {
          ...LOCKED_DOWN.HostConfig,
          NetworkMode: network,
          ReadonlyRootfs: shape.readOnlyRoot,
          Memory: limits.memoryBytes,
          MemorySwap: limits.memoryBytes,
          CpuShares: limits.cpuShares,
          NanoCpus: Math.round(limits.cpus * 1e9),
          PidsLimit: limits.processes + 2,
          ShmSize: Math.min(limits.memoryBytes, 16 * MEBIBYTE),
          Tmpfs: host.Tmpfs,
          Ulimits: host.Ulimits,
        });
      }),
    );
  });

  it("mounts nothing but memory, as small as the limit says, for one user, without set-uid programs and devices", () => {
    fc.assert(
      fc.property(shapes, identities, (shape, identity) => {
        const { Tmpfs } = lockDown(shape, identity).HostConfig;
        const { "/dev/mqueue": queues, ...folders } = Tmpfs;
        assert.equal(queues, LOCKED_DOWN.HostConfig.Tmpfs["/dev/mqueue"]);
        assert.deepEqual(Object.keys(folders), ["/code", "/tmp"]);
        for (const mount of Object.values(folders)) {
          const words = mount.split(",");
          const owner = [`uid=${identity.uid}`, `gid=${identity.uid}`, "mode=0700"];
          for (const word of [`size=${shape.limits.diskBytes}`, "nosuid", "nodev", ...owner]) {
            assert.ok(words.includes(word), `${word} in ${mount}`);
          }
        }
      }),
    );
  });

  it("has nothing of the job in any field", () => {
    const secret = "s3cr3t";
    const request = fc.record({
      language: fc.constantFrom("python", "go@1.19", "javascript"),
      args: fc.array(fc.constant(`--${secret}`), { maxLength: 2 }),
      stdin: fc.constantFrom(secret, Buffer.from(secret)),
    });
    fc.assert(
      fc.property(request, (rest) => {
        const extension = { python: "py", "go@1.19": "go", javascript: "js" }[rest.language];
        const plan = planRun({ ...rest, files: [{ path: `${secret}.${extension}`, content: `print("${secret}")` }] });
        for (const { shape } of [plan.run, ...(plan.compile ? [plan.compile] : [])]) {
          assert.doesNotMatch(JSON.stringify(lockDown(shape, IDENTITY)), new RegExp(secret));
        }
      }),
    );
  });

  it("shares nothing with the identity that it was given", () => {
    const labels = { a: "1" };
    const options = lockDown(SHAPE, { uid: 10_000, labels });
    options.Labels["b"] = "2";
    assert.deepEqual(labels, { a: "1" });
  });
});
