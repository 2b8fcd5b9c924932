/** How a container can be kept apart from the host's kernel, from the weakest to the strongest. */
export const LEVELS = ["default", "gvisor", "kata", "firecracker"] as const;

/** "default": the engine's own runtime, locked down. "gvisor": a kernel in user space. The others: a virtual machine. */
export type IsolationLevel = (typeof LEVELS)[number];

/** A runtime of the engine's by its own name: "runtime:crun". What it is worth is its owner's word. */
export type NamedRuntime = `runtime:${string}`;

/** What can be asked for: a level, the strongest that proves itself ("auto"), or a runtime by its name. */
export type Isolation = IsolationLevel | "auto" | NamedRuntime;

/** What a run was given. */
export type GivenIsolation = Exclude<Isolation, "auto">;

/** A level that takes a runtime beside the engine's own. */
export type StrongLevel = Exclude<IsolationLevel, "default">;

const RUNTIME = "runtime:";

/** What engines accept as a runtime's name, containerd's among them: "io.containerd.kata.v2". */
const RUNTIME_NAME = /^[A-Za-z0-9][\w.+-]{0,127}$/;

/** What people are told that they can ask for. */
export const ISOLATIONS = `auto, ${LEVELS.join(", ")} or runtime:<name>`;

/** Undefined where the text asks for nothing that there is. */
export function readIsolation(text: string): Isolation | undefined {
  const runtime = text.startsWith(RUNTIME) ? text.slice(RUNTIME.length) : undefined;
  if (runtime !== undefined) return RUNTIME_NAME.test(runtime) ? `${RUNTIME}${runtime}` : undefined;
  return [...LEVELS, "auto" as const].find((each) => each === text);
}

/** The name behind "runtime:"; undefined for a level. */
export function runtimeName(isolation: Isolation): string | undefined {
  return isolation.startsWith(RUNTIME) ? isolation.slice(RUNTIME.length) : undefined;
}

/** What is known of a level, for choosing it and for saying how it is had. */
export interface LevelFacts {
  readonly title: string;
  /** The names under which engines usually have its runtime; the first that is there is taken. */
  readonly runtimes: readonly string[];
  /** How the engine gets it. */
  readonly remedy: string;
}

const KATA_NEEDS = "on a Linux machine whose processor can run virtual machines (/dev/kvm)";

export const LEVEL_FACTS: Readonly<Record<StrongLevel, LevelFacts>> = {
  gvisor: {
    title: "gVisor",
    runtimes: ["runsc", "gvisor", "runsc-ptrace", "runsc-systrap", "runsc-kvm", "io.containerd.runsc.v1"],
    remedy:
      "Install gVisor (runsc) on the machine of the engine, and register it: sudo runsc install, then sudo systemctl reload docker.",
  },
  kata: {
    title: "Kata Containers",
    runtimes: ["kata", "kata-runtime", "kata-qemu", "kata-clh", "io.containerd.kata.v2"],
    remedy: `Install Kata Containers ${KATA_NEEDS}, and register its runtime as "kata" in the engine's daemon.json.`,
  },
  firecracker: {
    title: "Kata Containers with Firecracker",
    runtimes: ["kata-fc", "firecracker", "io.containerd.kata-fc.v2"],
    remedy: `Install Kata Containers with Firecracker ${KATA_NEEDS}, and register its runtime as "kata-fc" in the engine's daemon.json.`,
  },
};

/** Whether it is gVisor's kernel that answers in the runtime's containers, whatever they were asked for as. */
export function isGvisor(runtime: string | undefined): boolean {
  return runtime !== undefined && LEVEL_FACTS.gvisor.runtimes.includes(runtime);
}

/** The levels that take a runtime of their own, from the strongest. */
export const STRONG_LEVELS: readonly StrongLevel[] = ["firecracker", "kata", "gvisor"];

/** What a kernel says of itself to whoever runs on it. */
export interface KernelFacts {
  /** /proc/version: "Linux version 6.1.0 …". */
  readonly version: string;
  /** /proc/cmdline: what it was started with. */
  readonly commandLine: string;
}

/** Kata's agent is told by the kernel's command line what it is; Firecracker's kernels are told that there is no PCI bus, and others need one. */
const KATA_MARK = /(^|\s)(agent\.\w+=|systemd\.unit=kata-containers\.target)/;

const MARKS: Readonly<Record<StrongLevel, readonly RegExp[]>> = {
  gvisor: [/-gvisor\b|\bgvisor\b/i],
  kata: [KATA_MARK],
  firecracker: [KATA_MARK, /(^|\s)pci=off(\s|$)/],
};

/**
 * Why a kernel, asked from inside a container before any code is there, isn't the level's; undefined where it is.
 * A plain runtime under a strong one's name shows the host's kernel, with whatever that was started with.
 * @param hostRelease the release of the kernel that the engine runs on, "6.1.0-18-amd64"; undefined where the engine doesn't tell
 */
export function disproof(level: StrongLevel, kernel: KernelFacts, hostRelease: string | undefined): string | undefined {
  const release = /^Linux version (\S+)/.exec(kernel.version)?.[1];
  if (release === undefined) return `inside, the kernel says of itself ${JSON.stringify(kernel.version.slice(0, 80))}`;
  if (hostRelease === undefined) return "the engine doesn't say which kernel it runs on itself, to tell the two apart";
  if (release === hostRelease) return `inside, the host's own kernel answers (${release})`;
  const isProved = MARKS[level].every((mark) => mark.test(kernel.commandLine));
  return isProved ? undefined : `the kernel that answers inside (${release}) isn't that of ${LEVEL_FACTS[level].title}`;
}
