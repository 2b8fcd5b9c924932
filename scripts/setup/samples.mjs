// Three small programs, run in containers by the command line that was just built.
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { secondsSince } from "./steps.mjs";

const samples = [
  { language: "python", title: "Python", file: "hello.py" },
  { language: "go", title: "Go", file: "hello.go" },
  { language: "javascript", title: "JavaScript", file: "hello.js" },
];

/**
 * Runs each and prints it: a heading, the output indented, the time.
 * @param {string} root the repository's folder
 * @returns {Promise<number>} how many failed
 */
export async function runSamples(root) {
  let failed = 0;
  for (const { language, title, file } of samples) {
    const path = join("scripts/samples", file);
    console.log(`\n${title}  (${path}, in a container of its own)`);
    const started = Date.now();
    const { status, output } = await runInContainer(root, language, path);
    console.log(output.trimEnd().replace(/^/gm, "    "));
    console.log(
      status === 0
        ? `  done in ${secondsSince(started)}`
        : `  FAILED with status ${status} after ${secondsSince(started)}`,
    );
    if (status !== 0) failed += 1;
  }
  return failed;
}

/**
 * @param {string} root
 * @param {string} language
 * @param {string} path
 * @returns {Promise<{ status: number | null, output: string }>} everything that was printed, in order
 */
function runInContainer(root, language, path) {
  return new Promise((resolve, reject) => {
    const args = ["dist/cli.js", "--container", "run", language, "-"];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    createReadStream(join(root, path)).pipe(child.stdin);
    // A command line that ends without reading says why on standard error; the broken pipe adds nothing.
    child.stdin.on("error", () => {});
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}
