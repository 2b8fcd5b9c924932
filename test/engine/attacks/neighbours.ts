import { type Attack, all } from "./attack.ts";
import type { Victim } from "./victim.ts";

const facts = ({ facts: { secret, port, pid } }: Victim): string => `${secret} ${port} ${pid}`;

/** Attacks on another run that goes on at the same time. */
export const neighbours: readonly Attack[] = [
  { program: "files.js", stdin: facts, sees: { files: "none" } },
  { program: "processes.sh", stdin: facts, sees: { processes: "none", users: "1" } },
  { program: "signals.py", stdin: facts, sees: { "the other": "ESRCH", unseen: "0" } },
  {
    program: "shared-memory.c",
    stdin: facts,
    sees: { "the other's segment": "ENOENT", ...all("0", "segments", "queues", "semaphores") },
  },
  { program: "sockets.js", stdin: facts, sees: all("ECONNREFUSED", "nameless", "loopback", "loopback, version 6") },
  { program: "loopback-scan.go", stdin: facts, sees: { "open ports": "none" } },
  { program: "names.sh", stdin: facts, sees: { found: "none", "is called": "sandbox", knows: "nobody" } },
];
