export { createImages, type Images, type ImagesCall, type ImagesOptions } from "./images.ts";
export { type Diagnosis, diagnose, type DiagnoseOptions } from "./doctor.ts";
export { LANGUAGES } from "./language/catalog.ts";
export type {
  Command,
  CompileStep,
  Language,
  PackageManager,
  PhaseLimits,
  ProblemFormat,
  Syntax,
  Version,
} from "./language/language.ts";
export type { Place, Problem, RelatedPlace } from "./language/problem.ts";
export { type ExtendedLanguages, extendLanguages, type RefusedRow } from "./language/rows.ts";
export { describeEngine, type Finding } from "./run/engineDescription.ts";
export type {
  EngineLimit,
  EngineMachine,
  EngineReport,
  FoundImage,
  ImageReport,
  SecurityOption,
} from "./run/engineReport.ts";
export type {
  CompilingEvent,
  EndedEvent,
  OutputEvent,
  Phase,
  PhaseTimes,
  InstallingEvent,
  PullEvent,
  QueuedEvent,
  RunEvent,
  Setting,
  StartedEvent,
} from "./run/event.ts";
export { type Attempt, type FailureCode, RunFailure } from "./run/failure.ts";
export type {
  ImageEvent,
  ImageKind,
  ImageList,
  ImageRow,
  PruneReport,
  PulledEvent,
  WarmingEvent,
} from "./run/imageList.ts";
export type { GivenIsolation, Isolation, IsolationLevel } from "./run/isolation.ts";
export { DEFAULT_LIMITS, type Limits } from "./run/limits.ts";
export type { Outcome } from "./run/outcome.ts";
export type { KeptOutput } from "./run/output.ts";
export type {
  Input,
  Network,
  OutputPolicy,
  PackageSource,
  PullPolicy,
  RunRequest,
  SourceFile,
} from "./run/request.ts";
export { collect, type RunResult } from "./run/result.ts";
export type { RequestTerminal, TerminalSize } from "./run/terminal.ts";
export {
  createRunner,
  type ExamineOptions,
  type NamedEngine,
  type Runner,
  type RunnerOptions,
  type RunOptions,
  type SnapshotPolicy,
} from "./runner.ts";
