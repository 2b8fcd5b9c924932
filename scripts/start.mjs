// `npm start`: everything that ForgeAI needs on this machine, then three programs in containers.
import { fileURLToPath } from "node:url";
import { build, installDependencies } from "./setup/dependencies.mjs";
import { showEditor } from "./setup/editor.mjs";
import { provideEngine } from "./setup/engine.mjs";
import { defaultImages, provideImages } from "./setup/images.mjs";
import { withLock } from "./setup/lock.mjs";
import { runSamples } from "./setup/samples.mjs";
import { describeFailure, secondsSince, step } from "./setup/steps.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

async function prepare() {
  await step("Dependencies", (say) => installDependencies(root, say));
  await step("Build", () => build(root));
  const engine = await step("Engine", provideEngine);
  await step("Images", (say) => provideImages(engine, defaultImages, say));
}

async function start() {
  const started = Date.now();
  await withLock(prepare);
  const failed = await runSamples(root);
  if (failed > 0) {
    console.log(`\n${failed} of the samples failed.`);
    return 1;
  }
  console.log(`\nAll is well, after ${secondsSince(started)}.`);
  await showEditor(root);
  return 0;
}

process.exitCode = await start().catch((error) => {
  console.error(`\n${describeFailure(error)}`);
  return 1;
});
