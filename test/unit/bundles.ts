import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";

const METAFILE = "dist/metafile.json";

const Output = v.object({
  inputs: v.record(v.string(), v.unknown()),
  imports: v.array(v.object({ path: v.string(), kind: v.string() })),
});

const Metafile = v.object({ inputs: v.record(v.string(), v.unknown()), outputs: v.record(v.string(), Output) });

/** What esbuild says of the files in dist/: what each is made of and what it imports. They are built where they aren't there. */
export function readBundles(): v.InferOutput<typeof Metafile> {
  if (!existsSync(METAFILE)) assert.equal(spawnSync(process.execPath, ["esbuild.js"], { stdio: "inherit" }).status, 0);
  return v.parse(Metafile, JSON.parse(readFileSync(METAFILE, "utf8")));
}
