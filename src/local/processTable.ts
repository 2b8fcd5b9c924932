import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** A living process of this machine. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** The number and the time of its start: no two processes have both. */
  readonly id: string;
}

/** All living processes; ended ones that nobody has waited for don't count. Empty where the platform doesn't tell. */
export async function listProcesses(): Promise<ProcessFacts[]> {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? listOnLinux() : listWithPs();
}

function listOnLinux(): ProcessFacts[] {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return numbers.map((pid) => parseStat(readOrNothing(`/proc/${pid}/stat`))).filter((entry) => entry !== undefined);
}

/** See proc_pid_stat(5). The name, in parentheses, may hold anything, parentheses too. */
function parseStat(stat: string): ProcessFacts | undefined {
  const pid = Number.parseInt(stat, 10);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent] = fields;
  const startTime = fields[19];
  if (startTime === undefined || state === "Z" || state === "X") return undefined;
  return { pid, parent: Number(parent), id: `${pid}@${startTime}` };
}

const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/;

async function listWithPs(): Promise<ProcessFacts[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,ppid=,stat=,lstart="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, state, startTime] = PS_LINE.exec(line) ?? [];
    if (pid === undefined || state?.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), id: `${pid}@${startTime}` }];
  });
}

/** The resident memory of a process in bytes; 0 where it has ended or the platform doesn't tell. */
export async function readResidentBytes(pid: number): Promise<number> {
  if (process.platform === "linux") {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${pid}/status`))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  }
  if (process.platform === "win32") return 0;
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]).catch(() => ({ stdout: "0" }));
  return Number(stdout) * 1024;
}

/** The environment a process started with; nothing where this user may not see it, or where the platform doesn't tell. */
export async function readEnvironment(pid: number): Promise<string> {
  return process.platform === "linux" ? readOrNothing(`/proc/${pid}/environ`) : "";
}

/** Synchronously: these files are in memory, and ten times a second hundreds of promises would cost a quarter of a core. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
