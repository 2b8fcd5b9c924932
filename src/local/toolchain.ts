import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Language } from "../language/language.ts";
import { RunFailure } from "../run/failure.ts";

/** The version of a language's toolchain on this machine, as it tells it itself ("3.11.2"); undefined where there is none. */
export async function findToolchain({ localVersion }: Language): Promise<string | undefined> {
  if (localVersion === undefined) return undefined;
  const [program, ...args] = localVersion;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [answer] = await Promise.all([text(child.stdout), once(child, "close")]);
    return /\d+(?:\.\d+)+/.exec(answer)?.[0];
  } catch {
    return undefined;
  }
}

/** Throws a `start-failed` unless the language runs on a machine itself and, where a version is named, this one has it. */
export async function checkToolchain(language: Language, version: string | undefined): Promise<void> {
  const { localVersion } = language;
  if (localVersion === undefined) throw containerOnly(language);
  // Where any version will do, the program's own start tells as well whether there is one, and sooner.
  if (version === undefined) return;
  const found = await findToolchain(language);
  if (found === undefined) throw toolchainMissing(localVersion[0]);
  if (found === version || found.startsWith(`${version}.`)) return;
  throw new RunFailure({
    code: "start-failed",
    message: `This machine has ${language.name} ${found}, not ${version}.`,
    hint: `Run in a container, which has it: forgeai --container run ${language.id}@${version}.`,
  });
}

function containerOnly({ id, name }: Language): RunFailure {
  return new RunFailure({
    code: "start-failed",
    message: `ForgeAI runs ${name} in containers only.`,
    hint: `Run in a container: forgeai --container run ${id}.`,
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
