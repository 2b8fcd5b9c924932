// Makes stand-ins for official images out of Debian's packages, where no image registry can be reached.
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { canInstallPackages, findMirror, installPackages, isDebian } from "./apt.mjs";
import { unpackPackage } from "./npm.mjs";
import { run } from "./processes.mjs";
import { inStateFolder } from "./state.mjs";
import { SetupFailure } from "./steps.mjs";

/** @typedef {import("./recipes.mjs").Recipe} Recipe */

export function canMakeStandIns() {
  return canInstallPackages() && isDebian();
}

/**
 * Makes a root file system, hands its tar file over, and removes it.
 * @param {readonly [Recipe, ...Recipe[]]} recipes with the same root file system
 * @param {(tarFile: string) => Promise<void>} use
 */
export async function withStandIn(recipes, use) {
  const [recipe] = recipes;
  const folder = inStateFolder("work", recipe.image.replace(/[/:]/g, "-"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const tarFile = join(folder, "root.tar");
    const nodeHooks = recipe.node === undefined ? [] : await unpackNode(recipe.node, folder);
    await bootstrap(recipes, tarFile, nodeHooks);
    await use(tarFile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {(line: string) => void} say */
export function installStandInTools(say) {
  return installPackages(["mmdebstrap"], say);
}

/** @param {import("./recipes.mjs").NodePackages} packages @param {string} folder */
async function unpackNode({ binary, npm }, folder) {
  await unpackPackage(binary, join(folder, "node"), "bin/node");
  await unpackPackage(npm, join(folder, "npm"));
  const modules = "/usr/local/lib/node_modules";
  return [
    `copy-in ${join(folder, "node/bin/node")} /usr/local/bin`,
    `mkdir -p "$1${modules}"`,
    `copy-in ${join(folder, "npm")} ${modules}`,
  ];
}

/**
 * @param {readonly [Recipe, ...Recipe[]]} recipes
 * @param {string} tarFile
 * @param {readonly string[]} nodeHooks
 */
async function bootstrap(recipes, tarFile, nodeHooks) {
  const [{ suite, packages }] = recipes;
  const mirror = findMirror();
  if (mirror === undefined) throw new SetupFailure("This machine's apt sources name no mirror of its own release.");
  const trust = mirror.keyring === undefined ? "" : `[signed-by=${mirror.keyring}] `;
  // In a mount namespace of its own: what it mounts would outlive it where it is killed, a /proc in a temporary folder.
  const program = ["--mount", "mmdebstrap", "--mode=root"];
  // Packages are unpacked and not configured ("extract"): quicker by half, smaller, and without Debian's own tools.
  const options = [
    "--variant=extract",
    `--include=${packages.join(",")}`,
    '--aptopt=APT::Install-Recommends "false"',
    // A mirror that is a snapshot keeps release files that have run out.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    ...leftOut.map((pattern) => `--dpkgopt=path-exclude=/usr/share/${pattern}`),
    ...[installBusybox, ...nodeHooks, finish(recipes)].map((hook) => `--extract-hook=${hook}`),
    suite,
    tarFile,
    `deb ${trust}${mirror.uri} ${suite} main`,
  ];
  await run("unshare", [...program, ...options], { env: { ...process.env, TMPDIR: dirname(tarFile) } });
}

// What no program needs to run; without Go's own tests a third of its files are left.
const leftOut = ["doc/*", "man/*", "locale/*", "go-*/test/*", "go-*/testdata/*", "go-*/*_test.go"];

// Its links fill the standard places, as on Alpine, and stand first in PATH where Debian's tool of that name is there too.
const installBusybox = `set -e
cd "$1"
mkdir -p bin sbin usr/bin usr/sbin usr/local/bin
ln -sf busybox bin/sh
chroot . /bin/busybox --install -s 2>/dev/null || true
chroot . /bin/busybox --install -s /usr/local/bin`;

/** @param {readonly [Recipe, ...Recipe[]]} recipes */
function finish(recipes) {
  return `chroot "$1" /bin/sh -e <<'END'
${[...recipes[0].commands, ...recipes.map(checkVersion)].join("\n")}
END`;
}

/** @param {Recipe} recipe */
function checkVersion({ image, version: [command, answer] }) {
  return `found=$(${command} 2>&1)
case "$found" in *"${answer}"*) ;; *) echo "${image} would hold $found" >&2; exit 1 ;; esac`;
}
