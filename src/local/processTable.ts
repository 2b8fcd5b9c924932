import { execFile } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { promisify } from "node:util";

/** A living process of this machine. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** What it was started in, unless it left it with setsid; on macOS its process group. */
  readonly session: number;
  /** The number and the time of its start: no two processes have both. */
  readonly id: string;
}

/**
 * All living processes but those with the numbers in `except`; ended ones that nobody has waited for don't count.
 * Empty where the platform doesn't tell.
 */
export async function listProcesses(except: ReadonlySet<number> = new Set()): Promise<ProcessFacts[]> {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? listOnLinux(except) : listWithPs(except);
}

function listOnLinux(except: ReadonlySet<number>): ProcessFacts[] {
  const numbers = readdirSync("/proc").map(Number);
  return numbers.flatMap((pid) =>
    pid > 0 && !except.has(pid) ? (parseStat(readStart(`/proc/${pid}/stat`)) ?? []) : [],
  );
}

/** See proc_pid_stat(5). The name, in parentheses, may hold anything, parentheses too. */
function parseStat(stat: string): ProcessFacts | undefined {
  const pid = Number.parseInt(stat, 10);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, , session] = fields;
  const startTime = fields[19];
  if (startTime === undefined || state === "Z" || state === "X") return undefined;
  return { pid, parent: Number(parent), session: Number(session), id: `${pid}@${startTime}` };
}

const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/;

async function listWithPs(except: ReadonlySet<number>): Promise<ProcessFacts[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,ppid=,pgid=,stat=,lstart="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, group, state, startTime] = PS_LINE.exec(line) ?? [];
    if (pid === undefined || state?.startsWith("Z") || except.has(Number(pid))) return [];
    return [{ pid: Number(pid), parent: Number(parent), session: Number(group), id: `${pid}@${startTime}` }];
  });
}

/** The resident memory of a process in bytes; 0 where it has ended or the platform doesn't tell. */
export async function readResidentBytes(pid: number): Promise<number> {
  if (process.platform === "linux") {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readStart(`/proc/${pid}/status`))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  }
  if (process.platform === "win32") return 0;
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]).catch(() => ({ stdout: "0" }));
  return Number(stdout) * 1024;
}

/** The environment a process started with; nothing where this user may not see it, or where the platform doesn't tell. */
export async function readEnvironment(pid: number): Promise<string> {
  if (process.platform !== "linux") return "";
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

/** What these files tell stands in their first lines. */
const START = Buffer.alloc(4096);

/**
 * Synchronously: these files are in memory, and ten times a second hundreds of promises would cost a quarter of a core.
 * In as few calls as can be: `readFileSync` takes three times as long. Nothing where the process has ended.
 */
function readStart(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return START.toString("latin1", 0, readSync(file, START));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
