import { window } from "vscode";
import { LANGUAGES } from "../language/catalog.ts";
import { describeEngine, type Finding } from "../run/engineDescription.ts";
import type { EngineReport } from "../run/engineReport.ts";
import { RunFailure } from "../run/failure.ts";
import { formatDuration } from "../run/limits.ts";
import { collect } from "../run/result.ts";
import type { Runner } from "../runner.ts";
import { failureFindings, findingLines, summary } from "./doctorLines.ts";
import type { WindowLanguages } from "./settings/languages.ts";
import type { OutputView } from "./output/output.ts";
import type { Runners } from "./runners.ts";
import { readSettings } from "./settings/settings.ts";

/** Says whether programs can be run here, and what keeps them from it. */
export class Doctor {
  readonly #output: OutputView;
  readonly #runners: Runners;
  readonly #languages: WindowLanguages;

  constructor(output: OutputView, runners: Runners, languages: WindowLanguages) {
    this.#output = output;
    this.#runners = runners;
    this.#languages = languages;
  }

  /** Asks the engine about itself and runs one line of code in a container; the output channel shows what was found. */
  async examine(): Promise<readonly Finding[]> {
    const findings = await this.#find();
    this.#output.report("ForgeAI: Doctor", [...findingLines(findings), summary(findings)]);
    void window.showInformationMessage(summary(findings));
    return findings;
  }

  async #find(): Promise<readonly Finding[]> {
    try {
      await this.#languages.refused();
      const { engineHost: host, snapshots, mirror } = readSettings(undefined);
      const runner = await this.#runners.over({ host, snapshots, mirror });
      const report = await runner.examine({ languages: this.#languages.current });
      return [...describeEngine(report), await tryOne(runner, report)];
    } catch (error) {
      if (!(error instanceof RunFailure)) throw error;
      return failureFindings(error);
    }
  }
}

/** An engine's word that all is well is no proof of it. */
async function tryOne(runner: Runner, { images }: EngineReport): Promise<Finding> {
  const what = "A program in a container";
  const [language] = LANGUAGES;
  const isHere = images.some(({ language: name, found }) => name === language?.id && found !== undefined);
  if (language === undefined || !isHere)
    return { what, state: "unknown", says: "None was tried, as an image would have to be fetched first." };
  const { outcome, evidence, durationMs } = await collect(runner.run({ language: language.id, source: "print(1)" }));
  return outcome === "ok"
    ? { what, state: "good", says: `One ran in ${formatDuration(durationMs)}, to its end.` }
    : { what, state: "bad", says: `One was tried, and ended as ${outcome}: ${evidence}` };
}
