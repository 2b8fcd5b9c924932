import {
  asShellsTell,
  cancelled,
  diskLimit,
  diskLimitOfMachine,
  endedByForce,
  endedPolitely,
  failed,
  memoryLimit,
  noticedByWatching,
  processesGvisorHad,
  processLimit,
  refusedByKernel,
  reported,
  signalled,
  timeout,
} from "./families.ts";
import { MEBIBYTE, type RowInput } from "./row.ts";

const exit = (status: number): RowInput => ({
  title: `exits with status ${status}`,
  program: `process.exit(${status})`,
  ...failed(status),
});

const signalItself = (signal: string): RowInput => ({
  title: `sends itself ${signal}`,
  program: "signal-itself.js",
  args: [signal],
  ...signalled(signal),
});

const noSpace = "Error: ENOSPC: no space left on device, write";

export const javascriptRows: readonly RowInput[] = [
  { title: "prints", program: "console.log('done')", stdout: "done\n" },
  ...[3, 127, 137, 143].map(exit),
  { ...exit(130), container: asShellsTell(130) },
  { title: "throws", program: "null.name", ...failed(1) },
  { title: "throws later", program: "setTimeout(() => null.name)", ...failed(1) },
  { title: "has a syntax error", program: "let = (", ...failed(1) },
  { title: "doesn't handle a rejection", program: "Promise.reject(new Error('no'))", ...failed(1) },
  { title: "recurses without end", program: "(function f() { f(); })()", ...failed(1) },
  { title: "sets a status", program: "process.exitCode = 9", ...failed(9) },
  {
    title: "sets a status while it ends",
    program: "process.on('exit', () => { process.exitCode = 9; })",
    ...failed(9),
  },
  { title: "ends a worker with a status", program: "exit-in-worker.js", stdout: "7\n" },
  { title: "throws in a worker", program: "raise-in-worker.js", ...failed(1) },
  { title: "aborts", program: "process.abort()", ...signalled("SIGABRT") },
  ...["SIGKILL", "SIGTERM"].map(signalItself),
  { ...signalItself("SIGINT"), container: asShellsTell(130) },
  { title: "leaves a deaf process behind", program: "leave-behind.js", args: ["0"], stdout: /^(?:left behind\n)?$/ },
  { title: "closes its output long before it ends", program: "close-output.js", ...failed(4) },
  { title: "sleeps", program: "setTimeout(() => {}, 60_000)", ...timeout(endedPolitely) },
  { title: "is busy", program: "for (;;);", ...timeout(endedPolitely) },
  { title: "is deaf", program: "deaf.js", stdout: "deaf\n", ...timeout(endedByForce) },
  {
    title: "ends well when it is asked to end",
    program: "polite.js",
    args: ["0"],
    stdout: "asleep\nbye\n",
    ...timeout({ exitCode: 0, signal: null }),
  },
  {
    title: "fills its heap",
    program: "fill-heap.js",
    container: {
      ...memoryLimit(/it reported "FATAL ERROR: .+ Allocation failed - JavaScript heap out of memory"/, 512 * MEBIBYTE),
      signal: "SIGABRT",
      exitCode: null,
    },
    local: { ...memoryLimit(noticedByWatching, 512 * MEBIBYTE), ...endedByForce },
  },
  {
    title: "fails after its child filled its heap",
    program: "fill-child-heap.js",
    stdout: "SIGABRT\n",
    ...memoryLimit(/it reported "FATAL ERROR: .+ Allocation failed - JavaScript heap out of memory"/, 512 * MEBIBYTE),
    exitCode: 1,
  },
  {
    title: "wants more memory at once than there is",
    program: "new ArrayBuffer(2 ** 50)",
    ...memoryLimit(reported("RangeError: Array buffer allocation failed"), 128 * MEBIBYTE),
    exitCode: 1,
  },
  { title: "makes a text that is too long", program: "for (let text = 'x'; ; ) text += text", ...failed(1) },
  {
    title: "starts processes until it is refused",
    program: "spawn-until-refused.js",
    ...processLimit(refusedByKernel, 24),
    exitCode: 1,
    gvisor: processesGvisorHad(24),
    local: null,
  },
  {
    title: "fills its work folder",
    program: "fill-disk.js",
    args: ["file"],
    ...diskLimit("/code was full at its end"),
    exitCode: 1,
    local: null,
  },
  {
    title: "writes to a device without room",
    program: "fill-disk.js",
    args: ["/dev/full"],
    ...diskLimit(reported(noSpace)),
    exitCode: 1,
    local: diskLimitOfMachine(reported(noSpace)),
  },
  { title: "reports a full disk and fails otherwise", program: "report-full-disk.js", ...failed(1) },
  {
    title: "is stopped and ends well",
    program: "polite.js",
    args: ["0"],
    stopped: "at its first output",
    stdout: "asleep\nbye\n",
    ...cancelled,
  },
];
