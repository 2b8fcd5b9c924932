import { join } from "node:path";
import type { Skill } from "./person/skills.ts";

/** The window that the tests run for, and another of the same folder. */
export const WINDOWS = ["first", "second"] as const;

export type WindowName = (typeof WINDOWS)[number];

/** What tests in the extension host ask somebody at a window for. One line of JSON a request, and one an answer. */
export interface Request {
  readonly window: WindowName;
  readonly skill: Skill;
  readonly texts: readonly string[];
}

export function personSocket(folder: string): string {
  return join(folder, "person.sock");
}
