import assert from "node:assert/strict";
import { findLanguage, findLanguageOfEditor, findLanguageOfFile, LANGUAGES } from "../../../src/language/catalog.ts";
import { type Language, PROBLEM_FORMATS } from "../../../src/language/language.ts";
import { COMPILE_LIMITS } from "../../../src/language/phase-limits.ts";
import { extendLanguages, type RefusedRow } from "../../../src/language/rows.ts";

const CRYSTAL = {
  name: "Crystal",
  versions: { "3.4": "crystal:3.4-alpine" },
  fileName: "main.cr",
  run: ["crystal", "{file}"],
};

const D = {
  ...CRYSTAL,
  name: "D",
  fileName: "main.d",
  compile: { command: ["dmd", "-o", "{artefact}", "{sources}"] },
  run: ["{artefact}"],
};

/** The languages that rows make, all of which are good. */
function extend(rows: object, base?: readonly Language[]): readonly Language[] {
  const { languages, refused } = extendLanguages(rows, base);
  assert.deepEqual(refused, []);
  return languages;
}

function refusalOf(rows: object, base?: readonly Language[]): RefusedRow {
  const [refusal, ...others] = extendLanguages(rows, base).refused;
  assert.deepEqual(others, []);
  return refusal ?? assert.fail("all rows are good");
}

const named = (languages: readonly Language[], id: string): Language =>
  languages.find((language) => language.id === id) ?? assert.fail(`there is no ${id}`);

describe("extendLanguages", () => {
  it("leaves the languages as they are where there are no rows", () => {
    assert.equal(extend({}), LANGUAGES);
  });

  it("finds nothing wrong with the rows that are built in", () => {
    const unchanged = Object.fromEntries(LANGUAGES.map(({ id }) => [id, {}]));
    assert.deepEqual(extend(unchanged), LANGUAGES);
  });

  it("makes of a row the language that it describes", () => {
    const [...rows] = extend({ crystal: { ...CRYSTAL, aliases: ["cr"], extensions: [".cr"], editorIds: ["crystal"] } });
    assert.deepEqual(rows.slice(0, -1), LANGUAGES);
    assert.deepEqual(rows.at(-1), {
      id: "crystal",
      name: "Crystal",
      aliases: ["cr"],
      extensions: [".cr"],
      editorIds: ["crystal"],
      versions: [{ version: "3.4", image: "crystal:3.4-alpine" }],
      defaultVersion: "3.4",
      fileName: "main.cr",
      run: ["crystal", "{file}"],
      environment: {},
    } satisfies Language);
  });

  it("says the same of a language that is built in, written out as a row", () => {
    const python = named(LANGUAGES, "python");
    const row = {
      name: "Python",
      aliases: ["py", "python3"],
      extensions: [".py", ".pyw"],
      editorIds: ["python"],
      versions: { "3.9": "python:3.9-alpine", "3.14": "python:3.14-alpine" },
      fileName: "main.py",
      run: ["python3", "{file}"],
      environment: python.environment,
      problems: "python",
      packages: "pip",
    };
    const { localVersion: _, syntax: __, ...expected } = python;
    assert.deepEqual(extend({ python: row }, []), [expected]);
  });

  it("changes one field, and leaves all others and the order alone", () => {
    const languages = extend({ javascript: { fileName: "program.mjs" } });
    const expected = LANGUAGES.map((each) => (each.id === "javascript" ? { ...each, fileName: "program.mjs" } : each));
    assert.deepEqual(languages, expected);
    assert.equal(languages[0], LANGUAGES[0]);
  });

  it("adds versions, newest first, and gives those that are there another image", () => {
    const versions = { "22": "node:22-alpine", "16": "mirror.example/node:16" };
    const javascript = named(extend({ javascript: { versions } }), "javascript");
    assert.deepEqual(javascript.versions, [
      { version: "24", image: "node:24-alpine" },
      { version: "22", image: "node:22-alpine" },
      { version: "16", image: "mirror.example/node:16" },
    ]);
    assert.equal(javascript.defaultVersion, "24");
  });

  it("lets a row choose the default version, and takes the newest of a new language that names none", () => {
    const chosen = extend({ python: { versions: { "3.12": "python:3.12" }, defaultVersion: "3.12" } });
    assert.equal(named(chosen, "python").defaultVersion, "3.12");
    const versions = { "3.9": "crystal:3.9", "3.10": "crystal:3.10", "3.2": "crystal:3.2" };
    assert.equal(named(extend({ crystal: { ...CRYSTAL, versions } }), "crystal").defaultVersion, "3.10");
  });

  it("adds to the environment, and puts lists in the place of lists", () => {
    const python = named(extend({ python: { environment: { TZ: "UTC" }, extensions: [".pyx"] } }), "python");
    assert.deepEqual(python.environment, { ...named(LANGUAGES, "python").environment, TZ: "UTC" });
    assert.deepEqual(python.extensions, [".pyx"]);
  });

  it("gives a compiler the limits that its row names, in the units of the settings, and else the usual ones", () => {
    assert.deepEqual(named(extend({ d: D }), "d").compile?.limits, COMPILE_LIMITS);
    const limits = { timeout: 0.5, memory: 2048, cpus: 0.1, processes: 500 };
    const changed = named(extend({ go: { compile: { limits } } }), "go");
    assert.deepEqual(changed.compile, {
      ...named(LANGUAGES, "go").compile,
      limits: { ...COMPILE_LIMITS, timeoutMs: 500, memoryBytes: 2 ** 31, cpus: 0.1, processes: 500 },
    });
  });

  it("keeps what no row can say of the language that it changes", () => {
    const { localVersion, syntax } = named(extend({ go: { name: "Golang" } }), "go");
    assert.deepEqual(
      { localVersion, syntax },
      { localVersion: ["go", "version"], syntax: named(LANGUAGES, "go").syntax },
    );
  });

  it("keeps no reference to what it was given", () => {
    const run: [string, ...string[]] = ["crystal", "{file}"];
    const languages = extend({ crystal: { ...CRYSTAL, run } });
    run.push("later");
    assert.deepEqual(named(languages, "crystal").run, ["crystal", "{file}"]);
  });
});

describe("extendLanguages, where two rows claim the same", () => {
  it("gives what a row names to it, whoever had it before", () => {
    const row = { ...CRYSTAL, aliases: ["py", "mine"], extensions: [".js"], editorIds: ["go"] };
    const languages = extend({ crystal: row });
    assert.equal(findLanguage("py", languages)?.id, "crystal");
    assert.equal(findLanguageOfFile("A.JS", languages)?.id, "crystal");
    assert.equal(findLanguageOfEditor("go", languages)?.id, "crystal");
    assert.equal(findLanguage("python3", languages)?.id, "python");
    assert.equal(findLanguageOfFile("a.mjs", languages)?.id, "javascript");
    assert.equal(findLanguage("go", languages)?.id, "go");
  });

  it("gives it also to a row that changes a language, over another that only keeps what it had", () => {
    for (const rows of [
      { javascript: { name: "JS" }, python: { extensions: [".py", ".js"] } },
      { python: { extensions: [".py", ".js"] }, javascript: { name: "JS" } },
    ]) {
      assert.equal(findLanguageOfFile("a.js", extend(rows))?.id, "python");
    }
  });

  it("refuses the later of two rows, and keeps the first", () => {
    for (const [field, value] of [
      ["aliases", "same"],
      ["extensions", ".same"],
      ["editorIds", "same"],
    ] as const) {
      const rows = {
        one: { ...CRYSTAL, name: "One", [field]: [value] },
        two: { ...CRYSTAL, name: "Two", [field]: [value] },
      };
      assert.deepEqual(refusalOf(rows), {
        id: "two",
        field: `${field}[0]`,
        value,
        why: `The row "two" isn't used: its ${field}[0] can't be "${value}": that belongs to "one".`,
      });
      assert.ok(extendLanguages(rows).languages.some(({ id }) => id === "one"));
    }
  });

  it("takes no id and no name from anybody", () => {
    assert.match(refusalOf({ crystal: { ...CRYSTAL, aliases: ["python"] } }).why, /aliases\[0\] can't be "python"/);
    assert.match(
      refusalOf({ crystal: { ...CRYSTAL, name: "GO" } }).why,
      /its name can't be "GO": that belongs to "go"/,
    );
    assert.match(
      refusalOf({ crystal: { ...CRYSTAL, aliases: ["crx"] }, crx: { ...CRYSTAL, name: "Other" } }).why,
      /The row "crx" isn't used: its id can't be "crx": that belongs to "crystal"\./,
    );
  });

  it("has still names for the files of a compiled language that lost its extension", () => {
    const languages = extend({ tinygo: { ...D, extensions: [".go"] } });
    assert.equal(findLanguageOfFile("a.go", languages)?.id, "tinygo");
    assert.deepEqual(named(languages, "go").extensions, []);
    assert.equal(named(languages, "go").fileName, "main.go");
  });
});

describe("extendLanguages, for a row that can't be", () => {
  const long = "x".repeat(200);
  const refused: readonly (readonly [row: unknown, why: string])[] = [
    [3, "it can't be 3: it has to be an object with the fields of a language"],
    [null, "it can't be null: it has to be an object with the fields of a language"],
    [[], "it can't be []: it has to be an object with the fields of a language"],
    [3n, "it can't be [object BigInt]: it has to be an object with the fields of a language"],
    [{}, "it has no name"],
    [{ ...CRYSTAL, name: undefined }, "it has no name"],
    [{ ...CRYSTAL, versions: undefined }, "it has no versions"],
    [{ ...CRYSTAL, fileName: undefined }, "it has no fileName"],
    [{ ...CRYSTAL, run: undefined }, "it has no run"],
    [{ ...CRYSTAL, name: " " }, 'its name can\'t be " ": it has to be a name of at most 61 letters, without @'],
    [{ ...CRYSTAL, extention: [".cr"] }, "there is no field extention"],
    [{ nme: "Crystal" }, "there is no field nme"],
    [{ ...CRYSTAL, localVersion: ["crystal"] }, "there is no field localVersion"],
    [{ ...CRYSTAL, aliases: "cr" }, 'its aliases can\'t be "cr": it has to be a list of names'],
    [
      { ...CRYSTAL, aliases: ["ok", "RB"] },
      'its aliases[1] can\'t be "RB": it has to be lower-case letters and digits, with +, #, ., _ or - in it',
    ],
    [
      { ...CRYSTAL, aliases: ["rb@3"] },
      'its aliases[0] can\'t be "rb@3": it has to be lower-case letters and digits, with +, #, ., _ or - in it',
    ],
    ...["cr", ".RB", ".", "", ".a/b", 3].map(
      (extension) =>
        [
          { ...CRYSTAL, extensions: [extension] },
          `its extensions[0] can't be ${JSON.stringify(extension)}: it has to be the end of a file name, with its dot and in lower case, like ".py"`,
        ] as const,
    ),
    [{ ...CRYSTAL, editorIds: ["a b"] }, 'its editorIds[0] can\'t be "a b": it has to be a language id of VS Code'],
    [
      { ...CRYSTAL, versions: ["3.4"] },
      'its versions can\'t be ["3.4"]: it has to be an object that gives each version its image',
    ],
    [{ ...CRYSTAL, versions: {} }, "its versions can't be {}: it has to be an object with one version at least"],
    [
      { ...CRYSTAL, versions: { "3.4": "Crystal" } },
      'its versions["3.4"] can\'t be "Crystal": it has to be the name of an image, like "python:3.14-alpine"',
    ],
    [
      { ...CRYSTAL, versions: { latest: "--privileged" } },
      'its versions.latest can\'t be "--privileged": it has to be the name of an image, like "python:3.14-alpine"',
    ],
    [
      { ...CRYSTAL, versions: { "3@4": "crystal" } },
      'its versions can\'t have the name "3@4": that has to be letters, digits, ., _, + and -',
    ],
    [{ ...CRYSTAL, defaultVersion: "4" }, 'its defaultVersion can\'t be "4": it has to be one of its versions'],
    [{ ...CRYSTAL, defaultVersion: 3.4 }, "its defaultVersion can't be 3.4: it has to be one of its versions"],
    ...["", "/main.cr", "../main.cr", "a\nb", "a/"].map(
      (fileName) =>
        [
          { ...CRYSTAL, fileName },
          `its fileName can't be ${JSON.stringify(fileName)}: it has to be the name of a file, like "main.py"; with folders before it, relative and with /`,
        ] as const,
    ),
    [
      { ...CRYSTAL, run: "crystal {file}" },
      'its run can\'t be "crystal {file}": it has to be a list of words, the program first',
    ],
    [{ ...CRYSTAL, run: [] }, "it has no run[0]"],
    [{ ...CRYSTAL, run: ["", "{file}"] }, 'its run[0] can\'t be "": it has to be the name of a program'],
    [
      { ...CRYSTAL, run: ["crystal", "-r{file}"] },
      'its run[1] can\'t be "-r{file}": it has to be a text without NUL, in which {file}, {sources} and {artefact} are words of their own',
    ],
    [
      { ...CRYSTAL, run: ["crystal", "{file}", "\0"] },
      'its run[2] can\'t be "\\u0000": it has to be a text without NUL, in which {file}, {sources} and {artefact} are words of their own',
    ],
    [
      { ...CRYSTAL, run: ["crystal"] },
      'its run can\'t be ["crystal"]: it has to be words that name {file} or, where there is a compile step, {artefact}',
    ],
    [
      { ...CRYSTAL, run: ["{artefact}"] },
      'its run can\'t be ["{artefact}"]: it has to be words that name {file} or, where there is a compile step, {artefact}',
    ],
    [{ ...D, compile: {} }, "it has no compile.command"],
    [
      { ...D, compile: ["gcc"] },
      'its compile can\'t be ["gcc"]: it has to be an object with a command and, where they are others than usual, limits',
    ],
    [
      { ...D, compile: { command: ["gcc", "{sources}"] } },
      'its compile.command can\'t be ["gcc","{sources}"]: it has to be words that name {artefact}, where the program is to be put, and {file} or {sources}',
    ],
    [{ ...D, compile: { ...D.compile, limits: { time: 3 } } }, "there is no field compile.limits.time"],
    [
      { ...D, compile: { ...D.compile, limits: { memory: 5 } } },
      "its compile.limits.memory can't be 5: it has to be a number of MB, from 6 to 1048576",
    ],
    [
      { ...D, compile: { ...D.compile, limits: { processes: 4.5 } } },
      "its compile.limits.processes can't be 4.5: it has to be a whole number, from 4 to 32768",
    ],
    [
      { ...D, compile: { ...D.compile, limits: { timeout: "1m" } } },
      'its compile.limits.timeout can\'t be "1m": it has to be a number of seconds, from 0.001 to 86400',
    ],
    [
      { ...D, fileName: "main" },
      "its fileName can't be \"main\": it has to be a name with an extension, by which the compiler's files are told",
    ],
    [
      { ...CRYSTAL, environment: { "A-B": "1" } },
      'its environment can\'t have the name "A-B": that has to be letters, digits and _, with no digit first',
    ],
    [{ ...CRYSTAL, environment: { A: 1 } }, "its environment.A can't be 1: it has to be a text without NUL"],
    [
      { ...CRYSTAL, environment: { A: "\0" } },
      'its environment.A can\'t be "\\u0000": it has to be a text without NUL',
    ],
    [
      { ...CRYSTAL, problems: "cobol" },
      `its problems can't be "cobol": it has to be one of ${PROBLEM_FORMATS.join(", ")}`,
    ],
    [
      { ...CRYSTAL, problems: long },
      `its problems can't be "${"x".repeat(79)}…: it has to be one of ${PROBLEM_FORMATS.join(", ")}`,
    ],
  ];
  for (const [row, words] of refused) {
    it(`says that ${words.slice(0, 90)}`, () => {
      const { languages, refused: refusals } = extendLanguages({ bad: row, good: { ...CRYSTAL, name: "Good" } });
      assert.deepEqual(
        refusals.map(({ id, why }) => [id, why]),
        [["bad", `The row "bad" isn't used: ${words}.`]],
      );
      assert.deepEqual(languages.slice(0, -1), LANGUAGES);
      assert.equal(languages.at(-1)?.id, "good");
    });
  }

  it("leaves a language as it was where the row that changes it can't be", () => {
    const { languages, refused: refusals } = extendLanguages({ python: { versions: { "3.12": 3 }, name: "P" } });
    assert.equal(languages, LANGUAGES);
    assert.deepEqual(refusals, [
      {
        id: "python",
        field: 'versions["3.12"]',
        value: 3,
        why: 'The row "python" isn\'t used: its versions["3.12"] can\'t be 3: it has to be the name of an image, like "python:3.14-alpine".',
      },
    ]);
  });

  it("tells the id where a language is called by another of its names", () => {
    assert.equal(
      refusalOf({ js: { defaultVersion: "16" } }).why,
      'The row "js" isn\'t used: the language\'s id is "javascript".',
    );
  });

  for (const id of ["", "Crystal", "c/d", "a@1", "a b", "__proto__"]) {
    it(`refuses the id ${JSON.stringify(id)}`, () => {
      const rows: unknown = JSON.parse(`{${JSON.stringify(id)}: ${JSON.stringify(CRYSTAL)}}`);
      assert.deepEqual(
        extendLanguages(rows).refused.map((each) => each.why),
        [
          `The row ${JSON.stringify(id)} isn't used: an id has to be lower-case letters and digits, with +, #, ., _ or - in it.`,
        ],
      );
    });
  }

  for (const rows of [undefined, null, 3, "python", [CRYSTAL]]) {
    it(`refuses ${JSON.stringify(rows)} instead of rows`, () => {
      const { languages, refused: refusals } = extendLanguages(rows);
      assert.equal(languages, LANGUAGES);
      assert.deepEqual(
        refusals.map(({ id }) => id),
        [""],
      );
      assert.match(refusals[0]?.why ?? "", /^The languages can't be .+: they have to be an object of rows\.$/);
    });
  }
});
