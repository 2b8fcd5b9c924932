import type { EngineReport } from "../../../src/run/engineReport.ts";

/** What is known of an engine that tells nothing of itself. */
export const UNTOLD: EngineReport = {
  foundBy: "DOCKER_HOST (tcp://engine.example)",
  otherWays: [],
  name: "Docker Engine",
  version: undefined,
  apiVersion: undefined,
  machine: {
    operatingSystem: undefined,
    architecture: undefined,
    kernel: undefined,
    cores: undefined,
    memoryBytes: undefined,
  },
  storageDriver: undefined,
  cgroupVersion: undefined,
  cgroupDriver: undefined,
  defaultRuntime: undefined,
  runtimes: undefined,
  security: undefined,
  enforces: { memory: undefined, swap: undefined, processes: undefined, cpus: undefined, cpuShares: undefined },
  warnings: [],
  images: [],
};
