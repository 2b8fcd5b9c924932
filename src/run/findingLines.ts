import type { Finding } from "./engineDescription.ts";
import type { RunFailure } from "./failure.ts";

const MARKS: Readonly<Record<Finding["state"], string>> = { good: "✔", bad: "✖", unknown: "?" };

/** What was found, a line each, and what would help beneath it. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ what, state, says, fix }) => [
    `${MARKS[state]} ${what}: ${says}`,
    ...(fix === undefined ? [] : [`    ${fix}`]),
  ]);
}

/** "All is well.", or how much isn't. */
export function summary(findings: readonly Finding[]): string {
  const bad = findings.filter(({ state }) => state === "bad").length;
  if (bad === 0) return "ForgeAI can run programs in containers here.";
  return bad === 1 ? "One thing is not as it should be." : `${bad} things are not as they should be.`;
}

/** What is found where nothing could be asked. */
export function failureFindings({ message, hint, tried }: RunFailure): Finding[] {
  const attempts = tried.map(({ what, why }) => `tried ${what}: ${why}`);
  return [{ what: "Engine", state: "bad", says: [message, ...attempts].join("\n    "), fix: hint }];
}
