import type { Finding } from "./engineDescription.ts";
import type { EngineReport } from "./engineReport.ts";
import type { Outcome } from "./outcome.ts";

type Found = Omit<Finding, "what">;

/** What was seen from inside a container, and of programs that went to its limits. */
export interface Seen {
  /** What the probe printed: a name, and all that was told under it. */
  readonly told: ReadonlyMap<string, readonly string[]>;
  /** How a program ended that went to the limit. */
  readonly limits: Readonly<Record<ProbedLimit, { readonly outcome: Outcome; readonly evidence: string }>>;
  readonly enforces: EngineReport["enforces"];
  /** What a run with an open network was told that the engine can't do. */
  readonly openCautions: readonly string[];
}

export type ProbedLimit = "time" | "memory" | "processes";

/** What ForgeAI promises of a container: in the README as it is, and tried by the doctor. */
export interface SecurityPromise {
  readonly promise: string;
  /** By what it is kept. */
  readonly how: string;
  readonly judge: (seen: Seen) => Found;
}

/** A program that goes to a limit, and the ending that shows that it is held. */
export const LIMIT_PROBES: Readonly<Record<ProbedLimit, { readonly source: string; readonly outcome: Outcome }>> = {
  time: { source: "sleep 60\n", outcome: "timeout" },
  memory: { source: 'a=0123456789abcdef; while :; do a="$a$a"; done\n', outcome: "memory-limit" },
  processes: {
    source: "n=0; while [ $n -lt 99 ]; do sleep 9 & n=$((n + 1)); done\nexit 0\n",
    outcome: "process-limit",
  },
};

/** In the probe's text and nowhere else. */
const TRACE = "forgeai-doctor-was-here";

/** Tells what it sees, a line each: a name and a value. POSIX shell and nothing else, for it runs in any language's image. */
export const PROBE = `# ${TRACE}
tell() { printf '%s %s\\n' "$1" "$2"; }
while read -r key value; do
  case $key in
    Uid:) set -- $value; tell user "$1" ;;
    CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) tell "\${key%:}" "$value" ;;
  esac
done </proc/self/status
IFS= read -r kernel </proc/version && tell kernel "$kernel"
while read -r first _; do
  case $first in *:) tell interface "\${first%:}" ;; *:*) tell interface "\${first%%:*}" ;; esac
done </proc/net/dev
if (: >/forgeai-probe) 2>/dev/null; then tell root written; else tell root refused; fi
while read -r _ at kind options _; do tell mount "$at $kind $options"; [ ! -w "$at" ] || tell writable "$at"; done </proc/self/mounts
for file in /dev/*; do if [ -b "$file" ]; then tell device "$file"; fi; done
for file in /proc/kcore /proc/keys /proc/timer_list; do
  line=
  (IFS= read -r line <"$file" || [ -n "$line" ]) 2>/dev/null && tell open "$file"
done
for file in /proc/sysrq-trigger /proc/sys/kernel/core_pattern; do [ ! -w "$file" ] || tell open "$file"; done
for file in /proc/[0-9]*; do tell process "\${file#/proc/}"; done
for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *${TRACE}*) tell trace "$file" ;; esac
  done <"$file" 2>/dev/null
done
tell end .
`;

const PROMISES_OF_WHAT_IS_SEEN: readonly SecurityPromise[] = [
  {
    promise: "It reaches no network",
    how: "a network of its own with nothing but loopback",
    judge: ({ told }) => {
      const others = all(told, "interface").filter((name) => name !== "lo");
      return kept(others.length === 0, "There is loopback and nothing else.", `There is ${others.join(", ")}.`);
    },
  },
  {
    promise: "Where you open its network, it reaches the internet and nothing nearer",
    how: "the kernel drops what its network device sends to private addresses and the engine's machine, but for names (port 53)",
    judge: ({ openCautions }) =>
      openCautions.length === 0
        ? { state: "good", says: "The kernel took the filter." }
        : { state: "bad", says: openCautions.join(" "), fix: "forgeai images pull python" },
  },
  {
    promise: "It sees no file of the host",
    how: "nothing is mounted; its files come over a stream and lie in memory",
    judge: ({ told }) => {
      const foreign = mounts(told).filter(({ at, kind }) => !VIRTUAL.includes(kind) && !ENGINES_OWN.includes(at));
      const list = foreign.map(({ at, kind }) => `${at} (${kind})`).join(", ");
      return kept(foreign.length === 0, "Nothing is mounted but the image and memory.", `There is ${list}.`);
    },
  },
  {
    promise: "It can't change its own system",
    how: "a read-only root file system",
    judge: ({ told }) =>
      kept(told.get("root")?.[0] === "refused", "A file in / was refused.", "A file could be written in /."),
  },
  {
    promise: "It isn't root, and has no capabilities",
    how: "a user id of its own for each container; all capabilities dropped",
    judge: ({ told }) => {
      const [user, effective, bounding] = ["user", "CapEff", "CapBnd"].map((name) => told.get(name)?.[0]);
      const isKept =
        user !== undefined && user !== "0" && [effective, bounding].every((each) => /^0+$/.test(each ?? ""));
      const says = `It is user ${user}, its capabilities are ${effective}, and ${bounding} at most.`;
      return kept(isKept, says, says);
    },
  },
  {
    promise: "It can't get rights by a program of the image",
    how: "no new privileges: set-uid bits count for nothing",
    judge: ({ told }) => {
      const [flag] = told.get("NoNewPrivs") ?? [];
      if (flag === undefined) return untold("The kernel inside doesn't tell.");
      return kept(flag === "1", "The kernel says that it gets none.", "The kernel says that it might.");
    },
  },
  {
    promise: "It can't make system calls that it doesn't need",
    how: "a seccomp filter, in media/seccomp.json; or a kernel of its own",
    judge: ({ told }) => {
      const [kernel = ""] = told.get("kernel") ?? [];
      if (told.get("Seccomp")?.[0] === "2") return { state: "good", says: "The kernel says that they are filtered." };
      if (/gvisor|Sun Jan 10 15:06:54 PST 2016/i.test(kernel))
        return { state: "good", says: "They go to gVisor's kernel, not to the host's." };
      return { state: "bad", says: "The kernel says that they aren't filtered.", fix: NO_FIX };
    },
  },
  {
    promise: "It can fill no disk",
    how: "`/code`, `/tmp` and `/dev/shm` are memory, each with a size",
    judge: ({ told }) => {
      const isBounded = (options: readonly string[]): boolean => options.some((each) => each.startsWith("size="));
      const open = mounts(told)
        .filter(
          ({ at, options }) => all(told, "writable").includes(at) && options.includes("rw") && !isBounded(options),
        )
        .map(({ at }) => at);
      return kept(open.length === 0, "Each folder that can be written has a size.", `${open.join(", ")} has none.`);
    },
  },
  {
    promise: "It has no device of the host",
    how: "none is handed in, and none can be made",
    judge: ({ told }) => {
      const devices = all(told, "device");
      return kept(devices.length === 0, "There is no disk in /dev.", `There is ${devices.join(", ")}.`);
    },
  },
  {
    promise: "It can't reach into the kernel through its files",
    how: "the engine's masked and read-only paths are kept",
    judge: ({ told }) => {
      const open = all(told, "open");
      return kept(open.length === 0, "/proc/kcore and its like are closed.", `${open.join(", ")} is open.`);
    },
  },
  {
    promise: "It sees no process but its own",
    how: "namespaces of its own for processes, memory, names and control groups",
    judge: ({ told }) => {
      const count = all(told, "process").length;
      return kept(count <= MOST_PROCESSES, `There are ${count}, all its own.`, `There are ${count}.`);
    },
  },
  {
    promise: "Nobody reads its text in a process list",
    how: "code, names and arguments are in no argument list but its own, and in no environment",
    judge: ({ told }) => {
      const traces = all(told, "trace");
      return kept(traces.length === 0, "No process has it in its command line.", `It is in ${traces.join(", ")}.`);
    },
  },
  {
    promise: "It can't go on in the machine's swap",
    how: "no swap beside its memory",
    judge: ({ enforces }) => {
      if (enforces.swap === undefined) return untold("The engine doesn't tell.");
      return kept(
        enforces.swap,
        "The engine says that it holds it to that.",
        "The engine can't hold it to that.",
        SWAP_FIX,
      );
    },
  },
];

/** All promises, in the order in which they're told. */
export const PROMISES: readonly SecurityPromise[] = [
  ...PROMISES_OF_WHAT_IS_SEEN,
  limit(
    "memory",
    "It can't take more memory than it was given",
    "a memory limit on all its processes and files together",
  ),
  limit("processes", "It can't start processes without end", "a limit on its processes and threads"),
  limit("time", "It ends in time", "SIGTERM, half a second, SIGKILL; process 1 does it where ForgeAI is gone"),
];

function limit(which: ProbedLimit, promise: string, how: string): SecurityPromise {
  const { outcome: wanted } = LIMIT_PROBES[which];
  return {
    promise,
    how,
    judge: ({ limits }) => {
      const { outcome, evidence } = limits[which];
      const says = `A program that tried ended as ${outcome}: ${evidence}`;
      return kept(outcome === wanted, says, says);
    },
  };
}

/** What was found of each promise; nothing where nothing could be tried. */
export function judgePromises(seen: Seen | undefined): readonly Finding[] {
  return PROMISES.map(({ promise, judge }) => ({ what: promise, ...(seen === undefined ? UNTRIED : judge(seen)) }));
}

/** Reads what the probe printed; undefined where it didn't come to its end. */
export function readProbe(stdout: string): Seen["told"] | undefined {
  const told = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const [name = "", value = ""] = line.split(/ (.*)/s);
    if (name !== "") told.set(name, [...(told.get(name) ?? []), value]);
  }
  return told.has("end") ? told : undefined;
}

const VIRTUAL = ["proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2"];

/** The image, and what the engine itself puts there to say how the container is called. */
const ENGINES_OWN = ["/", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

/** The boot script, the shell that waits, the probe, and what it starts itself. */
const MOST_PROCESSES = 8;

const NO_FIX = "See the engine's settings and runtimes: docker info.";
const SWAP_FIX = "Boot the engine's kernel with cgroup_enable=memory swapaccount=1.";

const UNTRIED: Found = {
  state: "unknown",
  says: "Nothing was tried, as an image would have to be fetched first.",
  fix: "forgeai images pull python",
};

function kept(isKept: boolean, says: string, otherwise: string, fix = NO_FIX): Found {
  return isKept ? { state: "good", says } : { state: "bad", says: otherwise, fix };
}

function untold(says: string): Found {
  return { state: "unknown", says };
}

function all(told: Seen["told"], name: string): readonly string[] {
  return told.get(name) ?? [];
}

interface Mount {
  readonly at: string;
  readonly kind: string;
  readonly options: readonly string[];
}

function mounts(told: Seen["told"]): Mount[] {
  return all(told, "mount").map((line) => {
    const [at = "", kind = "", options = ""] = line.split(" ");
    return { at, kind, options: options.split(",") };
  });
}
