import type { ExtensionContext } from "vscode";
import { registerCommands } from "./vscode/commands.ts";
import { RunSession } from "./vscode/session.ts";

let session: RunSession | undefined;

/** Called by VS Code at the first use of a command. */
export function activate(context: ExtensionContext): void {
  session = new RunSession();
  context.subscriptions.push(session, registerCommands(session));
}

/** Called by VS Code when the window closes: what still runs is ended first. */
export async function deactivate(): Promise<void> {
  await session?.end();
}
