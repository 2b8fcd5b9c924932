import {
  asShellsTell,
  cancelled,
  cancelledBeforeStart,
  diskLimit,
  diskLimitOfMachine,
  endedByForce,
  endedPolitely,
  failed,
  MEMORY_BYTES,
  memoryGvisorHad,
  memoryLimit,
  noticedByKernel,
  noticedByWatching,
  OUTPUT_BYTES,
  outputLimit,
  PROCESSES,
  processesGvisorHad,
  processLimit,
  processLimitOfMachine,
  refusedByKernel,
  reported,
  signalled,
  TIMEOUT_MS,
  timeout,
} from "./families.ts";
import { MEBIBYTE, type RowInput } from "./row.ts";

const exit = (status: number): RowInput => ({
  title: `exits with status ${status}`,
  program: `import sys; sys.exit(${status})`,
  ...failed(status),
});

const signalItself = (signal: string): RowInput => ({
  title: `sends itself ${signal}`,
  program: "signal-itself.py",
  args: [signal],
  ...signalled(signal),
});

const ends: readonly RowInput[] = [
  { title: "prints", program: "print('done')", stdout: "done\n" },
  ...[1, 3, 124, 125, 126, 127, 137, 139, 143, 255].map(exit),
  { ...exit(130), container: asShellsTell(130) },
  { ...exit(141), container: asShellsTell(141) },
  { title: "exits with a text", program: "import sys; sys.exit('no')", ...failed(1) },
  { title: "raises", program: "1 / 0", ...failed(1) },
  { title: "has a syntax error", program: "print(", ...failed(1) },
  { title: "ends itself in a thread", program: "exit-in-thread.py", ...failed(7) },
  { title: "ends itself while it ends", program: "exit-at-exit.py", ...failed(5) },
  { title: "leaves a thread with a status", program: "sys-exit-in-thread.py" },
  { title: "raises in a thread", program: "raise-in-thread.py" },
];

const signals: readonly RowInput[] = [
  ...["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGHUP", "SIGQUIT"].map(
    signalItself,
  ),
  ...["SIGFPE", "SIGILL", "SIGBUS", "SIGTRAP", "SIGSYS", "SIGXCPU", "SIGXFSZ"].map(signalItself),
  { ...signalItself("SIGINT"), container: asShellsTell(130) },
  { ...signalItself("SIGPIPE"), container: asShellsTell(141) },
  {
    title: "is interrupted, as by Ctrl+C",
    program: "raise KeyboardInterrupt",
    ...signalled("SIGINT"),
    container: asShellsTell(130),
  },
  { title: "reads where nothing is", program: "null-pointer.py", ...signalled("SIGSEGV") },
  { title: "kills its child", program: "kill-child.py", args: ["0"], stdout: "-9\n" },
  {
    title: "fails after its child was killed",
    program: "kill-child.py",
    args: ["137"],
    stdout: "-9\n",
    ...failed(137),
  },
];

const leftovers: readonly RowInput[] = [
  { title: "leaves a deaf process behind", program: "leave-behind.py", args: ["0"], stdout: "left behind\n" },
  {
    title: "leaves a flooding process behind",
    program: "leave-behind.py",
    args: ["0", "flood"],
    stdout: /^left behind\n/,
    leftOut: "some",
  },
  {
    title: "fails and leaves a process",
    program: "leave-behind.py",
    args: ["3"],
    stdout: "left behind\n",
    ...failed(3),
  },
  { title: "closes its output long before it ends", program: "close-output.py", args: ["0"], stdout: "before\n" },
  {
    title: "closes its output long before it fails",
    program: "close-output.py",
    args: ["3"],
    stdout: "before\n",
    ...failed(3),
  },
  { title: "prints to an output that it has closed", program: "print-after-close.py", ...failed(1) },
];

const timeouts: readonly RowInput[] = [
  { title: "sleeps", program: "sleep.py", stdout: "asleep\n", ...timeout(endedPolitely) },
  { title: "is busy", program: "while True: pass", ...timeout(endedPolitely) },
  { title: "waits for input", program: "read.py", stdin: neverEnding(), ...timeout(endedPolitely) },
  { title: "is deaf to every signal", program: "deaf.py", stdout: "deaf\n", ...timeout(endedByForce) },
  { title: "and its children are deaf", program: "fork-deaf.py", ...timeout(endedByForce) },
  { title: "has a deaf child in another session", program: "leave-deaf-child.py", ...timeout(endedPolitely) },
  {
    title: "floods its output",
    program: "flood.py",
    stdout: /^0123/,
    ...timeout(endedPolitely),
    leftOut: "some",
  },
  { title: "stops itself", program: "stop-itself.py", stdout: "stopping\n", ...timeout(endedByForce) },
  {
    title: "ends well when it is asked to end",
    program: "polite.py",
    args: ["0"],
    stdout: "asleep\nbye\n",
    ...timeout({ exitCode: 0, signal: null }),
  },
  {
    title: "fails when it is asked to end",
    program: "polite.py",
    args: ["3"],
    stdout: "asleep\nbye\n",
    ...timeout({ exitCode: 3, signal: null }),
  },
  {
    title: "forks without end",
    program: "fork-without-end.py",
    ...timeout({ exitCode: null, signal: /^SIG(?:TERM|KILL)$/ }),
    limits: { timeoutMs: TIMEOUT_MS, processes: PROCESSES },
    // Which of its limits it meets first there, nobody knows.
    gvisor: null,
    local: null,
  },
  {
    title: "stops every process that it can",
    program: "signal-all.py",
    args: ["SIGSTOP"],
    stdout: "signalling\n",
    ...timeout(endedByForce),
    local: null,
  },
  {
    title: "kills every process that it can",
    program: "signal-all.py",
    args: ["SIGKILL"],
    stdout: "signalling\n",
    ...signalled("SIGKILL"),
    local: null,
  },
];

const memory: readonly RowInput[] = [
  {
    title: "fills its memory",
    program: "fill-memory.py",
    ...memoryLimit(noticedByKernel),
    ...endedByForce,
    gvisor: memoryGvisorHad,
    local: memoryLimit(noticedByWatching),
  },
  {
    title: "fails after its child filled the memory",
    program: "fill-memory-in-child.py",
    args: ["1"],
    ...memoryLimit(noticedByKernel),
    container: { exitCode: 1, stdout: "the child got signal 9\n" },
    gvisor: memoryGvisorHad,
    local: { ...memoryLimit(noticedByWatching), ...endedByForce },
  },
  {
    title: "copes with a child that filled the memory",
    program: "fill-memory-in-child.py",
    args: ["0"],
    limits: { memoryBytes: MEMORY_BYTES },
    container: { stdout: "the child got signal 9\n" },
    gvisor: { ...memoryLimit(noticedByKernel), ...memoryGvisorHad },
    local: { ...memoryLimit(noticedByWatching), ...endedByForce },
  },
  {
    title: "fills its memory with files",
    program: "fill-memory-with-files.py",
    ...memoryLimit(noticedByKernel, 32 * MEBIBYTE),
    ...endedByForce,
    gvisor: memoryGvisorHad,
    local: null,
  },
  {
    title: "wants more memory at once than there is",
    program: "allocate.py",
    ...memoryLimit(reported("MemoryError")),
    exitCode: 1,
  },
  { title: "makes do with less memory", program: "allocate.py", args: ["handled"], stdout: "less will do\n" },
  { title: "reports a lack of memory and fails otherwise", program: "report-memory-error.py", ...failed(1) },
];

const processes: readonly RowInput[] = [
  {
    title: "forks until it is refused",
    program: "fork-until-refused.py",
    ...processLimit(refusedByKernel),
    exitCode: 1,
    gvisor: processesGvisorHad(),
    local: null,
  },
  {
    title: "starts threads until it is refused",
    program: "thread-until-refused.py",
    ...processLimit(refusedByKernel),
    exitCode: 1,
    // A thread takes one of gVisor's, of which there are several for each process that there may be.
    gvisor: null,
    local: null,
  },
  {
    title: "makes do with fewer processes",
    program: "fork-until-refused.py",
    args: ["0"],
    limits: { processes: PROCESSES },
    stdout: "no more\n",
    gvisor: processesGvisorHad(),
    local: null,
  },
  {
    title: "fails with a status of its own for want of processes",
    program: "fork-until-refused.py",
    args: ["3"],
    stdout: "no more\n",
    ...processLimit(refusedByKernel),
    exitCode: 3,
    gvisor: processesGvisorHad(),
    local: null,
  },
  {
    title: "is refused a thread by another limit",
    program: "thread-refused-to-user.py",
    ...processLimit(reported("RuntimeError: can't start new thread"), 64),
    exitCode: 1,
    local: processLimitOfMachine(reported("RuntimeError: can't start new thread")),
  },
];

const noSpace = "OSError: [Errno 28] No space left on device";

const disk: readonly RowInput[] = [
  {
    title: "fills its work folder",
    program: "fill-disk.py",
    args: ["file", "raised"],
    ...diskLimit("/code was full at its end"),
    exitCode: 1,
    local: null,
  },
  {
    title: "fills /tmp",
    program: "fill-disk.py",
    args: ["/tmp/file", "raised"],
    ...diskLimit("/tmp was full at its end"),
    exitCode: 1,
    local: null,
  },
  {
    title: "cleans up a full folder and raises",
    program: "fill-disk.py",
    args: ["file", "cleaned, raised"],
    ...diskLimit(reported(noSpace)),
    exitCode: 1,
    local: null,
  },
  {
    title: "cleans up a full folder and says nothing",
    program: "fill-disk.py",
    args: ["file", "cleaned"],
    ...failed(3),
    limits: { diskBytes: 4 * MEBIBYTE },
    local: null,
  },
  {
    title: "makes do with a full folder",
    program: "fill-disk.py",
    args: ["file", "coped"],
    limits: { diskBytes: 4 * MEBIBYTE },
    stdout: "full\n",
    local: null,
  },
  {
    title: "writes to a device without room",
    program: "fill-disk.py",
    args: ["/dev/full", "raised"],
    ...diskLimit(reported(noSpace)),
    exitCode: 1,
    local: diskLimitOfMachine(reported(noSpace)),
  },
  {
    title: "makes do with a device without room",
    program: "fill-disk.py",
    args: ["/dev/full", "coped"],
    stdout: "full\n",
  },
];

const output: readonly RowInput[] = [
  {
    title: "prints more than it may",
    program: "flood.py",
    stdout: /^[^]{1000}$/,
    ...outputLimit,
    ...endedPolitely,
  },
  { title: "prints more errors than it may", program: "flood-errors.py", ...outputLimit, ...endedPolitely },
  {
    title: "prints more than it may and is deaf",
    program: "flood.py",
    args: ["deaf"],
    stdout: /^[^]{1000}$/,
    ...outputLimit,
    ...endedByForce,
  },
  {
    title: "prints as much as it may",
    program: "print.py",
    args: [String(OUTPUT_BYTES), "0"],
    limits: { outputBytes: OUTPUT_BYTES },
    onOutputLimit: "stop",
    stdout: /^o{1000}$/,
  },
  {
    title: "prints more than is kept",
    program: "print.py",
    args: [String(5 * OUTPUT_BYTES), "0"],
    limits: { outputBytes: OUTPUT_BYTES },
    stdout: /^o{500}\n\[… 4000 bytes left out …\]\no{500}$/,
    leftOut: 4 * OUTPUT_BYTES,
  },
  {
    title: "prints more than is kept and fails",
    program: "print.py",
    args: [String(5 * OUTPUT_BYTES), "3"],
    limits: { outputBytes: OUTPUT_BYTES },
    stdout: /^o{500}\n\[… 4000 bytes left out …\]\no{500}$/,
    leftOut: 4 * OUTPUT_BYTES,
    ...failed(3),
  },
];

const stops: readonly RowInput[] = [
  { title: "is stopped before its start", program: "sleep.py", ...cancelledBeforeStart },
  {
    title: "is stopped",
    program: "sleep.py",
    stopped: "at its first output",
    stdout: "asleep\n",
    ...cancelled,
    ...endedPolitely,
  },
  {
    title: "is stopped and deaf",
    program: "deaf.py",
    stopped: "at its first output",
    stdout: "deaf\n",
    ...cancelled,
    ...endedByForce,
  },
  {
    title: "is stopped and ends well",
    program: "polite.py",
    args: ["0"],
    stopped: "at its first output",
    stdout: "asleep\nbye\n",
    ...cancelled,
  },
];

/** An input that neither comes nor ends. */
async function* neverEnding(): AsyncGenerator<Uint8Array> {
  await new Promise(() => undefined);
}

export const pythonRows: readonly RowInput[] = [
  ...ends,
  ...signals,
  ...leftovers,
  ...timeouts,
  ...memory,
  ...processes,
  ...disk,
  ...output,
  ...stops,
];
