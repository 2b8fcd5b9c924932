import {
  compileFailed,
  diskLimit,
  diskLimitOfMachine,
  endedPolitely,
  failed,
  memoryGvisorHad,
  memoryLimit,
  reported,
  signalled,
  timeout,
} from "./families.ts";
import { MEBIBYTE, type RowInput } from "./row.ts";

const noSpace = /it reported "\S+ \S+ write \/dev\/full: no space left on device"/;

export const goRows: readonly RowInput[] = [
  { title: "exits with status 0", program: "exit.go", args: ["0"] },
  { title: "exits with status 3", program: "exit.go", args: ["3"], ...failed(3) },
  { title: "panics", program: "panic.go", ...failed(2) },
  { title: "kills itself", program: "kill-itself.go", ...signalled("SIGKILL") },
  { title: "sleeps", program: "sleep.go", ...timeout(endedPolitely) },
  {
    title: "wants more memory at once than there is",
    program: "allocate.go",
    ...memoryLimit(reported("fatal error: runtime: out of memory"), 128 * MEBIBYTE),
    exitCode: 2,
    gvisor: memoryGvisorHad,
  },
  {
    title: "writes to a device without room",
    program: "fill-disk.go",
    ...diskLimit(noSpace),
    exitCode: 1,
    local: diskLimitOfMachine(noSpace),
  },
  { title: "has a syntax error", program: "syntax-error.go", ...compileFailed() },
  { title: "has a type error", program: "type-error.go", ...compileFailed() },
  { title: "imports what it doesn't use", program: "unused-import.go", ...compileFailed() },
];
