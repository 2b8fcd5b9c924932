import { writeFileSync } from "node:fs";
import { commands, Disposable, window, workspace } from "vscode";

/** Milliseconds, as "Developer: Startup Performance" shows them. */
export interface ActivationFigures {
  readonly loadCode: number;
  readonly callActivate: number;
  readonly finishActivate: number;
}

/** Called by VS Code in its extension host: opens the file that activates the extension, and writes what VS Code measured. */
export async function run(): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument(fromEnvironment("FORGEAI_STARTUP_FILE")));
  await commands.executeCommand("perfview.show");
  const figures = await figuresOf(fromEnvironment("FORGEAI_STARTUP_EXTENSION"));
  writeFileSync(fromEnvironment("FORGEAI_STARTUP_FIGURES"), JSON.stringify(figures));
}

/** Resolves when the table has a row for the extension: it is filled in bit by bit. */
async function figuresOf(id: string): Promise<ActivationFigures> {
  return await new Promise((resolve) => {
    const look = (): void => {
      const figures = findFigures(id);
      if (figures === undefined) return;
      subscriptions.dispose();
      resolve(figures);
    };
    const subscriptions = Disposable.from(
      workspace.onDidOpenTextDocument(look),
      workspace.onDidChangeTextDocument(look),
    );
    look();
  });
}

/** Its columns: extension, eager, load code, call activate, finish activate, event, by whom. */
function findFigures(id: string): ActivationFigures | undefined {
  const table = workspace.textDocuments.find(({ uri }) => uri.scheme === "perf")?.getText() ?? "";
  const rows = table.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const [, , , ...cells] = rows.find(([, name]) => name === id) ?? [];
  const [loadCode, callActivate, finishActivate] = cells.map(Number);
  if (loadCode === undefined || callActivate === undefined || finishActivate === undefined) return undefined;
  return { loadCode, callActivate, finishActivate };
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: only open.ts loads this file`);
  return value;
}
