import profile from "../../media/seccomp.json" with { type: "json" };

/**
 * The system calls that a container may make, as the engine takes them: media/seccomp.json without its reasons. It is Docker's own list
 * without what no program under test needs; what Docker allows to those that have a capability isn't in it, for none has one.
 */
export function seccompProfile(): string {
  const syscalls = profile.syscalls.map(({ comment: _, ...rule }) => rule);
  return JSON.stringify({ ...profile, syscalls });
}
