import { type Attack, all } from "./attack.ts";

const BRIEF = { timeoutMs: 2000 };
const SYSTEM = ["/etc/profile", "/etc/ld.so.preload", "/etc/cron.d/attack", "/etc/init.d/attack"] as const;

/** Attacks on the end: programs that mean to outlive it. */
export const persistence: readonly Attack[] = [
  { program: "daemon.c", sees: { left: "done" } },
  { program: "nohup.sh", sees: { left: "done" } },
  { program: "hold-output.js", sees: { left: "done" } },
  { program: "deaf.py", limits: BRIEF, sees: { "goes on": "done" }, outcome: "timeout" },
  { program: "stopped.py", limits: BRIEF, sees: { stops: "done" }, outcome: "timeout" },
  {
    program: "respawn.go",
    limits: BRIEF,
    outcome: "timeout",
    // There its processes come faster than they go.
    gvisor: { outcome: ["timeout", "process-limit"] },
  },
  { program: "respawn.sh", limits: BRIEF, sees: { "goes on": "done" }, outcome: "timeout" },
  { program: "moving-target.c", limits: BRIEF, outcome: "timeout" },
  {
    program: "adopt.c",
    limits: BRIEF,
    sees: { adopt: "done" },
    outcome: "timeout",
    gvisor: { sees: { adopt: "EINVAL" } },
  },
  {
    program: "start-up-files.sh",
    sees: {
      // Images differ in which folders they have.
      ...all(["EROFS", "ENOENT"], ...SYSTEM, "/etc/crontabs/root"),
      "/root/.profile": "EACCES",
      "/code/.profile": "done",
    },
    gvisor: { sees: all(["EACCES", "ENOENT"], ...SYSTEM, "/etc/crontabs/root") },
  },
];
