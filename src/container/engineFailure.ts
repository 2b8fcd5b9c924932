import { messageOf, RunFailure } from "../run/failure.ts";
import { EngineRefusal } from "./engineCall.ts";

const UNKNOWN_REFUSAL = "The engine did not start the container.";
const RUNTIMES_FAULT = "The engine's container runtime can't start containers on this machine.";

/** What the engine's words mean for the user. The first that fits counts. */
const REFUSALS: readonly { readonly pattern: RegExp; readonly message?: string; readonly hint: string }[] = [
  { pattern: /range of CPUs/i, hint: "Ask for fewer cores with --cpus." },
  { pattern: /minimum memory|memory limit/i, hint: "Ask for another amount with --memory-limit." },
  {
    pattern: /"\/bin\/sh"|\/bin\/sh: no such file/i,
    message: "The image has no shell, which ForgeAI starts programs with.",
    hint: "Choose an image that has a /bin/sh with --image.",
  },
  {
    pattern: /no stty for a terminal/,
    message: "The image has no stty that can set up a terminal.",
    hint: "Choose an image with busybox or the GNU core utilities with --image, or run without a terminal.",
  },
  {
    pattern: /no terminal that is one/,
    message: "The engine's runtime gives a container no terminal.",
    hint: "Run without a terminal, or with another --isolation (the setting forgeai.isolation).",
  },
  {
    pattern: /no space left/i,
    message: "The engine's disk is full.",
    hint: "Free some: docker system df shows what takes it.",
  },
  {
    pattern: /OCI runtime|shim|cgroup|runtime create failed|unknown or invalid runtime/i,
    message: RUNTIMES_FAULT,
    hint: "See whether docker run --rm hello-world works; the engine's settings name the runtime (docker info).",
  },
];

/** The engine, or the runtime below it, did not start a container and said why. Its own words are kept. */
export function startRefused(words: string, cause?: unknown): RunFailure {
  const known = REFUSALS.find(({ pattern }) => pattern.test(words));
  return new RunFailure({
    code: "start-failed",
    message: `${known?.message ?? UNKNOWN_REFUSAL} It said: ${words}`,
    hint: known?.hint ?? "The engine's log may say more: journalctl -u docker.",
    cause,
  });
}

/** Whether it is the runtime that did not start a container, and not something in the image. */
export function blamesRuntime({ code, message }: RunFailure): boolean {
  return code === "start-failed" && (message.startsWith(RUNTIMES_FAULT) || message.startsWith(UNKNOWN_REFUSAL));
}

const OTHER_PLATFORM = /exec format error/i;

/** A container's first process ended before it had begun. `platformOf` tells what the image is made for. */
export async function startBroke(image: string, words: string, platformOf: () => Promise<string>): Promise<RunFailure> {
  if (!OTHER_PLATFORM.test(words)) return startRefused(words);
  const platform = await platformOf().catch(() => undefined);
  return new RunFailure({
    code: "start-failed",
    message: `The image ${image} is made for another platform than this engine's${platform === undefined ? "" : ` (it names ${platform})`}. It said: ${words}`,
    hint: "Choose an image for the engine's platform with --image, leave out --platform, or pull it anew with --pull=always.",
  });
}

/** The image lacks the program that runs the language. */
export function programMissing(image: string, program: string): RunFailure {
  return new RunFailure({
    code: "start-failed",
    message: `The image ${image} has no ${program}.`,
    hint: `Choose an image that has ${program} with --image, or leave --image out.`,
  });
}

/** The connection broke, or the engine stopped answering, on the way to a container or while one ran. */
export function engineLost(error: unknown): RunFailure {
  return new RunFailure({
    code: "engine-lost",
    message: `The connection to the engine broke: ${messageOf(error)}.`,
    hint: "See whether the engine still runs (docker info), then run again.",
    cause: error,
  });
}

/** A failed call on the way to a container: the engine's refusal, or the loss of the engine. */
export function couldNotStart(error: unknown): RunFailure {
  if (error instanceof RunFailure) return error;
  return error instanceof EngineRefusal ? startRefused(error.message, error) : engineLost(error);
}
