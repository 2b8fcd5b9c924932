// `npm run package`: builds the extension and packs it into dist/forgeai-<version>.vsix, or into the folder that is named.
import { createVSIX } from "@vscode/vsce";
import { describeFailure } from "./setup/steps.mjs";

// Called as a library: the command asks a registry for a newer one, and warns of it.
await createVSIX({ packagePath: process.argv[2] ?? "dist", dependencies: false }).catch((error) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
