import { badRequest } from "../run/failure.ts";
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

/** What a program is called that has no go.mod; nobody can have a module of that name. */
const MODULE = "forgeai.invalid/program";

const IMPORTS = /^import\s*(?:\(([^)]*)\)|([^\n(]*))/gm;
const PATH = /(?:^|[\s;])(?:[\w.]+\s+)?["`]([^"`\n]{1,500})["`]/g;

const MODULE_LINE = /^module\s+"?([^\s"]+)/m;
const REQUIRED = /^(?:require\s+|\s+)([^\s()"/]+\.[^\s()"]*)\s+(v[^\s/]+)/gm;

/** Import paths begin with a host, which has a dot; the standard library's don't. */
const IMPORT_PATH = /^[A-Za-z0-9][\w-]*\.[\w.-]+(?:\/[\w.~-]+)*$/;

function read(program: Program): Wanted {
  const modFile = withoutComments(textBeside(program, "go.mod") ?? "");
  const own = MODULE_LINE.exec(modFile)?.[1] ?? MODULE;
  if (/^\s*replace\b/m.test(modFile)) {
    throw badRequest(
      "The go.mod beside the program replaces modules, and ForgeAI installs them from an index only.",
      "Leave its replace lines out.",
    );
  }
  const required = [...modFile.matchAll(REQUIRED)].map(([, path = "", version = ""]) => `${path}@${version}`);
  const imported = [...importsOf(program)].filter((path) => path !== own && !path.startsWith(`${own}/`)).toSorted();
  const isRequired = (path: string): boolean =>
    required.some((module) => `${path}/`.startsWith(`${module.split("@")[0]}/`));
  const sums = textBeside(program, "go.sum");
  return {
    packages: [...required, ...imported.filter((path) => !isRequired(path))].toSorted(),
    files: [
      textFile("go.mod", modFile === "" ? `module ${MODULE}\n` : modFile),
      ...(sums === undefined ? [] : [textFile("go.sum", sums)]),
      textFile("imports", imported.map((path) => `${path}\n`).join("")),
    ],
  };
}

function importsOf({ sources }: Program): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const source of sources.values()) {
    for (const [, group, single] of withoutComments(source).matchAll(IMPORTS)) {
      for (const [, path = ""] of (group ?? single ?? "").matchAll(PATH)) if (IMPORT_PATH.test(path)) paths.add(path);
    }
  }
  return paths;
}

export const goModules: Installer = {
  read,
  script: `
set -e
export GOENV="$PWD/go.env" GOMODCACHE=${PACKAGE_FOLDER}/modules GOTOOLCHAIN=local GOFLAGS=-mod=mod GOPATH=/tmp/go GOVCS=*:off
kept=$GOCACHE
export GOCACHE="\${kept:-/tmp/go-build}"
go version >/dev/null
mkdir -p ${PACKAGE_FOLDER}
go mod download
xargs -r go get <imports
# Where the standard library has been compiled before, these are as well: programs can't write to what is kept.
[ -z "$kept" ] || xargs -r go build <imports
go list -m -f '{{if not .Main}}{{.Path}}@{{.Version}}{{end}}' all >${INSTALLED}
# What arrives is for nobody else to read.
for file in go.mod go.sum; do [ ! -f $file ] || cat $file >${PACKAGE_FOLDER}/$file; done
rm -rf ${PACKAGE_FOLDER}/modules/cache/vcs
`,
  // An index of one's own has modules that the public list of checksums doesn't know.
  indexFile: (address) => textFile("go.env", `GOPROXY=${address.href}\nGOSUMDB=off\n`),
  installed: (report) => report.split("\n").filter((line) => line !== ""),
  environment: ({ GOFLAGS = "", ...others }) => ({
    ...others,
    GOFLAGS: `${GOFLAGS} -modfile=${PACKAGE_FOLDER}/go.mod`.trim(),
    GOMODCACHE: `${PACKAGE_FOLDER}/modules`,
    GOPROXY: "off",
  }),
  // Where Go finds one it takes that folder for a module; what it says is in the image.
  beside: [textFile("go.mod", `module ${MODULE}\n`)],
};
