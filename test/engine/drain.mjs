// Runs a program through the built library, throws away what it prints, and tells how much that was and what it took:
//
//   node test/engine/drain.mjs <container | local> <language> <source>
//
// In a process of its own, so that its memory is that of the library and of nothing else.
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

const [kind, language = "", source = ""] = process.argv.slice(2);
const executor = kind === "local" ? "local" : "container";

/** @type {typeof import("../../src/index.ts")} */
const { createRunner } = await import(pathToFileURL("dist/index.js").href);

const runner = await createRunner({ executor });
const hash = createHash("sha256");
let bytes = 0;
let outcome = "";
const startRss = process.memoryUsage.rss();
let peakRss = startRss;
const look = () => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
};
const timer = setInterval(look, 10);
for await (const event of runner.run({ language, source })) {
  if (event.type === "stdout") {
    hash.update(event.data);
    bytes += event.data.length;
  } else if (event.type === "ended") {
    outcome = event.outcome;
  }
  look();
}
clearInterval(timer);
await runner[Symbol.asyncDispose]();
process.stdout.write(JSON.stringify({ outcome, bytes, sha256: hash.digest("hex"), grownBytes: peakRss - startRss }));
