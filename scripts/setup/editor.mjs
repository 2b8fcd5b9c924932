// How to see the extension in a desktop VS Code, and opening it where there is one.
import { spawn } from "node:child_process";
import { tryToRun, isInPath } from "./processes.mjs";
import { hasDisplay } from "./vscode.mjs";

/** @param {string} root the repository's folder */
export async function showEditor(root) {
  console.log(`
In VS Code: open this folder and press F5. In the window that opens, type a few lines of Python, Go or JavaScript and
choose "ForgeAI: Run in Container" in the command palette. Nothing needs to be saved.
On the command line: node dist/cli.js --container run python "print('Hello, World!')"`);
  if (!(await canOpenEditor())) return;
  console.log("\nOpening VS Code with the extension …");
  const args = [`--extensionDevelopmentPath=${root}`, root];
  spawn("code", args, { stdio: "ignore", detached: true, shell: process.platform === "win32" }).unref();
}

/** Only for somebody who sits in front of it: not in a pipeline, not as root (VS Code refuses), not from inside WSL. */
async function canOpenEditor() {
  if (process.env["CI"] || !process.stdin.isTTY || !hasDisplay()) return false;
  if (process.getuid?.() === 0 || process.env["WSL_DISTRO_NAME"]) return false;
  return (
    (await isInPath("code")) &&
    (await tryToRun("code", ["--version"], { shell: process.platform === "win32" })).status === 0
  );
}
