import { clickCodeLens, readCodeLenses } from "../host/person/editor.ts";
import { press } from "../host/person/keyboard.ts";
import { readOutput, readProblems } from "../host/person/panel.ts";
import { openFile, runCommand } from "../host/person/questions.ts";
import { readTerminal, typeInTerminal } from "../host/person/terminal.ts";
import { readStatusBar } from "../host/person/window.ts";
import type { Page } from "../host/playwright.ts";

/** What leads to a picture, in the folder of that name in test/fixtures/screenshots. */
export interface Scene {
  readonly name: string;
  readonly restricted?: boolean;
  readonly play: (page: Page) => Promise<void>;
}

const RUN = "Run in Container";

export const SCENES: readonly Scene[] = [
  {
    name: "run",
    play: async (page) => {
      await open(page, "primes.py");
      await clickCodeLens(page, RUN);
      await readOutput(page, "✔ ok");
      await readCodeLenses(page, "✔ ok");
    },
  },
  {
    name: "problem",
    play: async (page) => {
      await open(page, "report.py");
      await clickCodeLens(page, RUN);
      await readOutput(page, "✖ failed");
      await readProblems(page, "KeyError");
    },
  },
  {
    name: "limit",
    play: async (page) => {
      await open(page, "squares.py");
      await clickCodeLens(page, RUN);
      await readOutput(page, "✖ memory-limit");
      await readCodeLenses(page, "✖ memory-limit");
      await page.locator(".notification-toast", { hasText: "Run Again" }).first().waitFor();
    },
  },
  {
    name: "markdown",
    play: async (page) => {
      await open(page, "sorting.md");
      await clickCodeLens(page, RUN);
      await readOutput(page, "✔ ok");
      await readCodeLenses(page, "✔ ok");
    },
  },
  {
    name: "input",
    play: async (page) => {
      await open(page, "quiz.py");
      await runCommand(page, "ForgeAI: Run in Container with Input (Terminal)");
      await readTerminal(page, "> ");
      await typeInTerminal(page, "54\n");
      await readTerminal(page, "Try again.");
      await typeInTerminal(page, "56\n");
      await readTerminal(page, "✔ ok");
      await readCodeLenses(page, "✔ ok");
    },
  },
  {
    name: "restricted",
    restricted: true,
    play: async (page) => {
      await open(page, "stranger.py");
      await clickCodeLens(page, RUN);
      await readOutput(page, "✔ ok");
      await readCodeLenses(page, "✔ ok");
      await readStatusBar(page, "Restricted Mode");
    },
  },
];

/** Opens a file, without the explorer beside it. */
async function open(page: Page, name: string): Promise<void> {
  await press(page, "Control+B");
  await openFile(page, name);
  await readCodeLenses(page, RUN);
}
