import type { EngineLimit, EngineReport, ImageReport, SecurityOption } from "./engineReport.ts";
import { formatBytes } from "./limits.ts";

/** One line of what is told about an engine. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly what: string;
  /** "unknown" where the engine doesn't tell, or where it is no fault, but may become one. */
  readonly state: "good" | "bad" | "unknown";
  /** What was found, in whole sentences. */
  readonly says: string;
  /** What would help. */
  readonly fix?: string;
}

type Found = Omit<Finding, "what">;

const UNTOLD: Found = { state: "unknown", says: "The engine doesn't tell." };

/** What an engine's report means, line by line. It goes by what the engine says of itself: nothing was tried. */
export function describeEngine(report: EngineReport): readonly Finding[] {
  const { security, warnings, images } = report;
  return [
    { what: "Engine", ...engine(report) },
    { what: "Way to it", ...way(report) },
    { what: "Its machine", ...machine(report) },
    { what: "Control groups", ...controlGroups(report) },
    ...LIMITS.map(({ what, limit, bad }) => ({ what, ...enforcement(report, limit, bad) })),
    { what: "System calls", ...(security === undefined ? UNTOLD : seccomp(security)) },
    { what: "Root rights", ...(security === undefined ? UNTOLD : rootRights(security)) },
    { what: "AppArmor and SELinux", ...(security === undefined ? UNTOLD : mandatoryAccess(security)) },
    { what: "Container runtimes", ...runtimes(report) },
    ...warnings.map((words) => ({ what: "Warning", ...warning(words) })),
    ...images.map((each) => ({ what: `Image of ${each.title}`, ...image(each) })),
  ];
}

function engine({ name, version, apiVersion, storageDriver }: EngineReport): Found {
  const details = [
    ...(apiVersion === undefined ? [] : [`API ${apiVersion}`]),
    ...(storageDriver === undefined ? [] : [`storage driver ${storageDriver}`]),
  ];
  return { state: "good", says: `${[`${name} ${version ?? "(version unknown)"}`, ...details].join(", ")}.` };
}

function way({ foundBy, otherWays }: EngineReport): Found {
  const others = otherWays.map(({ what, why }) => `${what} (${why})`);
  const rest = others.length === 0 ? "" : ` Not by ${others.join(", ")}.`;
  return { state: "good", says: `It was found at ${foundBy}.${rest}` };
}

function machine({ machine: { operatingSystem, architecture, kernel, cores, memoryBytes } }: EngineReport): Found {
  const parts = [
    operatingSystem,
    architecture,
    kernel && `kernel ${kernel}`,
    cores && `${cores} ${cores === 1 ? "core" : "cores"}`,
    memoryBytes && `${formatBytes(memoryBytes)} of memory`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? UNTOLD : { state: "good", says: `${parts.join(", ")}.` };
}

function controlGroups({ cgroupVersion, cgroupDriver }: EngineReport): Found {
  if (cgroupDriver === "none") {
    return {
      state: "bad",
      says: "The engine has no control groups: it can limit nothing.",
      fix: "Boot with systemd.unified_cgroup_hierarchy=1: an engine without root rights needs their version 2.",
    };
  }
  if (cgroupVersion === undefined) return UNTOLD;
  return { state: "good", says: `Version ${cgroupVersion}, driver ${cgroupDriver ?? "unknown"}.` };
}

const LIMITS: readonly { readonly what: string; readonly limit: EngineLimit; readonly bad: string }[] = [
  { what: "Memory limit", limit: "memory", bad: "A program could take all memory of the machine." },
  { what: "Swap limit", limit: "swap", bad: "A program at its memory limit could go on in the machine's swap." },
  { what: "Process limit", limit: "processes", bad: "A program could start so many processes that nobody else can." },
  { what: "CPU limit", limit: "cpus", bad: "A program could keep all cores busy." },
  { what: "CPU weight", limit: "cpuShares", bad: "All busy containers get the same share of the processor." },
];

function enforcement(report: EngineReport, limit: EngineLimit, bad: string): Found {
  const isHeld = report.enforces[limit];
  if (isHeld === undefined) return UNTOLD;
  if (isHeld) return { state: "good", says: "The engine says that it holds containers to it." };
  return { state: "bad", says: `The engine can't hold containers to it. ${bad}`, fix: howToEnforce(report, limit) };
}

function howToEnforce({ security = [], cgroupVersion, cgroupDriver }: EngineReport, limit: EngineLimit): string {
  const isRootless = security.some(({ name }) => name === "rootless");
  if (isRootless && (cgroupVersion !== "2" || cgroupDriver === "none"))
    return "Boot with systemd.unified_cgroup_hierarchy=1: an engine without root rights needs version 2 of control groups.";
  if (isRootless)
    return "Have systemd delegate it: Delegate=cpu cpuset io memory pids in /etc/systemd/system/user@.service.d/delegate.conf.";
  if (limit === "memory" || limit === "swap")
    return "Boot the engine's kernel with cgroup_enable=memory swapaccount=1.";
  return "Give the engine a kernel that has this control group.";
}

function seccomp(security: readonly SecurityOption[]): Found {
  const fix = 'Take "seccomp-profile" out of the engine\'s settings, or use an engine and a kernel that have seccomp.';
  const option = security.find(({ name }) => name === "seccomp");
  if (option === undefined) return { state: "bad", says: "They aren't filtered: the engine has no seccomp.", fix };
  const { profile = "default" } = option;
  if (profile === "unconfined")
    return { state: "bad", says: "They aren't filtered: the engine's seccomp profile is unconfined.", fix };
  return { state: "good", says: `They are filtered by seccomp, profile ${profile}.` };
}

function rootRights(security: readonly SecurityOption[]): Found {
  const names = security.map(({ name }) => name);
  const says = names.includes("rootless")
    ? "The engine itself has none (rootless)."
    : names.includes("userns")
      ? "The engine has them; containers are in a user namespace of their own."
      : "The engine has them; programs don't: each container gets an ordinary user id of its own.";
  return { state: "good", says };
}

function mandatoryAccess(security: readonly SecurityOption[]): Found {
  const found = security.filter(({ name }) => name === "apparmor" || name === "selinux").map(({ name }) => name);
  const says =
    found.length === 0
      ? "The engine uses neither; nothing else rests on them."
      : `The engine uses ${found.join(", ")}.`;
  return { state: "good", says };
}

function runtimes({ defaultRuntime, runtimes: all }: EngineReport): Found {
  if (defaultRuntime === undefined && all === undefined) return UNTOLD;
  const others = (all ?? []).filter((name) => name !== defaultRuntime);
  const rest = others.length === 0 ? "" : ` There are also ${others.join(", ")}.`;
  return { state: "good", says: `By default ${defaultRuntime ?? "one that isn't told"}.${rest}` };
}

/** Most are about what ForgeAI doesn't use; that anybody may give the engine orders is another matter. */
function warning(words: string): Found {
  const says = words.replace(/^WARNING: /, "");
  if (!/without (?:encryption|authentication)|insecure/i.test(words)) return { state: "unknown", says };
  return {
    state: "bad",
    says,
    fix: "Close that address, or protect it with TLS: whoever reaches it owns the machine.",
  };
}

function image({ image: name, found, refusal }: ImageReport): Found {
  if (refusal !== undefined) return { state: "unknown", says: `The engine doesn't tell about ${name}: ${refusal}` };
  if (found === undefined)
    return { state: "unknown", says: `${name} isn't there: the first run pulls it.`, fix: `docker pull ${name}` };
  const { id, digest, sizeBytes } = found;
  const size = sizeBytes === undefined ? "" : `, ${formatBytes(sizeBytes)}`;
  return { state: "good", says: `${name} is there: ${shortened(digest ?? id)}${size}.` };
}

/** "sha256:ffc887786465": as much of it as Docker shows. */
function shortened(digest: string): string {
  return digest.replace(/^(\w+:\w{12})\w*$/, "$1");
}
