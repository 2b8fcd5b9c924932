import { ProgressLocation, window } from "vscode";
import { diagnose } from "../doctor.ts";
import type { Finding } from "../run/engineDescription.ts";
import { RunFailure } from "../run/failure.ts";
import { failureFindings, findingLines, summary } from "../run/findingLines.ts";
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

  /** Asks the engine about itself, and tries what ForgeAI promises in containers of it; the output channel shows what was found. */
  async examine(): Promise<readonly Finding[]> {
    const findings = await this.#find();
    this.#output.report("ForgeAI: Doctor", [...findingLines(findings), summary(findings)]);
    void window.showInformationMessage(summary(findings));
    return findings;
  }

  async #find(): Promise<readonly Finding[]> {
    try {
      await this.#languages.refused();
      const { engineHost: host, snapshots, mirror, isolation } = readSettings(undefined);
      const runner = await this.#runners.over({ host, snapshots, mirror });
      const options = { languages: this.#languages.current, isolation };
      const { engine, levels, promises } = await window.withProgress(
        { location: ProgressLocation.Notification, title: "ForgeAI: Doctor" },
        async () => diagnose(runner, options),
      );
      return [...engine, ...levels, ...promises];
    } catch (error) {
      if (!(error instanceof RunFailure)) throw error;
      return failureFindings(error);
    }
  }
}
