// Debian's and Ubuntu's packages: installing what is missing, and where this machine gets them from.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run, tryToRun } from "./processes.mjs";

/** @returns {Record<string, string>} the fields of /etc/os-release, empty where there is none */
export function readOsRelease() {
  if (!existsSync("/etc/os-release")) return {};
  const lines = readFileSync("/etc/os-release", "utf8").matchAll(/^(\w+)="?(.*?)"?$/gm);
  return Object.fromEntries(Array.from(lines, ([, name, value]) => [name, value]));
}

/** Whether packages may be installed without asking anybody: as root, on Debian or one of its kind. */
export function canInstallPackages() {
  const { ID = "", ID_LIKE = "" } = readOsRelease();
  return process.platform === "linux" && process.getuid?.() === 0 && /debian|ubuntu/.test(`${ID} ${ID_LIKE}`);
}

/** Only Debian's own archive has all the releases that stand-ins are made of. */
export function isDebian() {
  return readOsRelease()["ID"] === "debian";
}

/**
 * Installs those of the packages that are missing.
 * @param {readonly string[]} packages
 * @param {(line: string) => void} say
 */
export async function installPackages(packages, say) {
  const missing = [];
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  say(`installing ${missing.join(", ")} with apt-get`);
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  if (!hasFreshLists) await aptGet(["update"]);
  hasFreshLists = true;
  // A mirror may be renewed between the two calls, or one of many files fail: the second try mends both.
  await aptGet(install).catch(() => aptGet(["update"]).then(() => aptGet(install)));
}

let hasFreshLists = false;

/** @param {readonly string[]} args */
function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return run("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2", ...args], { env });
}

/** @param {string} name */
async function isInstalled(name) {
  const { stdout } = await tryToRun("dpkg-query", ["-W", "-f", "${db:Status-Abbrev}", name]);
  return stdout.startsWith("ii");
}

/**
 * The mirror that this machine's own apt uses for its release, and the keys it trusts for that.
 * @returns {{ uri: string, keyring: string | undefined } | undefined}
 */
export function findMirror() {
  const suite = readOsRelease()["VERSION_CODENAME"];
  const source = readSources().find(
    ({ suites, components }) => suites.includes(suite ?? "") && components.includes("main"),
  );
  if (source === undefined) return undefined;
  return {
    uri: resolveMirrorList(source.uri),
    keyring: source.signedBy?.startsWith("/") ? source.signedBy : undefined,
  };
}

/** @typedef {{ uri: string, suites: string[], components: string[], signedBy: string | undefined }} Source */

/** @returns {Source[]} */
function readSources() {
  const folder = "/etc/apt/sources.list.d";
  const others = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return ["/etc/apt/sources.list", ...others]
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8").replace(/^\s*#.*\n/gm, "");
      if (file.endsWith(".sources")) return parseParagraphs(text);
      return file.endsWith(".list") ? parseLines(text) : [];
    });
}

/** The newer format: paragraphs of fields. @param {string} text @returns {Source[]} */
function parseParagraphs(text) {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const field = (/** @type {string} */ name) =>
      new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(paragraph)?.[1]?.trim();
    const words = (/** @type {string} */ name) => (field(name) ?? "").split(/\s+/);
    if (!words("Types").includes("deb") || field("Enabled") === "no") return [];
    const rest = { suites: words("Suites"), components: words("Components"), signedBy: field("Signed-By") };
    return words("URIs").map((uri) => ({ uri, ...rest }));
  });
}

/** The older format: `deb [options] uri suite components…`. @param {string} text @returns {Source[]} */
function parseLines(text) {
  const lines = text.matchAll(/^deb\s+(?:\[(.*?)\]\s*)?(\S+)\s+(\S+)\s+(.*)$/gm);
  return Array.from(lines, ([, options = "", uri = "", suite = "", components = ""]) => ({
    uri,
    suites: [suite],
    components: components.split(/\s+/),
    signedBy: /signed-by=(\S+)/.exec(options)?.[1],
  }));
}

/** Cloud images name a file with a list of mirrors instead of a mirror. @param {string} uri */
function resolveMirrorList(uri) {
  const file = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
  if (file === undefined) return uri;
  return (
    readFileSync(file, "utf8")
      .split("\n")
      .find((line) => /^\w/.test(line))
      ?.split(/\s/)[0] ?? uri
  );
}
