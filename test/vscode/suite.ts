import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import Mocha from "mocha";

/** Called by VS Code in its extension host: runs every test file beside this one. */
export async function run(): Promise<void> {
  const root = resolve(__dirname, "../../..");
  const mocha = new Mocha({ reporter: join(root, "test/reporter.cjs"), timeout: 60_000 });
  for (const file of readdirSync(__dirname)) if (file.endsWith(".test.cjs")) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
