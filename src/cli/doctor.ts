import type { Diagnosis } from "../doctor.ts";
import type { Finding } from "../run/engineDescription.ts";
import { findingLines } from "../run/findingLines.ts";
import { toJson, toLine } from "./write.ts";

/** `forgeai doctor`, for people or as one JSON object. */
export function describeDiagnosis(diagnosis: Diagnosis, json: boolean): string {
  if (json) return toJson(diagnosis, 2);
  const parts: readonly (readonly [string, readonly Finding[]])[] = [
    ["The engine", diagnosis.engine],
    ["Isolation", diagnosis.levels],
    ["What a program in a container is kept from, tried just now", diagnosis.promises],
  ];
  const text = parts.flatMap(([title, findings]) => [`${title}:`, ...findingLines(findings), ""]);
  return [...text, verdict(diagnosis)].map(toLine).join("");
}

/** 1 where something isn't as it should be; what can't be told is no fault. */
export function statusOfDiagnosis(diagnosis: Diagnosis): 0 | 1 {
  return count(diagnosis, "bad") > 0 ? 1 : 0;
}

function verdict(diagnosis: Diagnosis): string {
  const bad = count(diagnosis, "bad");
  const kept = diagnosis.promises.filter(({ state }) => state === "good").length;
  const promises = `${kept} of ${diagnosis.promises.length} promises were seen to be kept`;
  return bad === 0
    ? `${promises}; nothing is wrong.`
    : `${promises}; ${bad} of all these things ${bad === 1 ? "is" : "are"} wrong.`;
}

function count({ engine, levels, promises }: Diagnosis, state: Finding["state"]): number {
  return [...engine, ...levels, ...promises].filter((finding) => finding.state === state).length;
}
