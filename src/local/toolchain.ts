import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Language } from "../language/language.ts";
import { RunFailure } from "../run/failure.ts";

/** The version of a language's toolchain on this machine, as it tells it itself ("3.11.2"); undefined where there is none. */
export async function findToolchain({ localVersion: [program, ...args] }: Language): Promise<string | undefined> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [answer] = await Promise.all([text(child.stdout), once(child, "close")]);
    return /\d+(?:\.\d+)+/.exec(answer)?.[0];
  } catch {
    return undefined;
  }
}

/** Throws a `start-failed` unless the machine has the language in this version. */
export async function checkToolchain(language: Language, version: string): Promise<void> {
  const found = await findToolchain(language);
  if (found === undefined) throw toolchainMissing(language.localVersion[0]);
  if (found === version || found.startsWith(`${version}.`)) return;
  throw new RunFailure({
    code: "start-failed",
    message: `This machine has ${language.name} ${found}, not ${version}.`,
    hint: `Run in a container, which has it: forgeai --container run ${language.id}@${version}.`,
  });
}

/** The machine lacks the program that runs or compiles a language. */
export function toolchainMissing(program: string): RunFailure {
  return new RunFailure({
    code: "start-failed",
    message: `There is no ${program} on this machine.`,
    hint: "Install it, or run in a container, which brings its own: --container.",
  });
}
