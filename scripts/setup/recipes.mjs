// What the stand-ins are made of: for each official image, the Debian release or the npm package that has the same
// version of the language. They are Debian with busybox for the small tools, not Alpine: musl stays untested with them.
import { createHash } from "node:crypto";

/**
 * @typedef {object} Recipe
 * @property {string} image the official image's name
 * @property {string} suite the Debian release
 * @property {readonly string[]} packages unpacked with all that they depend on, and not configured
 * @property {string} [nodePackage] an npm package that holds Node as a plain binary
 * @property {readonly string[]} commands run inside the new root file system
 * @property {readonly [command: string, answer: string]} version a command, and what its answer must contain
 * @property {ImageConfiguration} configuration
 */

/**
 * The part of an image that says how to start it, in the words of the image format.
 * @typedef {object} ImageConfiguration
 * @property {string[]} Env
 * @property {string[]} [Cmd]
 * @property {string[]} [Entrypoint]
 * @property {string} [WorkingDir]
 */

/** The label of every stand-in, so that nobody takes it for the real one; its value is the recipe's hash. */
export const standInLabel = "dev.forgeai.stand-in";

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const base = ["base-files", "base-passwd", "libc-bin", "busybox-static"];
const makeAccounts = "for kind in passwd group; do cp /usr/share/base-passwd/$kind.master /etc/$kind; done";

/** @param {string} version @param {string} suite @returns {Recipe} */
function python(version, suite) {
  return {
    image: `python:${version}-alpine`,
    suite,
    packages: [...base, "python3"],
    commands: [makeAccounts, "for name in python python3; do ln -s /usr/bin/python3 /usr/local/bin/$name; done"],
    version: ["python3 --version", `Python ${version}.`],
    configuration: { Env: [`PATH=${usualPath}`], Cmd: ["python3"] },
  };
}

/** @param {string} version @param {string} suite @returns {Recipe} */
function go(version, suite) {
  return {
    image: `golang:${version}-alpine`,
    suite,
    packages: [...base, "golang-go"],
    commands: [makeAccounts, `ln -s /usr/lib/go-${version} /usr/local/go`, "mkdir -p -m 1777 /go/src /go/bin"],
    version: ["go version", `go${version}`],
    configuration: {
      Env: [`PATH=/go/bin:/usr/local/go/bin:${usualPath}`, "GOPATH=/go", "GOTOOLCHAIN=local"],
      WorkingDir: "/go",
    },
  };
}

// The official image starts everything through such a script; a stand-in without one would hide mistakes with it.
const entrypoint = `cat >/usr/local/bin/docker-entrypoint.sh <<'SCRIPT'
#!/bin/sh
case "$1" in -*) set -- node "$@" ;; esac
command -v "$1" >/dev/null || set -- node "$@"
exec "$@"
SCRIPT
chmod 755 /usr/local/bin/docker-entrypoint.sh`;

/** @param {string} version @returns {Recipe} */
function node(version) {
  return {
    image: `node:${version}-alpine`,
    suite: "bookworm",
    packages: [...base, "libstdc++6"],
    nodePackage: `node-linux-${process.arch}@${version}`,
    commands: [makeAccounts, entrypoint],
    version: ["node --version", `v${version}.`],
    configuration: { Env: [`PATH=${usualPath}`], Entrypoint: ["docker-entrypoint.sh"], Cmd: ["node"] },
  };
}

/** For tests that pull: busybox alone, so that it takes no time, and something to run. @type {Recipe} */
const tiny = {
  image: "forgeai-test/tiny:1",
  suite: "bookworm",
  packages: ["busybox-static"],
  commands: ["printf '#!/bin/sh\\n' >/usr/local/bin/node && chmod 755 /usr/local/bin/node"],
  version: ["busybox", "BusyBox"],
  configuration: { Env: [`PATH=${usualPath}`], Cmd: ["sh"] },
};

const recipes = [
  python("3.14", "forky"),
  go("1.27", "forky"),
  node("24"),
  python("3.9", "bullseye"),
  go("1.19", "bookworm"),
  node("16"),
  tiny,
];

/** @param {string} image */
export function findRecipe(image) {
  return recipes.find((recipe) => recipe.image === image);
}

/** Changes whenever the recipe does. @param {Recipe} recipe */
export function hashRecipe(recipe) {
  // Raise the number when what standIns.mjs does to all of them changes.
  return createHash("sha256")
    .update(JSON.stringify([2, process.arch, recipe]))
    .digest("hex")
    .slice(0, 12);
}
