import { commands, Disposable, type TextDocument, type Uri, window, workspace } from "vscode";
import type { CommandId } from "./contributions.ts";
import type { RunSession } from "./session.ts";

/** What each command of the manifest does. */
const COMMANDS: Readonly<Record<CommandId, (session: RunSession, uri?: Uri) => unknown>> = {
  "forgeai.runInContainer": async (session, uri) => {
    const document = await findDocument(uri);
    if (document !== undefined) return session.run(document);
    await window.showInformationMessage("Open the code that is to be run in an editor first.");
    return undefined;
  },
  "forgeai.stop": (session) => session.stop(),
  "forgeai.showOutput": (session) => session.showOutput(),
};

/** Registers every command of the manifest. */
export function registerCommands(session: RunSession): Disposable {
  const registrations = Object.entries(COMMANDS).map(([id, command]) =>
    commands.registerCommand(id, (uri?: Uri) => command(session, uri)),
  );
  return Disposable.from(...registrations);
}

/** A menu names its file; the palette and a key mean the active editor. */
async function findDocument(uri: Uri | undefined): Promise<TextDocument | undefined> {
  return uri === undefined ? window.activeTextEditor?.document : workspace.openTextDocument(uri);
}
