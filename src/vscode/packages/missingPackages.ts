import type { PackageManager } from "../../language/language.ts";
import type { EndedEvent } from "../../run/event.ts";
import { RunFailure } from "../../run/failure.ts";
import { planRun } from "../../run/plan.ts";
import type { RunRequest } from "../../run/request.ts";

/** What is said where a package isn't there. Files of the program's own are missing in other words, or with a path. */
const COMPLAINTS: Readonly<Record<PackageManager, RegExp>> = {
  npm: /Cannot find (?:module|package) '[^'./\n]/,
  pip: /No module named '/,
  go: /no required module provides package|cannot find module providing package|is not in (?:std|GOROOT)\b/,
};

/** What could be installed for a program that failed for want of it, as the program asks for it; none where it failed for other reasons. */
export async function findMissingPackages(ended: EndedEvent, request: RunRequest): Promise<readonly string[]> {
  if (ended.packages !== undefined || !["failed", "compile-failed"].includes(ended.outcome)) return [];
  const plan = planRun({ ...request, packages: {} });
  const manager = plan.language.packages;
  if (manager === undefined || !ended.problems.some(({ message }) => COMPLAINTS[manager].test(message))) return [];
  const { planInstallation } = await import("../../packages/packages.ts");
  try {
    return planInstallation(plan)?.wanted ?? [];
  } catch (error) {
    // What asks for something that can't be installed is told so by whoever asks for it to be.
    if (error instanceof RunFailure) return [];
    throw error;
  }
}
