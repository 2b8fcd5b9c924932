import type { Engine } from "./engine.ts";

/** When a container has no business any more, in seconds since 1970. */
const EXPIRES = "dev.forgeai.expires";

/** Time to get from the creation of a container to the start of its program, and from its end to its removal. */
const SLACK_MS = 60_000;

/** The label that lets a later start find what an earlier one could not remove. */
export function expiryLabel(timeoutMs: number): Record<string, string> {
  return { [EXPIRES]: String(Math.ceil((Date.now() + timeoutMs + SLACK_MS) / 1000)) };
}

/** Removes the containers of ForgeAI, and only those, whose time is over: their callers were killed before they could. */
export async function removeExpired(engine: Pick<Engine, "list" | "remove">): Promise<void> {
  const now = Date.now() / 1000;
  const containers = await engine.list(EXPIRES);
  const expired = containers.filter(({ labels }) => Number(labels[EXPIRES]) < now);
  await Promise.all(expired.map(({ id }) => engine.remove(id)));
}
