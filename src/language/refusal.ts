import type { ProblemFormat } from "./language.ts";
import { lastReport } from "./last-report.ts";

/** What a program can be refused when it wants more of it than it may have. */
export type Resource = "memory" | "processes" | "disk";

/** What a program was refused, each with who says so, in words that end a sentence: "the kernel ended 1 process for it". */
export type Refusals = { readonly [Name in Resource]?: string };

/** How runtimes say in their last report that they gave up for want of a resource. The group is what is quoted. */
const PATTERNS: Readonly<Record<ProblemFormat, Readonly<Record<Resource, readonly RegExp[]>>>> = {
  python: {
    // The parser has a stack of its own, which no limit of ours is about.
    memory: [/^((?:[\w.]+\._Array)?MemoryError(?:: (?!Parser stack ).*)?)$/m, /^(OSError: \[Errno 12\] .*)$/m],
    processes: [
      // A read that would have to wait fails in the same words as a fork that is refused.
      /(?:fork|spawn)[^]*\n(BlockingIOError: \[Errno \d+\] Resource .*)$/,
      /^(RuntimeError: can't start new thread)$/m,
    ],
    disk: [/^(OSError: \[Errno 28\] .*)$/m, /^(sqlite3\.OperationalError: database or disk is full)$/m],
  },
  node: {
    memory: [
      /^(FATAL ERROR: .*(?:out of memory|Allocation failed).*)/,
      /^(RangeError: .*(?:buffer allocation failed|could not allocate memory).*)/,
      /^(Error \[ERR_WORKER_OUT_OF_MEMORY\]: .*)/,
      /^(Error: (?:ENOMEM: |spawn(?:Sync)? .* ENOMEM).*)/,
    ],
    processes: [/^(Error: spawn(?:Sync)? .* EAGAIN)\n/, /^(Error.*: EAGAIN)\n[^]*'ERR_WORKER_INIT_FAILED'/],
    disk: [/^(\w*Error.*: ENOSPC: no space left on device.*)/],
  },
  go: {
    memory: [/^(fatal error: .*(?:out of memory|cannot allocate).*)$/m, /^(.*: cannot allocate memory)$/m],
    processes: [
      /^(.*fork\/exec .*: resource temporarily unavailable)$/m,
      /^(runtime: failed to create new OS thread.*)$/m,
    ],
    disk: [/^(.*: no space left on device)$/m],
  },
  bash: {
    memory: [/^(.*: (?:xrealloc|xmalloc): cannot allocate .*)$/m, /^(.*: Cannot allocate memory)$/m],
    processes: [/^(.*: fork: (?:retry: )?Resource temporarily unavailable)$/m],
    disk: [/^(.*No space left on device.*)$/m],
  },
  ruby: {
    memory: [/^(.*failed to allocate memory \(NoMemoryError\))$/m, /^(.*Cannot allocate memory.* \(Errno::ENOMEM\))$/m],
    processes: [/^(.*Resource temporarily unavailable.* \((?:Errno::EAGAIN|ThreadError)\))$/m],
    disk: [/^(.*No space left on device.*)$/m],
  },
  php: {
    memory: [/^((?:PHP )?Fatal error: +(?:Out of memory|Allowed memory size of) .*)$/m],
    processes: [/^(.*Error \d+ \(?Resource temporarily unavailable.*)$/m],
    disk: [/^(.*No space left on device.*)$/m],
  },
  perl: {
    memory: [/^(Out of memory.*)$/m, /^(.*Cannot allocate memory.*)$/m],
    processes: [/^(.*Resource temporarily unavailable at .*)$/m],
    disk: [/^(.*No space left on device.*)$/m],
  },
  lua: { memory: [/^(lua[\w.-]*: .*not enough memory)$/m], processes: [], disk: [/^(.*No space left on device.*)$/m] },
  gcc: {
    memory: [
      /^( *what\(\): +std::bad_alloc)$/m,
      /^(.*: (?:out of memory|virtual memory exhausted|Cannot allocate memory).*)$/m,
    ],
    processes: [/^(.*Resource temporarily unavailable)$/m],
    disk: [/^(.*No space left on device.*)$/m],
  },
  rust: {
    memory: [/^(memory allocation of \d+ bytes failed)$/m],
    processes: [/^(.*kind: WouldBlock, message: "Resource temporarily unavailable".*)$/m],
    disk: [/^(.*(?:No space left on device|StorageFull).*)$/m],
  },
  java: {
    memory: [/^(.*java\.lang\.OutOfMemoryError: (?!unable to create native thread).*)$/m],
    processes: [
      /^(.*java\.lang\.OutOfMemoryError: unable to create native thread.*)$/m,
      /^(.*error=11, Resource temporarily unavailable.*)$/m,
    ],
    disk: [/^(.*No space left on device.*)$/m],
  },
};

const MOST_QUOTED = 200;

/** Finds in the error output of a program that ended badly what its runtime says it was refused; of no family, nothing. */
export function findRefusals(format: ProblemFormat | undefined, text: string): Refusals {
  if (format === undefined) return {};
  const report = lastReport(format, text);
  const found = Object.entries(PATTERNS[format]).flatMap(([resource, patterns]) => {
    const words = patterns.map((pattern) => pattern.exec(report)?.[1]).find((match) => match !== undefined);
    return words === undefined ? [] : [[resource, `it reported "${words.slice(0, MOST_QUOTED)}"`]];
  });
  return Object.fromEntries(found);
}
