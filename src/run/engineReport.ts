import type { Attempt } from "./failure.ts";

/** What an engine says about itself. Whatever it doesn't say is undefined. */
export interface EngineReport {
  /** The way on which it was found: "DOCKER_HOST (unix:///run/docker.sock)", "/var/run/docker.sock". */
  readonly foundBy: string;
  /** The ways that weren't gone, or led to no engine, and why. */
  readonly otherWays: readonly Attempt[];
  /** "Docker Engine - Community", "Podman Engine". */
  readonly name: string;
  readonly version: string | undefined;
  readonly apiVersion: string | undefined;
  readonly machine: EngineMachine;
  readonly storageDriver: string | undefined;
  readonly cgroupVersion: string | undefined;
  /** "systemd", "cgroupfs"; "none" where the engine may limit nothing. */
  readonly cgroupDriver: string | undefined;
  readonly defaultRuntime: string | undefined;
  readonly runtimes: readonly string[] | undefined;
  /** What keeps containers apart from the host beside namespaces. */
  readonly security: readonly SecurityOption[] | undefined;
  readonly enforces: Enforcement;
  /** In the engine's own words. */
  readonly warnings: readonly string[];
  readonly images: readonly ImageReport[];
}

/** Where the engine runs: on Docker Desktop that is a virtual machine of its own. */
export interface EngineMachine {
  readonly operatingSystem: string | undefined;
  readonly architecture: string | undefined;
  readonly kernel: string | undefined;
  readonly cores: number | undefined;
  readonly memoryBytes: number | undefined;
}

/** "seccomp" with a profile, "apparmor", "selinux", "rootless", "userns", "cgroupns". */
export interface SecurityOption {
  readonly name: string;
  readonly profile?: string;
}

/** What a container is limited in, as far as it depends on the engine's kernel and its control groups. */
export type EngineLimit = "memory" | "swap" | "processes" | "cpus" | "cpuShares";

/** Whether the engine can hold a container to each limit. */
export type Enforcement = Readonly<Record<EngineLimit, boolean | undefined>>;

/** The image of a language's version. */
export interface ImageReport {
  /** As a run names it: "python@3.9". */
  readonly language: string;
  /** As people name it: "Python 3.9". */
  readonly title: string;
  readonly image: string;
  /** Undefined where it isn't there: a run pulls it. */
  readonly found?: FoundImage;
  /** Why the engine doesn't say whether it is there. */
  readonly refusal?: string;
}

export interface FoundImage {
  /** "sha256:…" of its configuration, which tells images on one machine apart. */
  readonly id: string;
  /** "sha256:…" by which its registry knows it; undefined for one that came from none. */
  readonly digest?: string;
  readonly sizeBytes: number | undefined;
}
