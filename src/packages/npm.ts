import { builtinModules } from "node:module";
import * as v from "valibot";
import { object } from "../language/row-fields.ts";
import { badRequest, messageOf } from "../run/failure.ts";
import {
  INSTALLED,
  type Installer,
  PACKAGE_FOLDER,
  type Program,
  textBeside,
  textFile,
  type Wanted,
} from "./installation.ts";
import { withoutComments } from "./sourceText.ts";

const Ranges = v.optional(v.record(v.string(), v.string()), {});

const Manifest = v.pipe(
  object("an object"),
  v.object({
    dependencies: Ranges,
    optionalDependencies: Ranges,
    overrides: v.optional(v.record(v.string(), v.unknown())),
  }),
);

/** What stands behind `from` and `import`, and in calls of `import` and `require`. */
const SPECIFIER = /(?:\bfrom|\bimport|\b(?:import|require)\s*\()\s*(["'])([^"'\n\\]{1,500})\1/g;

/** Types are taken away before the program runs. */
const TYPES_ONLY = /\b(?:import|export)\s+type\s[^;"']*(["'])[^"'\n]*\1/g;

/** "name" or "@scope/name", as the registry has them. */
const NAME = /^(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/;

/** Versions, ranges and tags, also of another name; not what is fetched from elsewhere or lies on a disk. */
const RANGE = /^(?:npm:(?:@[\w.~-]+\/)?[\w.~-]+@)?(?!-)[\w\s.*^~<>=|+-]*$/;

function read(program: Program): Wanted {
  const manifest = readManifest(program);
  const known = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const dependencies = { ...importsOf(program, known), ...manifest.dependencies };
  for (const [name, range] of Object.entries({ ...dependencies, ...manifest.optionalDependencies }))
    checkDependency(name, range);
  const lock = textBeside(program, "package-lock.json");
  const packages = Object.entries({ ...dependencies, ...manifest.optionalDependencies })
    .map(([name, range]) => `${name}@${range}`)
    .toSorted();
  return {
    packages,
    files: [
      textFile("package.json", JSON.stringify({ private: true, ...manifest, dependencies })),
      ...(lock === undefined ? [] : [textFile("package-lock.json", lock)]),
    ],
  };
}

function readManifest(program: Program): v.InferOutput<typeof Manifest> {
  try {
    return v.parse(Manifest, JSON.parse(textBeside(program, "package.json") ?? "{}"));
  } catch (error) {
    throw badRequest(
      `The package.json beside the program can't be read: ${messageOf(error).split("\n")[0]}.`,
      "Mend it, or leave it out.",
    );
  }
}

/** What the program imports and no manifest names, in its latest version. */
function importsOf({ sources }: Program, known: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set<string>();
  for (const source of sources.values()) {
    const code = withoutComments(source).replaceAll(TYPES_ONLY, "");
    for (const [, , specifier = ""] of code.matchAll(SPECIFIER)) {
      const name = packageOf(specifier);
      if (NAME.test(name) && !isBuiltIn(name) && !Object.hasOwn(known, name)) names.add(name);
    }
  }
  return Object.fromEntries([...names].map((name) => [name, "latest"]));
}

/** "@scope/name/file" is a file of "@scope/name". */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function isBuiltIn(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name);
}

function checkDependency(name: string, range: string): void {
  if (NAME.test(name.toLowerCase()) && RANGE.test(range)) return;
  throw badRequest(
    `The program asks for ${JSON.stringify(`${name}@${range}`)}, which isn't a package of a registry.`,
    "Ask for packages by name and version; files, addresses and repositories aren't installed.",
  );
}

// With a link in the root folder: Node looks there from wherever a program lies, whichever way it imports; npm refuses to work there.
export const npm: Installer = {
  read,
  script: `
set -e
export npm_config_userconfig="$PWD/.npmrc" npm_config_cache=/var/cache/forgeai-npm npm_config_update_notifier=false
export npm_config_fetch_retries=1 npm_config_fetch_timeout=30000
npm --version >/dev/null
folder=$PWD
mkdir -p ${PACKAGE_FOLDER}
cp package*.json ${PACKAGE_FOLDER}
cd ${PACKAGE_FOLDER}
npm install --ignore-scripts --omit=dev --no-audit --no-fund --no-progress --loglevel=error
ln -s ${PACKAGE_FOLDER}/node_modules /node_modules
cp node_modules/.package-lock.json "$folder/${INSTALLED}"
rm -rf package.json package-lock.json /var/cache/forgeai-npm
`,
  // Registries write addresses of their own into what they tell, and a mirror's may be the original's.
  indexFile: (address) => textFile(".npmrc", `registry=${address.href}\nreplace-registry-host=always\n`),
  installed: (report) =>
    Object.entries(v.parse(Installed, JSON.parse(report)).packages)
      .map(([path, { name, version }]) => `${name ?? path.slice(path.lastIndexOf("node_modules/") + 13)}@${version}`)
      .toSorted(),
  environment: (language) => language,
  beside: [],
};

const Installed = v.object({
  packages: v.record(v.string(), v.object({ name: v.optional(v.string()), version: v.optional(v.string(), "") })),
});
