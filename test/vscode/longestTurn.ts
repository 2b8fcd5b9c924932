import * as v from "valibot";

const Usage = v.object({ user: v.number(), system: v.number() });

/**
 * How long others had to wait at most for their turn in this thread while something was done, in milliseconds. Counted is
 * the processor's time, not the clock's: where others keep the processor busy, nobody here is to blame.
 */
export async function longestTurn(act: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = threadMs();
  const timer = setInterval(() => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

/** Node 23.9 and later tell; before, there is only the processor's time of all threads. */
function threadMs(): number {
  const ofThread: unknown = Reflect.get(process, "threadCpuUsage");
  const usage: unknown = typeof ofThread === "function" ? Reflect.apply(ofThread, process, []) : process.cpuUsage();
  const { user, system } = v.parse(Usage, usage);
  return (user + system) / 1000;
}
