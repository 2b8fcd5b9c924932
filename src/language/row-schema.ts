import * as v from "valibot";
import { endingsOf } from "./catalog.ts";
import { type Language, PACKAGE_MANAGERS, PROBLEM_FORMATS, type Version } from "./language.ts";
import {
  Command,
  EditorId,
  Extension,
  FileName,
  Image,
  NameWord,
  object,
  Text,
  Title,
  Variable,
  VersionName,
} from "./row-fields.ts";
import { amountsOf, Limits, limitsOf } from "./row-limits.ts";

const CompileCommand = v.pipe(
  Command,
  v.check(
    (words) => words.includes("{artefact}") && (words.includes("{file}") || words.includes("{sources}")),
    "words that name {artefact}, where the program is to be put, and {file} or {sources}",
  ),
);

const Compile = v.pipe(
  object("an object with a command and, where they are others than usual, limits"),
  v.strictObject({ command: CompileCommand, limits: v.optional(Limits) }),
);

const Versions = v.pipe(
  object("an object that gives each version its image"),
  v.record(VersionName, Image),
  v.check((versions) => Object.keys(versions).length > 0, "an object with one version at least"),
);

/** Every field of a row, as people write it. A row that changes a language is filled up from that before it is looked at. */
export const Row = v.pipe(
  object("an object with the fields of a language"),
  v.strictObject({
    name: Title,
    aliases: v.array(NameWord, "a list of names"),
    extensions: v.array(Extension, "a list of endings of file names"),
    editorIds: v.array(EditorId, "a list of language ids of VS Code"),
    versions: Versions,
    defaultVersion: v.optional(v.string("one of its versions")),
    fileName: FileName,
    compile: v.optional(Compile),
    run: Command,
    environment: v.pipe(object("an object that gives each variable its text"), v.record(Variable, Text)),
    problems: v.optional(v.picklist(PROBLEM_FORMATS, `one of ${PROBLEM_FORMATS.join(", ")}`)),
    packages: v.optional(v.picklist(PACKAGE_MANAGERS, `one of ${PACKAGE_MANAGERS.join(", ")}`)),
  }),
  v.forward(
    v.check(
      ({ defaultVersion, versions }) => defaultVersion === undefined || Object.hasOwn(versions, defaultVersion),
      "one of its versions",
    ),
    ["defaultVersion"],
  ),
  v.forward(
    v.check(
      ({ run, compile }) => run.includes("{file}") || run.includes(compile === undefined ? "{sources}" : "{artefact}"),
      "words that name {file} or, where there is a compile step, {artefact}",
    ),
    ["run"],
  ),
  v.forward(
    v.check(
      ({ compile, ...names }) => compile === undefined || endingsOf(names).length > 0,
      "a name with an extension, by which the compiler's files are told",
    ),
    ["fileName"],
  ),
);

export type Row = v.InferOutput<typeof Row>;

/** A language as a row that says the same; what no row can say is left out. */
export function rowOf(language: Language): Readonly<Record<string, unknown>> {
  const {
    name,
    aliases,
    extensions,
    editorIds,
    versions,
    defaultVersion,
    fileName,
    compile,
    run,
    environment,
    problems,
    packages,
  } = language;
  return {
    name,
    aliases,
    extensions,
    editorIds,
    versions: Object.fromEntries(versions.map(({ version, image }) => [version, image])),
    defaultVersion,
    fileName,
    compile: compile && { command: compile.command, limits: amountsOf(compile.limits) },
    run,
    environment,
    problems,
    packages,
  };
}

/** The language that a row describes. What no row can say is taken from the one that it changes. */
export function languageOf(id: string, row: Row, changed: Language | undefined): Language {
  const { versions, defaultVersion, compile, problems, packages, ...fields } = row;
  const sorted = newestFirst(versions);
  return {
    ...changed,
    id,
    ...fields,
    versions: sorted,
    defaultVersion: defaultVersion ?? sorted[0]?.version ?? "",
    ...(compile && {
      compile: { ...changed?.compile, command: compile.command, limits: limitsOf(compile.limits ?? {}) },
    }),
    ...(problems && { problems }),
    ...(packages && { packages }),
  };
}

const NUMERIC = new Intl.Collator("en", { numeric: true });

/** An object doesn't keep the order of its names where they are numbers. */
function newestFirst(versions: Row["versions"]): Version[] {
  return Object.entries(versions)
    .map(([version, image]) => ({ version, image }))
    .toSorted((one, other) => NUMERIC.compare(other.version, one.version));
}
