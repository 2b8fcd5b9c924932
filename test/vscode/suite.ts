import { join, resolve } from "node:path";
import Mocha, { type Context } from "mocha";
import * as v from "valibot";
import { RemotePerson } from "./host/remotePerson.ts";
import { TEST_FILES } from "./windows.ts";

/** Called by VS Code in its extension host: runs the test files that are for its window. */
export async function run(): Promise<void> {
  const files = v.parse(v.array(v.string()), JSON.parse(process.env[TEST_FILES] ?? "[]"));
  const root = resolve(__dirname, "../../..");
  const mocha = new Mocha({ reporter: join(root, "test/reporter.cjs"), timeout: 60_000 });
  mocha.rootHooks({ afterEach: keepScreenshotOfFailure });
  for (const file of files) mocha.addFile(file);
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** What the window shows right after a test has failed tells most about why. */
async function keepScreenshotOfFailure(this: Context): Promise<void> {
  const { currentTest } = this;
  if (currentTest?.state !== "failed") return;
  const name = currentTest
    .fullTitle()
    .replaceAll(/[^\w.]+/g, "-")
    .slice(0, 100);
  await (await RemotePerson.find())?.screenshot(`failed-${name}`);
}
