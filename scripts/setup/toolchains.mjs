// The toolchains that local runs are tested with; tests that lack one are left out. Node, the third, runs the tests.
import { canInstallPackages, installPackages } from "./apt.mjs";
import { isInPath } from "./processes.mjs";
import { alreadyThere, describeFailure } from "./steps.mjs";

const toolchains = [
  { command: "python3", packageName: "python3" },
  { command: "go", packageName: "golang-go" },
  // No toolchain, but a container runtime that can't start containers on every machine: tests want one that fails.
  { command: "crun", packageName: "crun" },
];

/**
 * @param {(line: string) => void} say
 * @returns {Promise<{ outcome: string, result: undefined }>}
 */
export async function provideToolchains(say) {
  const missing = [];
  for (const toolchain of toolchains) if (!(await isInPath(toolchain.command))) missing.push(toolchain);
  const outcome = missing.length === 0 ? alreadyThere : await install(missing, say);
  return { outcome, result: undefined };
}

/**
 * What can't be installed is no reason to test nothing.
 * @param {typeof toolchains} missing
 * @param {(line: string) => void} say
 */
async function install(missing, say) {
  const without = `without ${missing.map(({ command }) => command).join(", ")}`;
  if (!canInstallPackages()) return without;
  const names = missing.map(({ packageName }) => packageName);
  const failure = await installPackages(names, say).catch((error) => describeFailure(error));
  if (failure !== undefined) say(failure);
  return failure === undefined ? "installed" : without;
}
