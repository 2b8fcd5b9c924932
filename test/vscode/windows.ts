import { readdirSync } from "node:fs";
import { join } from "node:path";

/** A window that tests run in. */
export interface TestWindow {
  readonly name: string;
  /** Where its test files lie, from this folder. */
  readonly folder: string;
  /** The test file that runs before the others. */
  readonly first?: string;
  /** What is copied into the folder that it opens. */
  readonly workspace?: string;
  /** Whether Workspace Trust is on. Desktop VS Code can't be started so for tests; they are skipped there. */
  readonly restricted: boolean;
}

export const TEST_WINDOWS: readonly TestWindow[] = [
  // Where an engine has once answered, nobody looks for one again.
  { name: "vscode", folder: ".", first: "engine.test.cjs", restricted: false },
  {
    name: "vscode in Restricted Mode",
    folder: "restricted",
    workspace: "test/fixtures/workspaces/hostile",
    restricted: true,
  },
];

/** The variable that names the files of tests to the extension host, as a list in JSON. */
export const TEST_FILES = "FORGEAI_VSCODE_FILES";

/** The built test files of a window, in the order in which they run; of those only the ones with `only` in their names. */
export function findTestFiles(root: string, { folder, first = "" }: TestWindow, only: string): string[] {
  const found = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.cjs"));
  const names = [...found.filter((name) => name === first), ...found.filter((name) => name !== first).toSorted()];
  return names.filter((name) => join(folder, name).includes(only)).map((name) => join(root, folder, name));
}
