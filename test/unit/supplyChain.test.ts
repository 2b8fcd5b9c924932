import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { readBundles } from "./bundles.ts";

const Locked = v.object({
  version: v.string(),
  integrity: v.optional(v.string()),
  dev: v.optional(v.boolean()),
  hasInstallScript: v.optional(v.boolean()),
});

const Lock = v.object({ lockfileVersion: v.number(), packages: v.record(v.string(), v.unknown()) });

/** The packages that are bundled, as few as they are. */
const MOST_BUNDLED = 15;

/**
 * Hosts that stand in what is shipped: where packages are explained, in their comments and messages, and the name by which
 * Docker's configuration calls its registry. None of them is ever called.
 */
const KNOWN_HOSTS = ["developer.mozilla.org", "github.com", "index.docker.io", "stackoverflow.com"];

const { lockfileVersion, packages } = v.parse(Lock, JSON.parse(readFileSync("package-lock.json", "utf8")));
const locked = Object.entries(packages)
  .filter(([path]) => path !== "")
  .map(([path, facts]) => ({ path, ...v.parse(Locked, facts) }));

/** The packages that files in dist/ are made of. */
function bundledPackages(): string[] {
  const names = Object.keys(readBundles().inputs).flatMap(
    (file) => /^(?!unused:).*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(names)];
}

describe("The supply chain", () => {
  it("is pinned: every package has one version, and a SHA-512 of what it holds", () => {
    assert.equal(lockfileVersion, 3);
    assert.ok(locked.length > 100);
    const loose = locked.filter(
      ({ version, integrity = "" }) => !/^\d+\.\d+\.\d+/.test(version) || !/^sha512-[\w+/]{86}==$/.test(integrity),
    );
    assert.deepEqual(
      loose.map(({ path }) => path),
      [],
    );
  });

  it("installs nothing with ForgeAI: what it needs is in its bundles", () => {
    assert.deepEqual(
      locked.filter(({ dev }) => dev !== true).map(({ path }) => path),
      [],
    );
  });

  it("bundles few packages, and none that runs a script when it is installed", () => {
    const names = bundledPackages();
    assert.ok(names.includes("valibot"));
    assert.ok(names.length <= MOST_BUNDLED, names.join(", "));
    const scripted = locked.filter(({ hasInstallScript }) => hasInstallScript === true);
    assert.deepEqual(
      names.filter((name) => scripted.some(({ path }) => path === `node_modules/${name}`)),
      [],
    );
  });

  it("has no address in what is shipped but those that are known, and so nobody to tell anything", () => {
    const shipped = Object.keys(readBundles().outputs).filter((name) => /\.c?js$/.test(name));
    const hosts = shipped.flatMap((name) =>
      [...readFileSync(name, "utf8").matchAll(/\b(?:https?|wss?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi)].map(
        ([, host = ""]) => host,
      ),
    );
    assert.ok(hosts.length > 0);
    assert.deepEqual(
      [...new Set(hosts)].filter((host) => !KNOWN_HOSTS.includes(host)),
      [],
    );
  });
});
