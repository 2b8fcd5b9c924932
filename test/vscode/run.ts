import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";
import { addCounts, type Counts, judge, readReport, summarize } from "../../scripts/setup/suites.mjs";
import { findTestFiles, TEST_FILES, TEST_WINDOWS, type TestWindow } from "./windows.ts";

/**
 * Starts a real VS Code with the extension for each of the windows that tests are for, one after the other, and runs the
 * tests in it. With FORGEAI_VSCODE_HOST that is VS Code as a server, in a browser without a window; otherwise the desktop
 * VS Code that test-electron downloads. FORGEAI_VSCODE_ONLY leaves only the test files with that text in their names.
 */
async function main(): Promise<void> {
  const only = process.env["FORGEAI_VSCODE_ONLY"] ?? "";
  const counts: Counts[] = [];
  for (const window of TEST_WINDOWS) {
    const files = findTestFiles(__dirname, window, only);
    if (files.length > 0) counts.push(await runWindow(window, files));
  }
  if (counts.length === 0) throw new Error(`no test file has "${only}" in its name`);
  await report(addCounts(counts));
}

async function runWindow(window: TestWindow, files: readonly string[]): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), "forgeai-vscode-"));
  const reportFile = join(folder, "report.json");
  try {
    const ending = await runFiles(window, files, folder, reportFile).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    return judge(window.name, ending, readReport(reportFile));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runFiles(
  { workspace, restricted }: TestWindow,
  files: readonly string[],
  folder: string,
  reportFile: string,
): Promise<void> {
  const opened = join(folder, "workspace");
  await mkdir(opened);
  if (workspace !== undefined) await cp(workspace, opened, { recursive: true });
  const server = process.env["FORGEAI_VSCODE_HOST"];
  await runTests({
    ...(server !== undefined && { vscodeExecutablePath: join(__dirname, "host/executable.cjs") }),
    extensionDevelopmentPath: resolve("."),
    extensionTestsPath: join(__dirname, "suite.cjs"),
    extensionTestsEnv: {
      [TEST_FILES]: JSON.stringify(files),
      FORGEAI_TEST_REPORT: reportFile,
      FORGEAI_VSCODE_RESTRICTED: restricted ? "1" : undefined,
      FORGEAI_SCREENSHOTS: resolve(process.env["FORGEAI_SCREENSHOTS"] ?? "test-results/screenshots"),
    },
    launchArgs: [opened, `--user-data-dir=${join(folder, "user")}`],
  });
}

/** Leaves the counts of all windows where `npm test` adds them to those of other suites. */
async function report(counts: Counts): Promise<void> {
  const file = process.env["FORGEAI_TEST_REPORT"];
  if (file === undefined) console.log(summarize(counts));
  else await writeFile(file, JSON.stringify(counts));
  if (counts.failed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
