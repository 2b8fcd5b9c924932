import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { waitForWorkbench } from "../host/person/window.ts";
import { makeTemporaryFolder } from "../host/temporaryFolder.ts";
import { openWorkbench } from "../host/workbench.ts";
import { type Scene, SCENES } from "./scenes.ts";

/** Small enough that the text can be read on a page that shows it narrower. */
const viewport = { width: 1120, height: 700 };

const settings = {
  "breadcrumbs.enabled": false,
  "editor.fontSize": 13,
  "editor.minimap.enabled": false,
  "editor.occurrencesHighlight": "off",
  "editor.renderLineHighlight": "none",
  "editor.selectionHighlight": false,
  "explorer.openEditors.visible": 0,
  "terminal.integrated.fontSize": 13,
  "window.commandCenter": false,
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.layoutControl.enabled": false,
};

/**
 * Takes each picture in a window of its own, of VS Code as a server with the extension installed. Arguments: the folder
 * that the pictures go to, and the names of those to take; all of them where none is named.
 */
async function main([folder = "", ...names]: readonly string[]): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const wanted = SCENES.filter(({ name }) => names.length === 0 || names.includes(name));
  let failed = 0;
  for (const scene of wanted) {
    try {
      await take(scene, resolve(folder));
      console.log(`${scene.name}.png`);
    } catch (error) {
      failed++;
      console.error(`${scene.name}.png could not be taken:`, error);
    }
  }
  return failed === 0 ? 0 : 1;
}

async function take({ name, restricted = false, play }: Scene, pictures: string): Promise<void> {
  using folder = makeTemporaryFolder();
  const extensionsFolder = join(folder.path, "extensions");
  mkdirSync(extensionsFolder);
  symlinkSync(resolve("."), join(extensionsFolder, "forgeai.forgeai-0.0.0"));
  const target = join(folder.path, "examples");
  const files = join("test/fixtures/screenshots", name);
  if (existsSync(files)) cpSync(files, target, { recursive: true });
  else mkdirSync(target);
  await using workbench = await openWorkbench({
    target,
    extensionsFolder,
    asInstalled: true,
    restricted,
    settings,
    viewport,
  });
  const { page } = workbench;
  await waitForWorkbench(page);
  await play(page);
  // What the mouse is over looks different.
  await page.mouse.move(viewport.width / 2, viewport.height / 2);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
