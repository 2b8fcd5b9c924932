import { join } from "node:path";
import { runTests } from "@vscode/test-electron";

/**
 * Opens a real VS Code with one extension, has it open a file, and writes VS Code's own figures of the extension's
 * activation. Arguments: the folder of the extension, its id, the file, where the figures go.
 */
async function main([
  extensionDevelopmentPath = "",
  id = "",
  file = "",
  figures = "",
]: readonly string[]): Promise<void> {
  const server = process.env["FORGEAI_VSCODE_HOST"];
  await runTests({
    ...(server !== undefined && { vscodeExecutablePath: join(__dirname, "../host/executable.cjs") }),
    extensionDevelopmentPath,
    extensionTestsPath: join(__dirname, "figures.cjs"),
    launchArgs: [`--user-data-dir=${figures}.user`],
    extensionTestsEnv: { FORGEAI_STARTUP_EXTENSION: id, FORGEAI_STARTUP_FILE: file, FORGEAI_STARTUP_FIGURES: figures },
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
