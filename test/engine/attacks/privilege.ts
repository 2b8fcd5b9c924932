import { type Attack, all } from "./attack.ts";

const BPF = ["map", "program", "list"] as const;
const KEYS = ["add", "request", "session", "read"] as const;
const OTHER_MEMORY = ["read", "write", "take a file", "advise"] as const;
const PERSONALITIES = ["no random addresses", "map at zero", "pages that are read are run"] as const;
const UNSHARED = ["unshare user", "unshare mounts", "unshare groups", "unshare time"] as const;
const NOBODY = all("nobody", "su", "setpriv", "unshare", "afterwards");

/** Attacks on who the program is and what it may ask of the kernel. */
export const privilege: readonly Attack[] = [
  { program: "become-root.py", sees: all("EPERM", "setuid", "seteuid", "setgid", "setgroups", "setresuid", "chown") },
  {
    program: "identity.js",
    sees: {
      ...all("EPERM", "root", "root's group", "root's groups"),
      priority: "EACCES",
      "is root": "false",
      groups: "0",
    },
    // Priorities are its own.
    gvisor: { sees: { priority: "done" } },
  },
  { program: "set-uid.c", sees: { "give away": "EPERM", mark: "done", started: "nobody" } },
  { program: "switch-user.sh", sees: NOBODY },
  {
    program: "capabilities.c",
    sees: { ...all("EPERM", "take all", "ambient", "keep"), has: "0" },
    gvisor: { sees: all("EINVAL", "ambient", "keep") },
  },
  {
    program: "unset-guards.c",
    sees: { ...all("EINVAL", "vow", "filter"), "other executable": "EPERM", "vow holds": "1" },
  },
  {
    program: "unshare.sh",
    sees: all("EPERM", "user", "user, as root", "mounts", "network", "processes", "inside another"),
    // Its own kernel's namespaces, in which nothing is the host's.
    gvisor: { sees: { user: "done", ...all("ENOENT", "user, as root", "inside another") } },
  },
  {
    program: "namespaces.c",
    sees: { ...all("EPERM", "clone user", "clone network", ...UNSHARED), "clone3 user": "ENOSYS" },
    gvisor: { sees: all("done", "clone user", "clone network", ...UNSHARED) },
  },
  {
    program: "join-namespaces.c",
    sees: all("EPERM", "mounts", "network", "users", "all of a process"),
    gvisor: { sees: { mounts: "ENOENT", ...all("EOPNOTSUPP", "network", "users", "all of a process") } },
  },
  { program: "keyrings.c", sees: all("EPERM", ...KEYS), gvisor: { sees: all("EACCES", ...KEYS) } },
  {
    program: "ptrace.c",
    sees: all("EPERM", "attach", "seize", "be traced"),
    gvisor: { sees: { "be traced": "done" } },
  },
  {
    program: "other-memory.c",
    sees: all("EPERM", ...OTHER_MEMORY, "compare"),
    gvisor: { sees: all("ENOSYS", ...OTHER_MEMORY) },
  },
  { program: "bpf.go", sees: all("EPERM", ...BPF) },
  {
    program: "performance-counters.c",
    sees: all("EPERM", "itself", "a processor"),
    gvisor: { sees: all("ENODEV", "itself", "a processor") },
  },
  {
    program: "io-uring.c",
    // The engine's filter lets it, where the kernel does.
    sees: {
      "set up": ["done", "EPERM", "ENOSYS"],
      ...all(["EOPNOTSUPP", "EPERM", "ENOSYS"], "enter", "register"),
    },
    gvisor: { sees: { "set up": "done", enter: "EPERM", register: "ENOSYS" } },
  },
  {
    program: "page-faults.c",
    sees: { ...all("EPERM", "call", "call, own faults only"), device: "ENOENT" },
    gvisor: { sees: all("ENOSYS", "call", "call, own faults only") },
  },
  { program: "modules.go", sees: all("EPERM", "load", "unload", "another kernel") },
  { program: "clock.py", sees: all("EPERM", "set", "set in the old way", "slew") },
  {
    program: "names.sh",
    sees: { host: "EPERM", ...all("EROFS", "domain", "file"), "is called": "sandbox" },
    gvisor: { sees: all("EACCES", "domain", "file") },
  },
  { program: "change-root.py", sees: all("EPERM", "chroot", "chroot where it is", "pivot") },
  { program: "personality.c", sees: all("EPERM", ...PERSONALITIES), gvisor: { sees: all("EINVAL", ...PERSONALITIES) } },
  {
    program: "hardware.c",
    sees: {
      ...all("EPERM", "all ports", "keyboard"),
      registers: "ENOENT",
      // By whether the machine has such a bus.
      resources: ["EROFS", "ENOENT"],
    },
  },
  {
    program: "scheduling.c",
    sees: {
      ...all("EACCES", "nice", "last to be ended", "first process last"),
      ...all("EPERM", "real time", "round robin", "disk"),
    },
    // It takes note, and tells the host's kernel nothing.
    gvisor: {
      sees: {
        ...all("done", "nice", "last to be ended", "first process last"),
        ...all("EINVAL", "real time", "round robin"),
      },
    },
  },
  { program: "reboot.sh", sees: all("EPERM", "reboot", "power off", "halt") },
  {
    program: "administration.c",
    sees: all("EPERM", "swap on", "swap off", "quotas", "accounting", "hang up", "clear the log", "quiet the console"),
    gvisor: { sees: all("ENOSYS", "clear the log", "quiet the console") },
  },
  {
    program: "watch-files.go",
    sees: all("EPERM", "with a say", "as a witness"),
    gvisor: { sees: all("ENOSYS", "with a say", "as a witness") },
  },
  {
    program: "kernel-log.sh",
    sees: { ...all("EPERM", "read", "read and empty"), write: "EACCES" },
    // A log that it makes up.
    gvisor: { sees: { read: "done", "read and empty": "ENOSYS" } },
  },
  {
    program: "own-process.js",
    sees: { ...all("EPERM", "uid_map", "gid_map"), ...all("EACCES", "setgroups", "oom_score_adj") },
    gvisor: { sees: { setgroups: "ENOENT", oom_score_adj: "done" } },
  },
  {
    program: "foreign-calls.c",
    // The first door is the end of it.
    outcome: "signalled",
    gvisor: { sees: { ...all("ENOSYS", "32 bits", "x32"), "no such call": "ENOSYS" }, outcome: "ok" },
  },
];
