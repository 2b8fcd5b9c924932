import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";

/** One import, from one file of src/ to another, or to a package. */
interface Import {
  readonly from: string;
  /** A path below src/, the name of a package, or `node:…`. */
  readonly to: string;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

const FILES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts"));

const SOURCES = new Map(FILES.map((name) => [name, readFileSync(`src/${name}`, "utf8")]));

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^;"]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

function importsOf(from: string, source: string): Import[] {
  const resolve = (name: string): string => (name.startsWith(".") ? posix.join(posix.dirname(from), name) : name);
  return [
    ...[...source.matchAll(STATIC)].map(([, type, name = ""]) => ({
      from,
      to: resolve(name),
      isType: type !== undefined,
      isDynamic: false,
    })),
    ...[...source.matchAll(DYNAMIC)].map(([, name = ""]) => ({
      from,
      to: resolve(name),
      isType: false,
      isDynamic: true,
    })),
  ];
}

/** What is read from outside src/ when it is built. */
const DATA: ReadonlySet<string> = new Set(["../package.json", "../media/seccomp.json"]);

const IMPORTS = [...SOURCES].flatMap(([name, source]) => importsOf(name, source));
const INNER = IMPORTS.filter(({ to }) => SOURCES.has(to));
const OUTER = IMPORTS.filter(({ to }) => !SOURCES.has(to) && !DATA.has(to));

/** From the top down. What stands in one line knows nothing of its neighbours. */
const LAYERS: readonly (readonly string[])[] = [
  ["extension.ts", "cli.ts", "index.ts"],
  ["vscode", "cli"],
  ["doctor.ts"],
  ["runner.ts", "images.ts"],
  ["container", "local"],
  ["packages"],
  ["run"],
  ["language"],
];

/** A local run is held to the same interface and the same deadlines as a container, and its input is written alike. */
const SHARED_BY_EXECUTORS = ["container/container.ts", "container/deadline.ts", "container/input.ts"];

/** Which of the front doors each folder and file belongs to. */
const DOORS: Readonly<Record<string, string>> = {
  "extension.ts": "extension",
  vscode: "extension",
  "cli.ts": "command line",
  cli: "command line",
  "index.ts": "library",
};

const partOf = (name: string): string => name.split("/")[0] ?? "";

function layerOf(name: string): number {
  const layer = LAYERS.findIndex((parts) => parts.includes(partOf(name)));
  assert.notEqual(layer, -1, `${name} belongs to no layer`);
  return layer;
}

const say = ({ from, to }: Import): string => `${from} → ${to}`;

function assertNone(offenders: readonly Import[]): void {
  assert.deepEqual(offenders.map(say), []);
}

describe("The architecture", () => {
  it("is read from all imports: there are some of every kind", () => {
    assert.ok(INNER.length > 100);
    for (const kind of ["isType", "isDynamic"] as const) assert.ok(IMPORTS.some((each) => each[kind]));
    assert.ok(
      OUTER.every(({ to }) => !to.startsWith(".")),
      "an import of a file that isn't there",
    );
  });

  it("lets imports point down only, and not to a neighbour", () => {
    const isDown = ({ from, to }: Import): boolean =>
      partOf(from) === partOf(to) ||
      layerOf(from) < layerOf(to) ||
      (partOf(from) === "local" && SHARED_BY_EXECUTORS.includes(to));
    assertNone(INNER.filter((each) => !isDown(each)));
  });

  it("keeps the front doors apart from each other, and from the engine", () => {
    const isForeign = ({ from, to }: Import): boolean => {
      const [here, there] = [DOORS[partOf(from)], DOORS[partOf(to)]];
      return here !== undefined && ((there !== undefined && there !== here) || partOf(to) === "container");
    };
    assertNone(INNER.filter(isForeign));
  });

  it("has no cycles", () => {
    const done = new Set<string>();
    const visit = (name: string, path: readonly string[]): void => {
      assert.ok(!path.includes(name), [...path.slice(path.indexOf(name)), name].join(" → "));
      if (done.has(name)) return;
      for (const { from, to } of INNER) if (from === name) visit(to, [...path, name]);
      done.add(name);
    };
    for (const name of FILES) visit(name, []);
  });

  it("imports vscode in the extension only", () => {
    assertNone(OUTER.filter(({ from, to }) => to === "vscode" && DOORS[partOf(from)] !== "extension"));
  });

  it("keeps the words of the domain free of packages and of input and output", () => {
    const pure = ["valibot", "node:path", "node:string_decoder"];
    assertNone(OUTER.filter(({ from, to }) => ["run", "language"].includes(partOf(from)) && !pure.includes(to)));
  });

  it("uses no packages but these four", () => {
    const isPackage = ({ to }: Import): boolean => !to.startsWith("node:");
    const packages = new Set(OUTER.filter(isPackage).map(({ to }) => to));
    assert.deepEqual([...packages].toSorted(), ["jsonc-parser/lib/esm/main.js", "smol-toml", "valibot", "vscode"]);
    assertNone(OUTER.filter(({ to }) => builtinModules.includes(to)));
  });

  it("has named exports only", () => {
    const offenders = [...SOURCES].filter(([, source]) => /^export default\b|\bas default\b/m.test(source));
    assert.deepEqual(
      offenders.map(([name]) => name),
      [],
    );
  });
});
