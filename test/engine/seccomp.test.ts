import assert from "node:assert/strict";
import * as v from "valibot";
import profile from "../../media/seccomp.json" with { type: "json" };
import { collectRun } from "./support/runs.ts";

/** Calls of x86-64, by number and with arguments that do no harm where they are let through, and the error that each has to give. */
const REFUSED: Readonly<Record<string, readonly [error: string, ...call: number[]]>> = {
  io_uring_setup: ["EPERM", 425, 1, 0],
  io_uring_enter: ["EPERM", 426, 0, 0, 0, 0],
  userfaultfd: ["EPERM", 323, 1],
  ptrace: ["EPERM", 101, 0, 0, 0, 0],
  process_vm_readv: ["EPERM", 310, 1, 0, 0, 0, 0, 0],
  process_vm_writev: ["EPERM", 311, 1, 0, 0, 0, 0, 0],
  kcmp: ["EPERM", 312, 1, 1, 0, 0, 0],
  pidfd_getfd: ["EPERM", 438, 0, 0, 0],
  bpf: ["EPERM", 321, 0, 0, 0],
  perf_event_open: ["EPERM", 298, 0, 0, -1, -1, 0],
  add_key: ["EPERM", 248, 0, 0, 0, 0, -3],
  request_key: ["EPERM", 249, 0, 0, 0, -3],
  keyctl: ["EPERM", 250, 0, -3, 1],
  mq_open: ["EPERM", 240, 0, 0, 0, 0],
  memfd_secret: ["EPERM", 447, 0],
  modify_ldt: ["EPERM", 154, 0, 0, 0],
  vmsplice: ["EPERM", 278, 0, 0, 0, 0],
  mbind: ["EPERM", 237, 0, 0, 0, 0, 0, 0],
  move_pages: ["EPERM", 279, 0, 0, 0, 0, 0, 0],
  mount: ["EPERM", 165, 0, 0, 0, 0, 0],
  fsopen: ["EPERM", 430, 0, 0],
  pivot_root: ["EPERM", 155, 0, 0],
  chroot: ["EPERM", 161, 0],
  "unshare (a user namespace)": ["EPERM", 272, 0x10000000],
  setns: ["EPERM", 308, -1, 0],
  "clone (a user namespace)": ["EPERM", 56, 0x10000011, 0, 0, 0, 0],
  clone3: ["ENOSYS", 435, 0, 0],
  open_by_handle_at: ["EPERM", 304, -1, 0, 0],
  name_to_handle_at: ["EPERM", 303, -1, 0, 0, 0, 0],
  kexec_load: ["EPERM", 246, 0, 0, 0, 0],
  init_module: ["EPERM", 175, 0, 0, 0],
  finit_module: ["EPERM", 313, -1, 0, 0],
  clock_settime: ["EPERM", 227, 0, 0],
  adjtimex: ["EPERM", 159, 0],
  sethostname: ["EPERM", 170, 0, 0],
  reboot: ["EPERM", 169, 0, 0, 0, 0],
  swapon: ["EPERM", 167, 0, 0],
  iopl: ["EPERM", 172, 3],
  acct: ["EPERM", 163, 0],
  syslog: ["EPERM", 103, 3, 0, 0],
  quotactl: ["EPERM", 179, 0, 0, 0, 0],
  fanotify_init: ["EPERM", 300, 0, 0],
  "personality (no random addresses)": ["EPERM", 135, 0x40000],
  "socket (AF_VSOCK)": ["EPERM", 41, 40, 1, 0],
  "socket (AF_ALG)": ["EPERM", 41, 38, 5, 0],
  "socket (AF_PACKET)": ["EPERM", 41, 17, 3, 0],
  "socket (AF_NETLINK, kernel events)": ["EPERM", 41, 16, 3, 15],
  "socket (AF_KEY)": ["EPERM", 41, 15, 3, 2],
  "socket (AF_BLUETOOTH)": ["EPERM", 41, 31, 3, 1],
  "socketpair (AF_TIPC)": ["EPERM", 53, 30, 2, 0, 0],
};

/** What programs do need, through the C library: an empty text is a success. */
const NEEDED = `
import os, select, signal, socket, threading, multiprocessing.shared_memory, resource, subprocess, mmap
print(sorted(name for _, name in socket.if_nameindex()))
os.mkfifo("pipe"); os.memfd_create("memory"); socket.socketpair(); socket.socket(socket.AF_INET6)
thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
subprocess.run(["true"], check=True)
multiprocessing.shared_memory.SharedMemory(create=True, size=4096).unlink()
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.nice(1); select.epoll(); mmap.mmap(-1, 4096)
`;

const Errors = v.record(v.string(), v.string());

describe("the system calls of a program", () => {
  before(function ask() {
    // The numbers below are x86-64's.
    if (process.arch !== "x64") this.skip();
  });

  let errors: v.InferOutput<typeof Errors> = {};
  before(async () => {
    const calls = JSON.stringify(Object.entries(REFUSED).map(([name, [, ...call]]) => [name, call]));
    const source = `import ctypes, errno, json, os, sys
libc = ctypes.CDLL(None, use_errno=True)
told = {}
for name, call in json.loads(sys.argv[1]):
    ctypes.set_errno(0)
    result = libc.syscall(*map(ctypes.c_long, call))
    if result == 0 and name.startswith("clone"): os._exit(0)
    told[name] = "it was let through" if result >= 0 else errno.errorcode[ctypes.get_errno()]
print(json.dumps(told))
`;
    const { stdout, stderr, evidence } = await collectRun({ language: "python", source, args: [calls] });
    assert.equal(stderr, "", evidence);
    errors = v.parse(Errors, JSON.parse(stdout));
  });

  for (const [name, [error]] of Object.entries(REFUSED))
    it(`don't include ${name}`, () => assert.equal(errors[name], error));

  it("aren't made as a 32-bit program makes them, past the list", async () => {
    const source = 'int main(void) { int id; __asm__ volatile("int $0x80" : "=a"(id) : "a"(20)); return id == 0; }';
    const { outcome, signal, evidence } = await collectRun({ language: "c", source });
    assert.deepEqual([outcome, signal], ["signalled", "SIGSYS"], evidence);
  });

  it("are enough for what programs do", async () => {
    const { stdout, stderr, evidence } = await collectRun({ language: "python", source: NEEDED });
    assert.deepEqual([stdout, stderr], ["['lo']\n", ""], evidence);
  });
});

describe("the list of system calls", () => {
  const ofAction = (wanted: string): string[] =>
    profile.syscalls.filter(({ action }) => action === wanted).flatMap(({ names }) => names);

  it("gives a reason for whatever it allows and refuses", () => {
    for (const { comment, names } of profile.syscalls) assert.match(comment, /\.$/, names.join());
  });

  it("refuses what it doesn't name, and allows nothing that it refuses", () => {
    assert.deepEqual([profile.defaultAction, profile.defaultErrnoRet], ["SCMP_ACT_ERRNO", 1]);
    const allowed = new Set(ofAction("SCMP_ACT_ALLOW"));
    assert.deepEqual(
      ofAction("SCMP_ACT_ERRNO").filter((name) => allowed.has(name)),
      [],
    );
  });
});
