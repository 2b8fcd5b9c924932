// `npm run screenshots`: takes the pictures of the README from a real VS Code. `npm run screenshots -- run input` takes only
// these two.
import { fileURLToPath } from "node:url";
import { build, installDependencies } from "./setup/dependencies.mjs";
import { provideEngine } from "./setup/engine.mjs";
import { defaultImages, provideImages } from "./setup/images.mjs";
import { withLock } from "./setup/lock.mjs";
import { runVisibly } from "./setup/processes.mjs";
import { describeFailure, step } from "./setup/steps.mjs";
import { provideVscodeInBrowser } from "./setup/vscode.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

async function prepare() {
  await step("Dependencies", (say) => installDependencies(root, say));
  await step("Build", () => build(root));
  await step("Tests", () => build(root, ["--tests"]));
  const engine = await step("Engine", provideEngine);
  await step("Images", (say) => provideImages(engine, defaultImages, say));
  return step("VS Code", provideVscodeInBrowser);
}

/** @param {readonly string[]} names */
async function takeScreenshots(names) {
  const { server } = await withLock(prepare);
  return runVisibly(process.execPath, ["out/test/vscode/screenshots/take.cjs", "media/screenshots", ...names], {
    cwd: root,
    env: { ...process.env, FORGEAI_VSCODE_HOST: server },
  });
}

process.exitCode = await takeScreenshots(process.argv.slice(2)).catch((error) => {
  console.error(`\n${describeFailure(error)}`);
  return 1;
});
