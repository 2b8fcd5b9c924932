import { seccompProfile } from "./seccomp.ts";
import { isGvisor } from "../run/isolation.ts";
import type { Shape } from "../run/plan.ts";
import { WORK_FOLDER } from "../run/workFolder.ts";
import { BOOT_SCRIPT, KERNEL } from "./boot.ts";

/** What the engine is asked for: the fields of its create call that ForgeAI uses. */
export interface ContainerOptions {
  readonly Image: string;
  readonly Entrypoint: string[];
  readonly Cmd: string[];
  readonly WorkingDir: string;
  readonly User: string;
  readonly Env: string[];
  /** Left out where the network, which it belongs to, is another container's. */
  readonly Hostname?: string;
  readonly Labels: Record<string, string>;
  readonly StopSignal: "SIGKILL";
  readonly Tty: boolean;
  readonly OpenStdin: true;
  readonly StdinOnce: true;
  readonly AttachStdin: true;
  readonly AttachStdout: true;
  readonly AttachStderr: true;
  readonly NetworkDisabled: boolean;
  readonly HostConfig: HostOptions;
}

export interface HostOptions {
  readonly Runtime?: string;
  readonly NetworkMode: string;
  readonly ReadonlyRootfs: boolean;
  readonly CapDrop: string[];
  readonly CapAdd?: string[];
  readonly SecurityOpt: string[];
  readonly Privileged: false;
  readonly IpcMode: "private";
  readonly CgroupnsMode: "private";
  readonly Memory: number;
  readonly MemorySwap: number;
  readonly CpuShares: number;
  readonly NanoCpus: number;
  readonly PidsLimit: number;
  readonly ShmSize: number;
  readonly Tmpfs: Record<string, string>;
  readonly Ulimits: { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly LogConfig: { readonly Type: "none"; readonly Config: Record<string, never> };
  readonly Init: false;
  readonly AutoRemove: boolean;
}

/** What tells one container from all others of its shape, and what starts it. */
export interface Identity {
  /** A user id that no other living container has: some of the kernel's quotas are per user. No passwd entry is needed. */
  readonly uid: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What starts it; the engine's own where it is left out. */
  readonly runtime?: string | undefined;
  /** Whether it first tells which kernel it runs on. */
  readonly tellsKernel?: boolean;
  /** The engine's network that it is on, where its network is open; the engine's own where it is left out. */
  readonly network?: string | undefined;
}

/** Enough for Python's and Node's semaphores and small shared arrays; counted as memory like every file. */
const SHARED_MEMORY_BYTES = 16 * 1024 * 1024;

const OPEN_FILES = 1024;

/** The installed packages of a larger JavaScript project are 50,000 files; without a number tmpfs takes half as many as the machine has pages. */
const FILES_PER_FOLDER = 65_536;

/** So that a full folder says so, before a file in it is too large. */
const PAGE_BYTES = 4096;

/** The boot script and the shell that waits for the program: what a program may have is its own. */
const OWN_PROCESSES = 2;

/** Environment of every program: UTF-8 text, and a home that can be written. */
const ENVIRONMENT = { HOME: WORK_FOLDER, TMPDIR: "/tmp", LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };

/** Without a terminal, text is plain. */
const PLAIN = { NO_COLOR: "1", TERM: "dumb" };

/** What editors' terminals call themselves. */
const COLOURFUL = { TERM: "xterm-256color" };

/**
 * The whole security posture in one object: what a container of this shape may do. Pure, so that a test compares it.
 * Nothing is mounted from the host, and nothing of the job is in it: code, names and arguments arrive over the attach stream.
 */
export function lockDown(
  shape: Shape,
  { uid, labels, runtime, tellsKernel = false, network: place = "bridge" }: Identity,
): ContainerOptions {
  const { limits, network, terminal } = shape;
  const largestFile = Math.max(limits.diskBytes, limits.memoryBytes) + PAGE_BYTES;
  const environment = { ...ENVIRONMENT, ...(terminal ? COLOURFUL : PLAIN), ...shape.environment };
  const writable = `rw,nosuid,nodev,size=${limits.diskBytes},nr_inodes=${FILES_PER_FOLDER},uid=${uid},gid=${uid},mode=0700`;
  return {
    Image: shape.image,
    // A word that is evaluated, so that the script can hand itself on to another shell.
    Entrypoint: ["/bin/sh", "-c", 'eval "$1"', "boot", BOOT_SCRIPT, ...bootWords(tellsKernel, terminal)],
    Cmd: [],
    WorkingDir: WORK_FOLDER,
    User: `${uid}:${uid}`,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Hostname: "sandbox",
    Labels: { ...labels },
    // An engine that stops need not wait for a first process that takes no other.
    StopSignal: "SIGKILL",
    // All that it changes is what the standard streams are: one device of the container's own.
    Tty: terminal,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: network === "none",
    HostConfig: {
      ...(runtime !== undefined && { Runtime: runtime }),
      NetworkMode: network === "none" ? "none" : place,
      ReadonlyRootfs: shape.readOnlyRoot,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true", `seccomp=${seccompProfile()}`],
      Privileged: false,
      IpcMode: "private",
      CgroupnsMode: "private",
      Memory: limits.memoryBytes,
      // The sum of memory and swap: equal to the memory, so no swap.
      MemorySwap: limits.memoryBytes,
      CpuShares: limits.cpuShares,
      NanoCpus: Math.round(limits.cpus * 1e9),
      PidsLimit: pidsLimit(limits.processes + OWN_PROCESSES, runtime),
      ShmSize: Math.min(SHARED_MEMORY_BYTES, limits.memoryBytes),
      // The program of a compiled language is run from the work folder; nothing is run from /tmp.
      Tmpfs: {
        [WORK_FOLDER]: `${writable},exec`,
        "/tmp": `${writable},noexec`,
        // In place of the kernel's message queues, in which anybody could write.
        "/dev/mqueue": `ro,nosuid,nodev,noexec,size=${PAGE_BYTES}`,
      },
      Ulimits: [
        { Name: "core", Soft: 0, Hard: 0 },
        { Name: "nofile", Soft: OPEN_FILES, Hard: OPEN_FILES },
        // All files lie in memory: a larger one could only pretend.
        { Name: "fsize", Soft: largestFile, Hard: largestFile },
        { Name: "msgqueue", Soft: 0, Hard: 0 },
      ],
      // A flood would be written to the host's disk by any other log driver.
      LogConfig: { Type: "none", Config: {} },
      // The boot script itself is process 1: only that is safe from the program's signals. It reaps what the program leaves behind.
      Init: false,
      // The engine cleans up even when we were killed.
      AutoRemove: true,
    },
  };
}

/** What the boot script is told beside what it is; nothing in the usual case. */
function bootWords(tellsKernel: boolean, terminal: boolean): string[] {
  const kernel = tellsKernel ? KERNEL : "";
  if (terminal) return [kernel, "terminal"];
  return tellsKernel ? [kernel] : [];
}

/** gVisor's own threads count: some for its kernel, and for each process of the program several. Measured with its ptrace platform. */
const GVISOR_THREADS = { own: 48, perProcess: 6 };

function pidsLimit(processes: number, runtime?: string): number {
  if (!isGvisor(runtime)) return processes;
  return GVISOR_THREADS.own + GVISOR_THREADS.perProcess * processes;
}
