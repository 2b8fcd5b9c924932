import { readdir, readFile } from "node:fs/promises";

export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly environment: string;
}

/** All processes of this machine, where it tells of them in /proc; else none. */
export async function hostProcesses(): Promise<ProcessView[]> {
  const names = await readdir("/proc").catch(() => []);
  const numbers = names.map(Number).filter((pid) => pid > 0);
  const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  return Promise.all(
    numbers.map(async (pid) => {
      const [status, command, environment] = await Promise.all([
        read(pid, "status"),
        read(pid, "cmdline"),
        read(pid, "environ"),
      ]);
      return { pid, parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0), command, environment };
    }),
  );
}

/** Those of the processes that still are. One that has ended and that nobody has asked about yet is none. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  const isAlive = async (pid: number): Promise<boolean> => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat !== undefined) return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
    if (process.platform === "linux") return false;
    return exists(pid);
  };
  const answers = await Promise.all(pids.map(isAlive));
  return pids.filter((_, index) => answers[index]);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
