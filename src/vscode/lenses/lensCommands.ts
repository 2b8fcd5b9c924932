import type { Command, Uri } from "vscode";
import { formatDuration } from "../../run/limits.ts";
import type { CommandId } from "../contributions.ts";
import type { Piece } from "../pieces/piece.ts";
import type { RunState } from "./runStates.ts";

/** A button above a line. Commands that are about a piece get its document and `{ piece: id }`. */
export interface LensCommand extends Command {
  readonly command: CommandId;
}

/** The buttons of a piece, whose last run stands as `state` says, in a document that is at `version` now. */
export function lensCommands(uri: Uri, piece: Piece, state: RunState | undefined, version: number): LensCommand[] {
  const target = [uri, { piece: piece.id }];
  if (state?.state === "running") return [{ title: "$(debug-stop) Stop", command: "forgeai.stop", arguments: target }];
  const run: LensCommand = { ...runCommand(piece), arguments: target };
  if (state === undefined || state.version !== version) return [run];
  return [run, { title: describeEnd(state), tooltip: "Show the output", command: "forgeai.showOutput" }];
}

function runCommand({ kind }: Piece): LensCommand {
  if (kind !== "through-cell") return { title: "$(play) Run in Container", command: "forgeai.runInContainer" };
  return {
    title: "$(run-above) Run Through Here",
    tooltip: "Run everything from the top to the end of this cell: a container remembers nothing of earlier cells",
    command: "forgeai.runInContainer",
  };
}

/** "✔ ok · 352 ms", in the words of the output's last line. */
function describeEnd(state: Exclude<RunState, { state: "running" }>): string {
  if (state.state === "failed") return "✖ could not be run";
  return `${state.outcome === "ok" ? "✔" : "✖"} ${state.outcome} · ${formatDuration(state.durationMs)}`;
}
