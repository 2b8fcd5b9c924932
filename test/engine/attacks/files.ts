import { type Attack, all } from "./attack.ts";

const SYSTEM_FILES = [
  "/attack",
  "/etc/passwd",
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/hostname",
  "/usr/bin/attack",
] as const;
const DEVICES = ["mem", "port", "kmsg", "sda", "vda", "loop0", "loop-control", "kvm", "vsock", "userfaultfd"] as const;
const NODES = ["disk", "disk of a virtual machine", "memory", "log", "null"] as const;
const NEW_MOUNTS = ["fsopen", "fspick", "open_tree", "move_mount", "mount_setattr"] as const;

/** Attacks on files: the host's, the kernel's and the image's. */
export const files: readonly Attack[] = [
  {
    program: "host-secret.js",
    args: ({ secretFile }) => [secretFile],
    sees: {
      ...all("ENOENT", "read", "write", "process 1's root", "process 1's cwd/..", "process 1's task/1/root"),
      "any process's root": "false",
    },
    gvisor: { sees: all("EACCES", "process 1's root", "process 1's cwd/..", "process 1's task/1/root") },
  },
  {
    program: "kernel-settings.sh",
    sees: {
      ...all("EROFS", "core dumps", "host name", "panic", "overcommit", "interrupts"),
      // What the kernel was built without isn't there.
      ...all(["EROFS", "ENOENT"], "crash", "module loader", "binary formats"),
    },
    gvisor: {
      sees: {
        ...all("EACCES", "crash", "core dumps", "module loader", "host name", "panic", "overcommit"),
        ...all("ENOENT", "binary formats", "interrupts"),
      },
    },
  },
  { program: "kernel-settings-sweep.py", sees: { writable: "nothing" } },
  {
    program: "device-events.go",
    sees: {
      ...all("EROFS", "event", "sleep", "huge pages"),
      // By the kernel's configuration, and by the machine's disk.
      ...all(["ENOENT", "EROFS"], "helper", "block queue"),
    },
    gvisor: { sees: all("ENOENT", "helper", "event", "sleep", "huge pages", "block queue") },
  },
  {
    program: "cgroup.sh",
    sees: all("EROFS", "memory limit", "process limit", "group", "move"),
    gvisor: { sees: all("EACCES", "memory limit", "process limit", "group", "move") },
  },
  {
    program: "release-agent.c",
    sees: { ...all("EPERM", "mount memory", "mount rdma", "mount unified"), name: "ENOENT" },
  },
  // gVisor makes nodes of its own, which lead nowhere.
  {
    program: "device-nodes.c",
    sees: all("EPERM", ...NODES),
    gvisor: { sees: { ...all("ENXIO", ...NODES), null: "done" } },
  },
  {
    program: "devices.py",
    sees: { ...all("ENOENT", ...DEVICES, "fuse", "mapper/control"), others: "none" },
    // Its own, not the host's.
    gvisor: { sees: { fuse: "done", others: "fuse net" } },
  },
  {
    program: "mounts.c",
    sees: all(
      "EPERM",
      "tmpfs",
      "proc",
      "bind",
      "overlay",
      "disk",
      "writable root",
      "programs in /tmp",
      "shared root",
      "unmask",
      "unmount",
    ),
  },
  { program: "remount.sh", sees: all("EPERM", "writable root", "bind", "tmpfs", "unmount") },
  { program: "new-mounts.c", sees: all("EPERM", ...NEW_MOUNTS), gvisor: { sees: all("ENOSYS", ...NEW_MOUNTS) } },
  {
    program: "links.py",
    args: ({ secretFile }) => [secretFile],
    sees: {
      ...all("ENOENT", "link to the host", "link above the root", "link through a process"),
      "link to users": "EACCES",
      ...all("EXDEV", "hard link to users", "rename over users"),
      "above the root": "/",
    },
  },
  { program: "process-memory.c", sees: all("ENOENT", "second process of the host", "kernel", "physical") },
  {
    program: "own-binary.c",
    sees: { ...all("EACCES", "first process", "shell"), "first process, emptied": "EROFS", itself: "ETXTBSY" },
    // It lets a program write to its own file, which is the run's own.
    gvisor: { sees: { "first process, emptied": "EACCES", itself: "done" } },
  },
  {
    program: "file-handles.c",
    sees: all("EPERM", "by the root", "by a file of the engine's", "by the work folder"),
    gvisor: { sees: all("EOPNOTSUPP", "by the root", "by a file of the engine's", "by the work folder") },
  },
  {
    program: "system-folders.js",
    sees: { ...all("EROFS", ...SYSTEM_FILES), writable: "nothing" },
    gvisor: { sees: all("EACCES", ...SYSTEM_FILES) },
  },
  {
    program: "run-from.sh",
    sees: { ...all("EACCES", "/tmp", "/dev/shm"), "/dev/mqueue": "ENOENT", "/code": "done" },
  },
  {
    program: "masked.py",
    sees: {
      // What the kernel was built without isn't there.
      ...all(["0", "ENOENT"], "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/acpi", "/proc/scsi"),
      "/sys/firmware": "0",
    },
  },
  {
    program: "kernel-log.go",
    sees: {
      // Read by root alone, or masked.
      "/proc/kmsg": ["EACCES", "EPERM"],
      ...all("ENOENT", "/dev/kmsg", "/sys/kernel/debug/tracing/trace", "/sys/fs/pstore/dmesg", "/var/log/syslog"),
    },
    gvisor: { sees: { "/proc/kmsg": "ENOENT" } },
  },
  { program: "leaked-descriptors.js", sees: { folders: "none", "works in": "/code" } },
  { program: "image-layers.py", sees: { "within reach": "none", "engine's folder": "ENOENT" } },
];
