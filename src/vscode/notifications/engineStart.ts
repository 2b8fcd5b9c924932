import type { Attempt } from "../../run/failure.ts";

/** What it depends on whether and how this machine's engine can be started. */
export interface Whereabouts {
  readonly platform: NodeJS.Platform;
  /** As VS Code names it: "wsl", "ssh-remote", "dev-container"; undefined on the user's own machine. */
  readonly remoteName: string | undefined;
  /** The engines that did not answer. */
  readonly tried: readonly Attempt[];
}

/** Docker Desktop comes with no command in the path that starts it. Works in every shell that Windows has. */
const START_ON_WINDOWS = `powershell -Command "Start-Process 'C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe'"`;

const COMMANDS: Partial<Record<NodeJS.Platform, string>> = {
  linux: "sudo systemctl start docker",
  darwin: "open -a Docker",
  win32: START_ON_WINDOWS,
};

/** In a container no engine can be started: it is the host's. */
const CONTAINERS: readonly (string | undefined)[] = ["dev-container", "attached-container"];

/** The command for a terminal that starts the engine; undefined where it is another machine's, or runs and is denied to the user. */
export function engineStartCommand({ platform, remoteName, tried }: Whereabouts): string | undefined {
  if (CONTAINERS.includes(remoteName)) return undefined;
  const local = tried.filter(({ what }) => isHere(what));
  if (local.length === 0 || local.some(({ why }) => why === "this user may not use it")) return undefined;
  const isOfUser = local.some(({ what }) => what.includes("(unix:///run/user/"));
  return platform === "linux" && isOfUser ? "systemctl --user start docker" : COMMANDS[platform];
}

/** Tells by the way that was tried, "/var/run/docker.sock" or "DOCKER_HOST (tcp://build:2375)", whether it leads to this machine. */
function isHere(what: string): boolean {
  const address = /\(([^()]*)\)$/.exec(what)?.[1];
  if (address === undefined) return what.startsWith("/");
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(address) ?? [];
  return scheme === "unix" || scheme === "npipe" || /^(?:localhost|127\.[\d.]+|\[::1\])(?::|\/|$)/.test(rest);
}
