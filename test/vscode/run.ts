import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";

/**
 * Starts a real VS Code with the extension and runs the suite in it. With FORGEAI_VSCODE_HOST that is VS Code as a
 * server, in a browser without a window; otherwise the desktop VS Code that test-electron downloads.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "forgeai-vscode-"));
  const server = process.env["FORGEAI_VSCODE_HOST"];
  try {
    await runTests({
      ...(server !== undefined && { vscodeExecutablePath: join(__dirname, "host/executable.cjs") }),
      extensionDevelopmentPath: resolve("."),
      extensionTestsPath: join(__dirname, "suite.cjs"),
      launchArgs: [folder, `--user-data-dir=${join(folder, "user")}`],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
