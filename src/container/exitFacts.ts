import type { Refusals } from "../language/refusal.ts";
import { type Exit, signalOfStatus } from "../run/outcome.ts";
import type { ToldEnd } from "./bootReport.ts";
import type { EngineExit } from "./engine.ts";

type Facts = Omit<Exit, "runMs">;

/** The facts of an end that the container itself told. */
export function toldFacts(end: ToldEnd): Facts {
  const { peakMemoryBytes, cpuMs } = end;
  return {
    ...endOf(end),
    ...(end.how === "deadline" && { stopped: "timeout" as const }),
    refused: refusalsOf(end),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
    ...(cpuMs !== undefined && { cpuMs }),
  };
}

/** The facts of an end that only the engine saw: process 1 itself was ended, which no process inside can do. */
export function reportedFacts({ status, outOfMemory }: EngineExit): Facts {
  const signal = signalOfStatus(status);
  return {
    exitCode: signal === null ? status : null,
    signal,
    refused: outOfMemory ? { memory: "the engine reported that the kernel ended a process for it" } : {},
  };
}

/** What gVisor's sandbox ends with where its own kernel can't go on. */
const GVISOR_PANIC = 2;

/** The facts of an end that only the engine saw under gVisor, where a program can end process 1 and with it the whole sandbox. */
export function gvisorFacts(exit: EngineExit): Facts {
  // Whether the kernel ended the sandbox, or that found no memory to go on with, is a matter of chance.
  if (exit.outOfMemory) return { ...reportedFacts(exit), ...killedFacts() };
  if (exit.status !== GVISOR_PANIC) return reportedFacts(exit);
  const words =
    "gVisor's own threads count as well, and its sandbox ended with status 2, as it does where it gets no more";
  return { exitCode: null, signal: null, refused: { processes: words } };
}

/** The facts of an end that we brought about by force. */
export function killedFacts(): Facts {
  return { exitCode: null, signal: "SIGKILL" };
}

function endOf({ how, status }: ToldEnd): Pick<Facts, "exitCode" | "signal"> {
  if (status === undefined) return { exitCode: null, signal: "SIGKILL" };
  const signal = how === "exited" ? null : signalOfStatus(status);
  return { exitCode: how === "killed" && signal !== null ? null : status, signal };
}

function refusalsOf({ outOfMemory = 0, refusedProcesses = 0, fullFolder }: ToldEnd): Refusals {
  return {
    ...(outOfMemory > 0 && { memory: `the kernel ended ${outOfMemory} of its processes for it` }),
    ...(refusedProcesses > 0 && { processes: `the kernel refused it ${refusedProcesses} more` }),
    ...(fullFolder !== undefined && { disk: `${fullFolder} was full at its end` }),
  };
}
