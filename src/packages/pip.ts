import { parse } from "smol-toml";
import * as v from "valibot";
import { badRequest, messageOf } from "../run/failure.ts";
import { INSTALLED, type Installer, PACKAGE_FOLDER, type Program, textFile, type Wanted } from "./installation.ts";

/** As PEP 723 has it: a comment block that begins and ends like this, each line between with a # of its own. */
const BLOCK = /^# \/\/\/ script[^\S\n]*\n((?:#(?: [^\n]*)?\n)*?)# \/\/\/[^\S\n]*$/gm;

const Metadata = v.object({
  dependencies: v.optional(v.array(v.string()), []),
  "requires-python": v.optional(v.string(), ""),
});

/** A name with extras, versions and a condition (PEP 508). */
const REQUIREMENT = /^[A-Za-z0-9][\w.-]* *(?:\[[\w ,.-]*\])? *(?:\(?[<>=!~][\w .,*!<>=~+-]*\)?)? *(?:;[^\n\r]*)?$/;

/** Behind a space pip takes what begins like this for an option. */
const OPTION = /\s-/;

function read({ sources }: Program): Wanted {
  const [[name, source] = ["", ""]] = sources;
  const metadata = readMetadata(name, source.replaceAll("\r\n", "\n"));
  for (const requirement of metadata.dependencies) checkRequirement(name, requirement);
  const packages = metadata.dependencies.map((requirement) => requirement.trim()).toSorted();
  return {
    packages,
    files: [
      textFile("requirements.txt", packages.map((requirement) => `${requirement}\n`).join("")),
      textFile("requires-python.txt", metadata["requires-python"]),
      textFile("version.py", CHECK_VERSION),
    ],
  };
}

function readMetadata(name: string, source: string): v.InferOutput<typeof Metadata> {
  const [block, another] = source.matchAll(BLOCK);
  if (another !== undefined) throw unreadable(name, "there are two of them");
  const text = block?.[1]?.replaceAll(/^# ?/gm, "") ?? "";
  try {
    return v.parse(Metadata, parse(text));
  } catch (error) {
    throw unreadable(name, messageOf(error).split("\n")[0] ?? "");
  }
}

function unreadable(name: string, why: string): Error {
  return badRequest(
    `The block "# /// script" of ${name} can't be read: ${why}.`,
    'It is written like this: # dependencies = ["requests>=2"]',
  );
}

function checkRequirement(name: string, requirement: string): void {
  if (REQUIREMENT.test(requirement.trim()) && !OPTION.test(requirement)) return;
  throw badRequest(
    `${name} asks for ${JSON.stringify(requirement)}, which isn't a package of an index.`,
    "Ask for packages by name and version; files and addresses aren't installed.",
  );
}

const CHECK_VERSION = `import sys
from pip._vendor.packaging.specifiers import SpecifierSet
wanted = open("requires-python.txt").read().strip()
found = "%d.%d.%d" % sys.version_info[:3]
if wanted and not SpecifierSet(wanted).contains(found, prereleases=True):
    sys.exit("the program requires Python %s, and this is %s" % (wanted, found))
`;

// Only wheels: whatever else an index has is built by running code of the package.
export const pip: Installer = {
  read,
  script: `
set -e
export PIP_CONFIG_FILE="$PWD/pip.conf" PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
export PIP_RETRIES=1 PIP_TIMEOUT=15 PIP_NO_CACHE_DIR=1
python3 -m pip --version >/dev/null
python3 version.py
python3 -m pip install --quiet --only-binary=:all: --target ${PACKAGE_FOLDER} --requirement requirements.txt
python3 -m pip list --path ${PACKAGE_FOLDER} --format json >${INSTALLED}
`,
  indexFile: (address) => {
    const trusted = address.protocol === "http:" ? `trusted-host = ${address.host}\n` : "";
    return textFile("pip.conf", `[global]\nindex-url = ${address.href}\n${trusted}`);
  },
  installed: (report) => v.parse(Listed, JSON.parse(report)).map(({ name, version }) => `${name}==${version}`),
  environment: () => ({ PYTHONPATH: PACKAGE_FOLDER }),
  beside: [],
};

const Listed = v.array(v.object({ name: v.string(), version: v.string() }));
