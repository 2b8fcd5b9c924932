// What the stand-ins are made of: for each official image, the Debian release or the npm package that has the same
// version of the language. They are Debian with busybox for the small tools, not Alpine: musl stays untested with them.
import { createHash } from "node:crypto";

/**
 * Recipes with the same suite, packages and commands have one root file system, which is made once for all of them.
 * @typedef {object} Recipe
 * @property {string} image the official image's name
 * @property {string} suite the Debian release
 * @property {readonly string[]} packages unpacked with all that they depend on, and not configured
 * @property {NodePackages} [node] what comes from npm
 * @property {readonly string[]} commands run inside the new root file system
 * @property {readonly [command: string, answer: string]} version a command, and what its answer must contain
 * @property {ImageConfiguration} configuration
 */

/**
 * @typedef {object} NodePackages
 * @property {string} binary an npm package that holds Node as a plain binary
 * @property {string} npm the package of the npm that the official image has
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

const makeCertificates = "cat /usr/share/ca-certificates/mozilla/*.crt >/etc/ssl/certs/ca-certificates.crt";

/** @param {string} version @param {string} suite @returns {Recipe} */
function python(version, suite) {
  return {
    image: `python:${version}-alpine`,
    suite,
    packages: [...base, "python3", "python3-pip", "ca-certificates"],
    commands: [
      makeAccounts,
      makeCertificates,
      "for name in python python3; do ln -s /usr/bin/python3 /usr/local/bin/$name; done",
    ],
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

const linkNpm = "for name in npm npx; do ln -s ../lib/node_modules/npm/bin/$name-cli.js /usr/local/bin/$name; done";

/** @param {string} version @param {string} npm its version @returns {Recipe} */
function node(version, npm) {
  return {
    image: `node:${version}-alpine`,
    suite: "bookworm",
    packages: [...base, "libstdc++6"],
    node: { binary: `node-linux-${process.arch}@${version}`, npm: `npm@${npm}` },
    commands: [makeAccounts, entrypoint, linkNpm],
    version: ["node --version", `v${version}.`],
    configuration: { Env: [`PATH=${usualPath}`], Entrypoint: ["docker-entrypoint.sh"], Cmd: ["node"] },
  };
}

// One root file system for several languages is made in a fraction of the time that one for each would take.
const scriptPackages = ["bash", "ruby", "php-cli", "php-mbstring", "perl", "r-base-core"];
const compilerPackages = ["gcc", "g++", "libc6-dev", "rustc", "default-jdk-headless"];

// Debian makes these when it configures a package.
const configureScripts = [
  makeAccounts,
  "ln -s /usr/bin/php8.* /usr/local/bin/php",
  "ln -s /usr/bin/lua5.* /usr/local/bin/lua",
  "for library in blas lapack; do (cd /usr/lib/*-linux-gnu && ln -s $library/lib$library.so.3 .); done",
  "cp /usr/lib/R/etc/Renviron.ucf /etc/R/Renviron",
  // opcache is none that can be loaded like the others.
  `for folder in /etc/php/8.*/cli; do mkdir -p $folder/conf.d; done
for path in /usr/lib/php/20*/*.so; do
  name=$(basename $path .so)
  [ $name = opcache ] || echo "extension=$name" >>$folder/conf.d/all.ini
done`,
];
const configureCompilers = [
  makeAccounts,
  "mkdir -p /opt/java",
  "ln -s /usr/lib/jvm/default-java /opt/java/openjdk",
  "ln -s gcc /usr/bin/cc",
  "ln -s g++ /usr/bin/c++",
];

/**
 * @param {string} suite
 * @param {string} lua the version
 * @param {readonly [image: string, command: string, answer: string][]} versions
 * @returns {Recipe[]}
 */
function scripts(suite, lua, versions) {
  const packages = [...base, ...scriptPackages, `lua${lua}`];
  const configuration = { Env: [`PATH=${usualPath}`, "LANG=C.UTF-8", "LC_ALL=C.UTF-8"], Cmd: ["sh"] };
  return versions.map(([image, command, answer]) => ({
    image,
    suite,
    packages,
    commands: configureScripts,
    version: [command, answer],
    configuration,
  }));
}

/**
 * @param {string} suite
 * @param {readonly [image: string, command: string, answer: string][]} versions
 * @returns {Recipe[]}
 */
function compilers(suite, versions) {
  const java = "/opt/java/openjdk";
  const configuration = {
    Env: [`PATH=${java}/bin:${usualPath}`, `JAVA_HOME=${java}`, "LANG=C.UTF-8", "LC_ALL=C.UTF-8"],
    Cmd: ["sh"],
  };
  return versions.map(([image, command, answer]) => ({
    image,
    suite,
    packages: [...base, ...compilerPackages],
    commands: configureCompilers,
    version: [command, answer],
    configuration,
  }));
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
  node("24", "11"),
  python("3.9", "bullseye"),
  go("1.19", "bookworm"),
  node("16", "8"),
  node("22", "10"),
  ...scripts("forky", "5.4", [
    ["bash:5.3", "bash --version", "version 5.3."],
    ["ruby:3.3-alpine", "ruby --version", "ruby 3.3."],
    ["php:8.4-cli-alpine", "php --version", "PHP 8.4."],
    ["perl:5.42-slim", "perl --version", "v5.42."],
    ["nickblah/lua:5.4-alpine", "lua -v", "Lua 5.4."],
    ["r-base:4.6.1", "R --version", "R version 4.6.1"],
  ]),
  ...scripts("bookworm", "5.1", [
    ["bash:5.2", "bash --version", "version 5.2."],
    ["ruby:3.1-alpine", "ruby --version", "ruby 3.1."],
    ["php:8.2-cli-alpine", "php --version", "PHP 8.2."],
    ["perl:5.36-slim", "perl --version", "v5.36."],
    ["nickblah/lua:5.1-alpine", "lua -v", "Lua 5.1."],
    ["r-base:4.2.2", "R --version", "R version 4.2.2"],
  ]),
  ...compilers("forky", [
    ["gcc:16", "gcc --version", " 16."],
    ["rust:1.97-alpine", "rustc --version", "rustc 1.97."],
    ["eclipse-temurin:25-jdk-alpine", "/opt/java/openjdk/bin/java --version", "openjdk 25."],
  ]),
  ...compilers("bookworm", [
    ["gcc:12", "gcc --version", " 12."],
    ["rust:1.63-alpine", "rustc --version", "rustc 1.63."],
    ["eclipse-temurin:17-jdk-alpine", "/opt/java/openjdk/bin/java --version", "openjdk 17."],
  ]),
  tiny,
];

/**
 * Puts those together that have the same root file system.
 * @param {readonly Recipe[]} chosen
 * @returns {[Recipe, ...Recipe[]][]}
 */
export function groupByRoot(chosen) {
  /** @type {Map<string, [Recipe, ...Recipe[]]>} */
  const groups = new Map();
  for (const recipe of chosen) {
    const { suite, packages, node: ofNode, commands } = recipe;
    const root = JSON.stringify([suite, packages, ofNode, commands]);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [recipe]);
    else group.push(recipe);
  }
  return [...groups.values()];
}

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
