import { commands, Disposable, type TextDocument, Uri, window, workspace } from "vscode";
import type { CommandId } from "./contributions.ts";
import { languageOf } from "./document.ts";
import type { Parts } from "./parts.ts";
import type { Wish } from "./preparation.ts";
import type { Wanted } from "./pieces/wanted.ts";

type Command = (parts: Parts, target: unknown, detail: unknown) => unknown;

/** What each command of the manifest does. A menu names its file first; run buttons name the piece, too; the palette and keys name nothing. */
const COMMANDS: Readonly<Record<CommandId, Command>> = {
  "forgeai.runInContainer": async ({ session, images }, target, detail) => {
    const wish = await makeWish(target, wantedPiece(detail));
    if (wish !== undefined) images.noteRun();
    return wish && session.run(wish);
  },
  "forgeai.runInContainerInteractive": async ({ session, images }, target, detail) => {
    const wish = await makeWish(target, wantedPiece(detail));
    if (wish !== undefined) images.noteRun();
    return wish && session.runInTerminal(wish);
  },
  "forgeai.runWithPackages": async ({ session, images }, target, detail) => {
    const wish = await makeWish(target, wantedPiece(detail));
    if (wish !== undefined) images.noteRun();
    return wish && session.run({ ...wish, packages: true });
  },
  "forgeai.runSelectionInContainer": async ({ session, images }) => {
    const selections = window.activeTextEditor?.selections ?? [];
    const wish = await makeWish(undefined, { kind: "selection", selections });
    if (wish !== undefined) images.noteRun();
    return wish && session.run(wish);
  },
  "forgeai.rerunLast": async ({ session }) => {
    if (session.hasRun) return session.rerunLast();
    await window.showInformationMessage("Nothing has been run in this window yet.");
    return undefined;
  },
  "forgeai.stop": ({ session }, target, detail) => {
    const pieceId = pieceOf(detail);
    return session.stop(target instanceof Uri && pieceId !== undefined ? { uri: target, pieceId } : undefined);
  },
  "forgeai.selectLanguageVersion": async ({ preferences }) => {
    const document = window.activeTextEditor?.document;
    const language = document && languageOf(document, preferences.languages.current);
    if (language !== undefined) return preferences.versions.choose(language);
    await window.showInformationMessage("Open a file in a language that ForgeAI has containers for first.");
    return undefined;
  },
  "forgeai.showOutput": ({ session }) => session.output.reveal(),
  "forgeai.doctor": ({ doctor }) => doctor.examine(),
  "forgeai.manageImages": ({ images }) => images.manage(),
};

/** Registers every command of the manifest. What they work with is loaded at the first. */
export function registerCommands(load: () => Promise<Parts>): Disposable {
  const registrations = Object.entries(COMMANDS).map(([id, command]) =>
    commands.registerCommand(id, async (target: unknown, detail: unknown) => command(await load(), target, detail)),
  );
  return Disposable.from(...registrations);
}

async function makeWish(target: unknown, wanted: Wanted): Promise<Wish | undefined> {
  const document = await findDocument(target);
  if (document !== undefined) return { document, wanted, limits: {}, beside: [] };
  await window.showInformationMessage("Open the code that is to be run in an editor first.");
  return undefined;
}

async function findDocument(target: unknown): Promise<TextDocument | undefined> {
  return target instanceof Uri ? workspace.openTextDocument(target) : window.activeTextEditor?.document;
}

function wantedPiece(detail: unknown): Wanted {
  const id = pieceOf(detail);
  return id === undefined ? { kind: "document" } : { kind: "piece", id };
}

/** Menus hand over things of their own as the second argument. */
function pieceOf(detail: unknown): string | undefined {
  if (typeof detail !== "object" || detail === null || !("piece" in detail)) return undefined;
  return typeof detail.piece === "string" ? detail.piece : undefined;
}
