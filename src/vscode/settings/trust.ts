import { FileType, Uri, workspace } from "vscode";
import {
  describeIgnored,
  describeUnreadable,
  findIgnored,
  type IgnoredSettings,
  type SettingsScope,
} from "./ignoredSettings.ts";

/** What settings are read for. */
export interface RunScope {
  readonly uri: Uri;
  readonly languageId: string;
}

/** What a workspace may decide even where nobody trusts it: it takes nothing from anybody. */
const HONOURED: ReadonlySet<string> = new Set(["forgeai.codeLens.enabled"]);

const MOST_BYTES = 1024 * 1024;

/** What the workspace sets for a run and what doesn't hold, a line each: VS Code hides it without a word. */
export async function describeIgnoredSettings(scope: RunScope): Promise<readonly string[]> {
  const { ignored, notes } = await readIgnoredSettings(scope, HONOURED);
  return [...describeIgnored(ignored), ...notes];
}

/** Reads the workspace's settings files. In a workspace that is trusted, only what is the machine's affair is ignored. */
export async function readIgnoredSettings(
  { uri, languageId }: RunScope,
  honoured: ReadonlySet<string>,
): Promise<IgnoredSettings> {
  const scope = { languageId, isTrusted: workspace.isTrusted, honoured };
  const found = await Promise.all(settingsFiles(uri).map((file) => readIgnored(file, scope)));
  return { ignored: found.flatMap(({ ignored }) => ignored), notes: found.flatMap(({ notes }) => notes) };
}

interface SettingsFile {
  readonly uri: Uri;
  readonly name: string;
  readonly isWorkspaceFile: boolean;
}

/** The workspace's, then the folder's that the document lies in. In a window of one folder that holds for all documents. */
function settingsFiles(document: Uri): SettingsFile[] {
  const { workspaceFile, workspaceFolders = [] } = workspace;
  const only = workspaceFile === undefined ? workspaceFolders[0] : undefined;
  const folder = workspace.getWorkspaceFolder(document) ?? only;
  const files: SettingsFile[] = [];
  if (workspaceFile !== undefined) {
    const name = workspaceFile.path.slice(workspaceFile.path.lastIndexOf("/") + 1);
    files.push({ uri: workspaceFile, name, isWorkspaceFile: true });
  }
  if (folder !== undefined) {
    const front = workspaceFolders.length > 1 ? `${folder.name}/` : "";
    const uri = Uri.joinPath(folder.uri, ".vscode", "settings.json");
    files.push({ uri, name: `${front}.vscode/settings.json`, isWorkspaceFile: false });
  }
  return files;
}

async function readIgnored(
  { uri, name, isWorkspaceFile }: SettingsFile,
  scope: SettingsScope,
): Promise<IgnoredSettings> {
  const nothing = { ignored: [], notes: [] };
  try {
    const { type, size } = await workspace.fs.stat(uri);
    // Reading a pipe would never end.
    if ((type & FileType.File) === 0) return nothing;
    if (size > MOST_BYTES) return { ...nothing, notes: [describeUnreadable(name, "it is larger than 1 MB")] };
    const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
    return mentions(text) ? await findIgnored({ file: name, text, isWorkspaceFile }, scope) : nothing;
  } catch {
    // There is no such file.
    return nothing;
  }
}

/** Most settings files have nothing for ForgeAI, and needn't be parsed; letters may be escaped. */
function mentions(text: string): boolean {
  return text.includes("forgeai") || text.includes("\\u");
}
